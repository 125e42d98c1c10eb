"""One score for a whole character: single lines carry little, all of a character's lines carry a lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.calibration import fit_characters
from gendertui.evaluation.metrics.comparison import System, compare, figure_of
from gendertui.evaluation.report import sentences
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import Scores
from gendertui.model.calibration import CharacterCalibration

MINIMUM_CHARACTERS = 10
"""Characters of each label without which there is no character score: three parameters are fitted on them."""

BY_LINES: tuple[tuple[int, int | None], ...] = (
    (1, 1),
    (2, 2),
    (3, 4),
    (5, 9),
    (10, 19),
    (20, 39),
    (40, 79),
    (80, None),
)
"""Spans of the number of lines that characters are judged by."""
CHOICES = 10
"""How often lines of a character are drawn to judge it by fewer than it has."""


@dataclass(frozen=True, eq=False)
class CharacterLines:
    """The scored lines of a set, character by character. Characters whose lines carry both labels are left out."""

    rows: Ints
    """Rows of the set, those of one character next to each other."""
    lines: Ints
    """How many each has."""
    label: npt.NDArray[np.int8]
    """int8 [characters]."""
    group: npt.NDArray[np.int32]
    """[characters] film."""
    number: npt.NDArray[np.int32]
    """[characters] as in the scores."""
    mixed: int
    """How many were left out."""

    @classmethod
    def of(cls, scores: Scores) -> CharacterLines:
        """Those of the rows of one set."""
        known = np.flatnonzero(scores.character >= 0)
        rows = known[np.argsort(scores.character[known], kind="stable")]
        _, character, lines = np.unique(scores.character[rows], return_inverse=True, return_counts=True)
        positive = np.bincount(character, scores.label[rows] == 1, minlength=len(lines))
        pure = (positive == 0) | (positive == lines)
        rows, lines = rows[pure[character]], lines[pure]
        first = rows[np.cumsum(lines) - lines]
        return cls(rows, lines, scores.label[first], scores.group[first], scores.character[first], int((~pure).sum()))

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def enough(self) -> bool:
        """Whether there are characters enough to fit and measure a score of characters."""
        positive = int((self.label == 1).sum())
        return min(positive, len(self) - positive) >= MINIMUM_CHARACTERS

    def means(self, odds: Floats) -> Floats:
        """[characters] mean of a figure of the set's rows over all of a character's lines."""
        return self._means(odds[self.rows], self.lines)

    def drawn_means(self, odds: Floats, sizes: Ints, generator: np.random.Generator) -> Floats:
        """Means over some of a character's lines, drawn at random; a smaller choice is part of a larger one.

        :param sizes: [choices, characters] how many lines, from 1 to :attr:`lines`.
        :returns: [choices, characters].
        """
        owner = np.repeat(np.arange(len(self)), self.lines)
        shuffled = odds[self.rows[np.lexsort((generator.random(len(owner)), owner))]]
        return np.stack([self._means(shuffled, size) for size in sizes])

    def _means(self, values: Floats, sizes: Ints) -> Floats:
        sums = np.concatenate(([0.0], np.cumsum(values)))
        starts = np.cumsum(self.lines) - self.lines
        means: Floats = (sums[starts + sizes] - sums[starts]) / sizes
        return means


def calibrate(characters: CharacterLines, odds: Floats) -> CharacterCalibration:
    """Fit the score of characters on a set that was not trained on.

    A character is there with one, two, four, eight … of its lines, drawn at random, and with all of them: a corpus
    that knows the label of leads alone has nobody with three lines, and three lines are what people ask about.

    :param odds: [rows of the set] calibrated log-odds at even odds.
    """
    generator = np.random.default_rng(0)
    powers = 2 ** np.arange(int(characters.lines.max()).bit_length())
    # The last row is all of a character's lines; a power as large as that would be the same again.
    sizes = np.minimum(np.append(powers, characters.lines.max())[:, None], characters.lines)
    there = np.append(powers[:, None] < characters.lines, np.ones((1, len(characters)), bool), axis=0)
    means = np.stack([characters.drawn_means(odds, sizes, generator) for _ in range(CHOICES)])
    choices = np.broadcast_to(there, means.shape)
    return fit_characters(
        means[choices],
        np.broadcast_to(sizes, means.shape)[choices],
        np.broadcast_to(characters.label, means.shape)[choices],
        np.broadcast_to(1 / there.sum(axis=0), means.shape)[choices],
    )


def report(
    characters: CharacterLines,
    odds: Mapping[str, Floats],
    calibrations: Mapping[str, CharacterCalibration],
    meta: Meta,
) -> dict[str, Any]:
    """The characters' part of a set.

    :param odds: contender → [rows of the set] calibrated log-odds at even odds, the model's under ``model``.
    :param calibrations: the same contenders' scores of characters.
    """
    resamples = GroupBootstrap.of(characters.group)
    scored = {
        name: calibrations[name].log_odds(characters.means(each), characters.lines) for name, each in odds.items()
    }
    contenders = [System.scored(name, each) for name, each in scored.items()]
    majority = System.always(meta.majority, len(characters))
    figures = compare([contenders[0], majority, *contenders[1:]], characters.label, resamples)
    by_lines = _by_lines(characters, odds["model"], calibrations["model"])
    return {
        "rows": len(characters),
        "groups": resamples.groups,
        "counts": {label: int((characters.label == code).sum()) for code, label in enumerate(meta.labels)},
        "mixed": characters.mixed,
        "calibration": asdict(calibrations["model"]),
        **figures,
        "confusion": [list(row) for row in point.confusion(scored["model"], characters.label)],
        "by_lines": by_lines,
        "sentence": sentences.characters(figures, by_lines, meta),
    }


def _by_lines(characters: CharacterLines, odds: Floats, calibration: CharacterCalibration) -> list[dict[str, Any]]:
    """How good the score is on few lines and on many, over all characters that have so many."""
    generator = np.random.default_rng(0)
    spans = np.array([(low, np.iinfo(np.int64).max if high is None else high) for low, high in BY_LINES])
    there = spans[:, :1] <= characters.lines
    highest = np.minimum(spans[:, 1:], characters.lines)
    lowest = np.where(spans[:, 1:] < np.iinfo(np.int64).max, spans[:, :1], highest)
    sizes = [np.where(there, generator.integers(np.minimum(lowest, highest), highest + 1), 1) for _ in range(CHOICES)]
    scored = np.stack([calibration.log_odds(characters.drawn_means(odds, size, generator), size) for size in sizes])
    return [
        {
            "lower": low,
            "upper": high,
            **_figures_of(scored[:, span, there[span]], characters.label[there[span]], characters.group[there[span]]),
        }
        for span, (low, high) in enumerate(BY_LINES)
    ]


def _figures_of(scored: Floats, labels: npt.NDArray[np.int8], groups: npt.NDArray[np.int32]) -> dict[str, Any]:
    """:param scored: [choices, characters]."""
    found: dict[str, Any] = {"n": len(labels), "groups": len(np.unique(groups)), "auc": None, "balanced_accuracy": None}
    if not len(labels):
        return found
    odds, positive = scored.ravel(), np.tile(labels == 1, len(scored))
    resamples = GroupBootstrap.of(np.tile(groups, len(scored)))
    found["auc"] = figure_of(resampled.auc(odds, positive, resamples.member), resamples)
    share = resampled.balanced_accuracy(point.predictions(odds), positive, resamples.member)
    found["balanced_accuracy"] = figure_of(share, resamples)
    return found
