"""The score of whole characters by the model of characters: figures of all its parts stacked, of each alone, and of
what it has to beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.calibration import fit
from gendertui.evaluation.metrics.comparison import System, compare, figure, figure_of
from gendertui.evaluation.report import sentences
from gendertui.evaluation.report.character_lines import MASKED
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.characters import BY_LINES, MINIMUM_CHARACTERS, CharacterLines
from gendertui.evaluation.report.meta import Meta
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.model.characters import PARTS, part_phrase

BANDS: tuple[tuple[int, int | None], ...] = ((1, 4), (5, 9), (10, 29), (30, None))
"""Numbers of lines that characters with all of their lines are reported by."""

MODEL, MEAN, TEXT = "model", "mean-of-lines", "tfidf-text"


def columns_of(scores: CharacterScores) -> dict[str, Floats]:
    """Contender → its log-odds before calibration: the stack, its parts, what is left without each, and others."""
    found = {MODEL: scores.log_odds, MASKED: scores.masked, TEXT: scores.text_baseline}
    found |= scores.parts
    found |= {f"without-{name}": column for name, column in scores.without.items()}
    return {name: column.astype(np.float64) for name, column in found.items()}


@dataclass(frozen=True, eq=False)
class StackCalibrations:
    """What is fitted on the validation characters: contender → slope and intercept."""

    each: Mapping[str, Calibration]

    @classmethod
    def of(cls, validation: CharacterScores) -> StackCalibrations | None:
        """``None`` where there are too few characters."""
        labelled = validation.where(validation.label >= 0)
        whole = labelled.where(labelled.whole)
        if np.bincount(whole.label, minlength=2).min() < MINIMUM_CHARACTERS:
            return None
        found = {name: fit(column, whole.label) for name, column in columns_of(whole).items()}
        # The score is asked for of scenes too, not of whole films alone.
        found[MODEL] = fit(labelled.log_odds, labelled.label, labelled.weight)
        return cls(found)

    @property
    def model(self) -> Calibration:
        return self.each[MODEL]

    def odds(self, scores: CharacterScores) -> dict[str, Floats]:
        """Contender → calibrated log-odds at even odds."""
        return {name: self.each[name].log_odds(column) for name, column in columns_of(scores).items()}


@dataclass(frozen=True, eq=False)
class LinesInPlace:
    """Lines judged alone, and by what is known of who says them: one entry for each line of a labelled character."""

    label: npt.NDArray[np.int8]
    group: npt.NDArray[np.int32]
    alone: Floats
    """Calibrated log-odds of the line."""
    in_place: Floats
    """Those of its character, by all of its lines and all that is said to it."""

    @classmethod
    def of(cls, lines: CharacterLines, alone: Floats, scores: CharacterScores, odds: Floats) -> LinesInPlace:
        """:param alone: [rows of the set]. :param odds: [entries of ``scores``], as they are calibrated."""
        owner = np.repeat(np.arange(len(lines)), lines.lines)
        whole = np.flatnonzero(scores.whole)
        of_character = np.full(len(lines), np.nan)
        of_character[np.searchsorted(lines.number, scores.character[whole])] = odds[whole]
        in_place = of_character[owner]
        known = np.isfinite(in_place)
        return cls(lines.label[owner][known], lines.group[owner][known], alone[lines.rows][known], in_place[known])

    @classmethod
    def joined(cls, parts: Sequence[LinesInPlace]) -> LinesInPlace:
        return cls(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("label", "group", "alone", "in_place")
            )
        )

    def report(self) -> dict[str, Any]:
        """Figures of both, and their difference on the same resamples."""
        resamples, positive = GroupBootstrap.of(self.group), self.label == 1
        alone, placed = (_Measured.of(odds, positive, resamples) for odds in (self.alone, self.in_place))
        return {
            "rows": len(self.label),
            "alone": alone.figures(resamples),
            "in_place": placed.figures(resamples),
            "difference": placed.less(alone, resamples),
        }


@dataclass(frozen=True, eq=False)
class JudgedCharacters:
    """The labelled characters of a set, each contender calibrated."""

    scores: CharacterScores
    odds: Mapping[str, Floats]
    """Contender → [entries] calibrated log-odds at even odds, as :func:`columns_of` names them."""
    means: Mapping[str, Floats]
    """Contender → [whole entries] those by the mean of the lines' log-odds, the network's under ``model``."""
    mixed: int
    """Characters left out because their lines carry both labels."""
    lines: LinesInPlace

    @classmethod
    def of(
        cls,
        scores: CharacterScores,
        fitted: StackCalibrations,
        lines: CharacterLines,
        odds: Mapping[str, Floats],
        calibrations: Mapping[str, CharacterCalibration],
    ) -> JudgedCharacters:
        """Those of one model.

        :param scores: those of the set.
        :param lines: the scored lines of the set. :param odds: contender → [rows of the set] their calibrated log-odds.
        :param calibrations: the same contenders' scores of characters by the mean of their lines.
        """
        labelled = scores.where((scores.label >= 0) & np.isin(scores.character, lines.number))
        place = np.searchsorted(lines.number, labelled.character[labelled.whole])
        means = {
            name: calibrations[name].log_odds(lines.means(each), lines.lines)[place] for name, each in odds.items()
        }
        found = fitted.odds(labelled)
        in_place = LinesInPlace.of(lines, odds[MODEL], labelled, found[MODEL])
        return cls(labelled, found, means, lines.mixed, in_place)

    @classmethod
    def joined(cls, parts: Sequence[JudgedCharacters]) -> JudgedCharacters:
        """Those of several models, each of other characters."""
        scores = parts[0].scores
        for part in parts[1:]:
            scores = CharacterScores.joined(scores, part.scores)
        return cls(
            scores,
            {name: np.concatenate([part.odds[name] for part in parts]) for name in parts[0].odds},
            {name: np.concatenate([part.means[name] for part in parts]) for name in parts[0].means},
            sum(part.mixed for part in parts),
            LinesInPlace.joined([part.lines for part in parts]),
        )


def report(judged: JudgedCharacters, meta: Meta) -> dict[str, Any]:
    """The characters' part of a set, without its calibration."""
    here = judged.scores.whole
    whole = judged.scores.where(here)
    stacked = {name: odds[here] for name, odds in judged.odds.items()}
    resamples = GroupBootstrap.of(whole.group)
    means = dict(judged.means)
    contenders = {MEAN: means.pop(MODEL), **means, TEXT: stacked[TEXT]}
    majority = System.always(meta.majority, len(whole))
    figures = compare(
        [
            System.scored(MODEL, stacked[MODEL]),
            majority,
            *(System.scored(name, each) for name, each in contenders.items()),
        ],
        whole.label,
        resamples,
    )
    by_lines = _by_lines(judged.scores, judged.odds[MODEL], BY_LINES)
    return {
        "rows": len(whole),
        "groups": resamples.groups,
        "counts": {label: int((whole.label == code).sum()) for code, label in enumerate(meta.labels)},
        "mixed": judged.mixed,
        **figures,
        "confusion": [list(row) for row in point.confusion(stacked[MODEL], whole.label)],
        "readings": _readings({MEAN: contenders[MEAN], **stacked}, contenders, whole, resamples, meta),
        "lines_in_place": judged.lines.report(),
        "missing": [name for name in PARTS if name not in whole.parts],
        "bands": _by_lines(whole, stacked[MODEL], BANDS),
        "by_lines": by_lines,
        "sentence": sentences.stacked(figures, by_lines, meta),
    }


def _readings(
    stacked: Mapping[str, Floats],
    baselines: Mapping[str, Floats],
    whole: CharacterScores,
    resamples: GroupBootstrap,
    meta: Meta,
) -> list[dict[str, Any]]:
    """A row for each thing a score can read, with its difference to the mean of the lines."""
    parts = [name for name in PARTS if name in whole.parts]
    wanted = [(MEAN, "mean of the network's lines", stacked[MEAN])]
    wanted += [(name, part_phrase(name, meta.units), stacked[name]) for name in parts]
    wanted.append((MODEL, "all of these, stacked", stacked[MODEL]))
    wanted += [
        (f"without-{name}", f"all but {name.replace('-', ' ')}", stacked[f"without-{name}"])
        for name in parts
        if name in whole.without
    ]
    wanted.append((MASKED, "all, with names masked", stacked[MASKED]))
    wanted.append(("tfidf-logistic", "TF-IDF + LR, mean of lines", baselines["tfidf-logistic"]))
    wanted.append((TEXT, "TF-IDF + LR of its text", baselines[TEXT]))
    positive = whole.label == 1
    measured = {name: _Measured.of(odds, positive, resamples) for name, _, odds in wanted}
    return [
        {
            "name": name,
            "phrase": words,
            **measured[name].figures(resamples),
            "difference": {} if name == MEAN else measured[name].less(measured[MEAN], resamples),
        }
        for name, words, _ in wanted
    ]


@dataclass(frozen=True, eq=False)
class _Measured:
    """AUC and balanced accuracy of a contender, and their draws."""

    value: dict[str, float]
    drawn: dict[str, Floats]

    @classmethod
    def of(cls, odds: Floats, positive: Bools, resamples: GroupBootstrap) -> _Measured:
        statistics = {
            "auc": resampled.auc(odds, positive, resamples.member),
            "balanced_accuracy": resampled.balanced_accuracy(point.predictions(odds), positive, resamples.member),
        }
        return cls(
            {name: resamples.value(statistic) for name, statistic in statistics.items()},
            {name: resamples.drawn(statistic) for name, statistic in statistics.items()},
        )

    def figures(self, resamples: GroupBootstrap) -> dict[str, Any]:
        return {
            name: figure(value, resamples.percentiles(self.drawn[name]), resamples.groups, (0, 1))
            for name, value in self.value.items()
        }

    def less(self, other: _Measured, resamples: GroupBootstrap) -> dict[str, Any]:
        """The differences from another contender, on the same resamples."""
        return {
            name: figure(
                value - other.value[name],
                resamples.percentiles(self.drawn[name] - other.drawn[name]),
                resamples.groups,
            )
            for name, value in self.value.items()
        }


def _by_lines(scores: CharacterScores, odds: Floats, spans: tuple[tuple[int, int | None], ...]) -> list[dict[str, Any]]:
    """How good the score is on few lines and on many."""
    found = []
    for low, high in spans:
        here = (scores.lines >= low) & (scores.lines <= (np.iinfo(np.int32).max if high is None else high))
        part: dict[str, Any] = {
            "lower": low,
            "upper": high,
            "n": len(np.unique(scores.character[here])),
            "groups": len(np.unique(scores.group[here])),
            "auc": None,
            "balanced_accuracy": None,
        }
        if here.any():
            resamples = GroupBootstrap.of(scores.group[here])
            positive = scores.label[here] == 1
            part["auc"] = figure_of(resampled.auc(odds[here], positive, resamples.member), resamples)
            right = resampled.balanced_accuracy(point.predictions(odds[here]), positive, resamples.member)
            part["balanced_accuracy"] = figure_of(right, resamples)
        found.append(part)
    return found
