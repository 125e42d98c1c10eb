"""The characters that a run held out, one by one: what it makes of each, what pulled where, how wrong that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gendertui.corpus.corrections.unit import key_of, name_of
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.read import Report
from gendertui.evaluation.report.scores import SETS, Scores
from gendertui.formatting import MISSING, count, number, probability
from gendertui.model.calibration import Calibration
from gendertui.model.characters import PARTS, part_phrase
from gendertui.runs.folder import RunFolder
from gendertui.scoring.verdict import label_of, probabilities_of, probability_of

LISTED = 20
"""Characters that are printed as text; as JSON all are."""


@dataclass(frozen=True)
class HeldOut:
    """A character with all of its lines, scored by a model that has seen nothing of its film."""

    row: int
    """A row of the corpus that it says."""
    id: str | None
    group: str | None
    """Id of its film."""
    lines: int
    label: str | None
    labels: tuple[str, str]
    log_odds: float
    """Calibrated, of the positive label at even odds."""
    parts: Mapping[str, float]
    """Part → what it adds to :attr:`log_odds`; the model's offset is all that is missing from their sum."""

    @property
    def scored(self) -> str:
        """The likelier label."""
        return label_of(self.log_odds, self.labels)

    @property
    def probability(self) -> float:
        """That of :attr:`scored`, at even odds."""
        return probability_of(self.log_odds)

    @property
    def against(self) -> float:
        """How wrong the score is: log-odds of the label that it does not have; −∞ without a label."""
        if self.label is None:
            return -math.inf
        return -self.log_odds if self.label == self.labels[1] else self.log_odds

    def to_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "id": self.id,
            "group_id": self.group,
            "lines": self.lines,
            "label": self.label,
            "probabilities": probabilities_of(self.log_odds, self.labels),
            "log_odds": self.log_odds,
            "parts": dict(self.parts),
            "offset": self.log_odds - sum(self.parts.values()),
        }


def held_out(run: RunFolder, report: Report, which: str) -> list[HeldOut]:
    """The characters of a set, those most wrong first and those without a label last.

    :param report: the run's. :param which: a set that is open.
    :raises GendertuiError: the run kept no scores of characters, or a file of it cannot be read (code RUN).
    """
    part = report.sets[which].characters
    scores = CharacterScores.load(run.character_scores_file) if part is not None and part.readings else None
    if part is None or scores is None:
        raise GendertuiError(
            f"the run has no list of {report.units.noun(report.units.whole).many}: it was trained by an older version, "
            "or too few of one label are held out, or its corpus does not know who says its lines",
            where=str(run.path),
            hint="Train the configuration again to have one.",
            code=ExitCode.RUN,
        )
    calibration, names = Calibration(**part.calibration), Scores.load(run.scores_file).names
    (number_of_set,) = (number for number, name in SETS.items() if name == which)
    here = scores.of(number_of_set)
    here = here.where(here.whole)
    log_odds = calibration.log_odds(here.log_odds.astype(np.float64))
    # The calibration's intercept is no part's.
    parts = {name: calibration.slope * here.contributions[name].astype(np.float64) for name in here.contributions}
    known = [name for name in PARTS if name in parts]
    found = [
        HeldOut(
            row=int(here.row[place]),
            id=names.character(int(here.character[place])),
            group=names.group(int(here.group[place])),
            lines=int(here.lines[place]),
            label=report.labels[here.label[place]] if here.label[place] >= 0 else None,
            labels=report.labels,
            log_odds=float(log_odds[place]),
            parts={name: float(parts[name][place]) for name in known},
        )
        for place in range(len(here))
    ]
    return sorted(found, key=lambda each: -each.against)


@dataclass(frozen=True)
class Known:
    """What a person knows a character by."""

    name: str
    group: str
    """The title of its film; empty where it is a group itself, or has none."""


def known(corpus: Corpus, characters: Sequence[HeldOut]) -> dict[int, Known]:
    """Row → names, of characters of this corpus."""
    unit = corpus.units.whole
    found = {}
    for each in characters:
        if 0 <= each.row < len(corpus):
            group = corpus.column(corpus.film_column)[each.row].as_py() if unit == "speaker" else ""
            found[each.row] = Known(name_of(corpus, key_of(corpus, unit, each.row), each.row), group or "")
    return found


def held_out_lines(
    characters: Sequence[HeldOut], names: Mapping[int, Known], report: Report, which: str, limit: int = LISTED
) -> list[str]:
    """The most wrong ones as a table whose lines fit 78 cells.

    :param names: row → names; of those that are not in it ids are shown.
    """
    units = report.units
    noun = units.noun(units.whole)
    labelled = sum(each.label is not None for each in characters)
    wrong = sum(each.against > 0 for each in characters)
    lines = [
        f"{which}: {noun.counted(len(characters))}, {labelled:,} of them labelled; the score contradicts the label of "
        f"{wrong:,}, most that of the first",
        "",
        f"{'label':<7}{'scored':<11}{'lines':>5}  {noun.one:<25}pulled most by",
    ]
    for each in characters[:limit]:
        name = names[each.row].name if each.row in names else each.id or MISSING
        scored = f"{each.scored} {probability(each.probability)}"
        lines.append(
            f"{_cut(each.label or '?', 6):<7}{_cut(scored, 10):<11}{count(each.lines):>5}  {_cut(name, 24):<25}"
            f"{strongest(each)}".rstrip()
        )
    if len(characters) > limit:
        lines.append(f"… {len(characters) - limit:,} more; --json has all of them, with all parts.")
    phrases = [
        f"{name}: {part_phrase(name, units)}" for name in PARTS if any(name in each.parts for each in characters)
    ]
    return [*lines, "", *phrases, f"Numbers are log-odds: above 0 towards {report.labels[1]}."]


def strongest(each: HeldOut) -> str:
    """The part that pulls most towards what it was scored, with its signed number."""
    if not each.parts:
        return ""
    way = 1 if each.log_odds > 0 else -1
    name, pull = max(each.parts.items(), key=lambda part: way * part[1])
    return f"{name} {number(pull, 2, sign=True)}"


def _cut(text: str, cells: int) -> str:
    return text if len(text) <= cells else f"{text[: cells - 1]}…"
