"""Runs side by side: their figures on the validation lines that all of them held out, and paired differences.

Runs are paired where they held out the same lines: films are then drawn again for all of them at once, and the interval
is that of the difference (a paired bootstrap). Other runs are shown apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from string import ascii_uppercase
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import System, compare
from gendertui.evaluation.report.read import Report
from gendertui.evaluation.report.schema import Estimates, estimates_of, sentence, too_few_lines
from gendertui.evaluation.report.scores import Scores
from gendertui.formatting import MISSING
from gendertui.model.calibration import Calibration

VALIDATION = 1
MINIMUM_SHARED = 0.5
"""Share of their validation lines that runs must have in common to be paired where their labels differ."""
_NOTHING: dict[str, Any] = {"model": {}, "baselines": {}, "paired": {}}


@dataclass(frozen=True, eq=False)
class Candidate:
    """A run to be compared."""

    name: str
    held_out: tuple[str, str]
    """Hashes of the corpus and of the split it was judged on."""
    report: Report
    scores: Scores
    content: str
    """Hash of the corpus without labels changed by hand."""


@dataclass(frozen=True)
class Entry:
    """One run of several. Rows, groups and figures are of the common lines where it is paired, else of its own."""

    letter: str
    name: str
    split: str
    """The split protocol in the corpus's words."""
    of_groups: str
    """`` of 44 films``; empty where lines are the unit."""
    rows: int
    groups: int
    figures: Estimates
    paired: Estimates | None = None
    """Metric → the first run less this one; ``None`` of the first itself and where there is no pairing."""
    sentence: str = ""
    """The difference in words, or why there is none."""


def side_by_side(candidates: Sequence[Candidate]) -> tuple[Entry, ...]:
    """The first run beside each of the others, lettered from A.

    :param candidates: at least two.
    :raises GendertuiError: one stands there twice, or there are more than letters (code USAGE).
    """
    if len({candidate.name for candidate in candidates}) < len(candidates):
        raise GendertuiError("a run is not compared with itself", hint="Name other runs.", code=ExitCode.USAGE)
    if len(candidates) > len(ascii_uppercase):
        raise GendertuiError(f"at most {len(ascii_uppercase)} runs stand side by side", code=ExitCode.USAGE)
    lettered = dict(zip(ascii_uppercase, candidates, strict=False))
    first = candidates[0]
    paired = _paired({letter: each for letter, each in lettered.items() if _pairs(each, first)})
    return tuple(paired.get(letter) or _apart(letter, each, first) for letter, each in lettered.items())


def in_groups(lettered: Mapping[str, Candidate]) -> list[tuple[Entry, ...]]:
    """Runs together with those that held out the same lines, the first of each group beside each of its others.

    Figures of runs of different groups are of different lines, and say nothing of one another.
    """
    left, groups = dict(lettered), []
    while left:
        first = next(iter(left.values()))
        together = {letter: each for letter, each in left.items() if _pairs(each, first)}
        groups.append(tuple(_paired(together).values()))
        left = {letter: each for letter, each in left.items() if letter not in together}
    return groups


def why_apart(letter: str, candidate: Candidate, other: str, first: Candidate) -> str:
    """Why two runs cannot be paired, as a sentence."""
    what = "split" if candidate.held_out[0] == first.held_out[0] else "corpus"
    return f"{letter} cannot be paired with {other}: it was judged on other lines, of another {what}."


def side_by_side_lines(entries: Sequence[Entry]) -> list[str]:
    """The entries in words. The lines of the table fit 78 cells; names and sentences are as long as they are."""
    first, *others = entries
    lines = [f"{entry.letter}  {entry.name}" for entry in entries]
    lines += ["", _heading(first), _row("", "balanced accuracy", "AUC")]
    lines += [_figures_row(entry) for entry in entries if entry is first or entry.paired]
    for entry in others:
        if entry.paired:
            balanced, area = entry.paired["balanced_accuracy"].signed(percent=True), entry.paired["auc"].signed()
            lines.append(_row(f"{first.letter} − {entry.letter}", balanced, area))
    for entry in others:
        if not entry.paired:
            lines += ["", _heading(entry), _figures_row(entry)]
    return [*lines, "", *(entry.sentence for entry in others)]


def _pairs(candidate: Candidate, first: Candidate) -> bool:
    """Whether both were judged on the same lines, or on nearly the same of one corpus with other labels changed by
    hand."""
    if candidate.held_out == first.held_out:
        return True
    if candidate.held_out[0] == first.held_out[0] or candidate.content != first.content:
        return False
    ours, theirs = candidate.scores.of(VALIDATION).row, first.scores.of(VALIDATION).row
    return len(np.intersect1d(ours, theirs)) > MINIMUM_SHARED * max(len(ours), len(theirs))


def _common_rows(validation: Sequence[Scores]) -> Ints:
    """Rows that all have, under one label."""
    rows = reduce(np.intersect1d, (scores.row for scores in validation))
    labels = np.stack([scores.label[_places(scores.row, rows)] for scores in validation])
    shared: Ints = rows[(labels == labels[0]).all(axis=0)]
    return shared


def _paired(together: Mapping[str, Candidate]) -> dict[str, Entry]:
    """Letter → entry of runs that held out the same lines. A line that has no token for one of them is left out, or
    another label."""
    validation = {letter: each.scores.of(VALIDATION) for letter, each in together.items()}
    rows = _common_rows(list(validation.values()))
    places = {letter: _places(scores.row, rows) for letter, scores in validation.items()}
    first = next(iter(together))
    unit = together[first].report.sets["validation"].unit
    scores = validation[first]
    groups = np.arange(len(rows)) if unit == "line" else scores.group[places[first]]
    resamples = GroupBootstrap.of(groups)
    labels = scores.label[places[first]]
    names = together[first].report.labels
    too_few = too_few_lines("validation", {name: int((labels == code).sum()) for code, name in enumerate(names)})
    contenders = [
        System.scored(letter, _odds(each.report, validation[letter].logit[places[letter]]))
        for letter, each in together.items()
    ]
    compared = _NOTHING if too_few else compare(contenders, labels, resamples)
    figures = {first: compared["model"], **compared["baselines"]}
    differences = {letter: estimates_of(part) for letter, part in compared["paired"].items()}
    return {
        letter: Entry(
            letter=letter,
            name=each.name,
            split=each.report.split,
            of_groups=each.report.of_groups(unit, resamples.groups),
            rows=len(rows),
            groups=resamples.groups,
            figures=estimates_of(figures.get(letter, {})),
            paired=differences.get(letter),
            sentence=sentence(too_few)
            if too_few
            else _sentence(first, letter, differences) + _of_labels(first, together[first], letter, each),
        )
        for letter, each in together.items()
    }


def _apart(letter: str, candidate: Candidate, first: Candidate) -> Entry:
    part = candidate.report.sets["validation"]
    return Entry(
        letter=letter,
        name=candidate.name,
        split=candidate.report.split,
        of_groups=candidate.report.of_groups(part.unit, part.groups),
        rows=part.rows,
        groups=part.groups,
        figures=part.model,
        sentence=why_apart(letter, candidate, ascii_uppercase[0], first),
    )


def _places(rows: Ints, wanted: Ints) -> npt.NDArray[np.intp]:
    """Where each of ``wanted`` stands among ``rows``, which are distinct."""
    sorter = np.argsort(rows)
    return sorter[np.searchsorted(rows, wanted, sorter=sorter)]


def _odds(report: Report, logits: npt.NDArray[np.float32]) -> Floats:
    return Calibration(**report.meta["calibration"]).log_odds(logits)


def _sentence(first: str, other: str, differences: Mapping[str, Estimates]) -> str:
    if other not in differences:
        return ""
    difference = differences[other]["balanced_accuracy"]
    amount = f"balanced accuracy {difference.signed(percent=True)} points"
    if difference.low is None or difference.high is None:
        return f"Which of {first} and {other} is better cannot be told from so few: {first} less {other}, {amount}."
    if difference.low <= 0 <= difference.high:
        return f"{first} and {other} cannot be told apart: {amount}."
    return f"{first} is {'better' if difference.value > 0 else 'worse'} than {other}: {amount}."


def _of_labels(first: str, one: Candidate, letter: str, other: Candidate) -> str:
    """What is added where the two learned from other labels changed by hand."""
    if one.held_out[0] == other.held_out[0]:
        return ""
    return (
        f" {first} and {letter} differ in labels changed by hand: both are measured on the lines that all runs here "
        "label alike."
    )


def _heading(entry: Entry) -> str:
    return f"validation: {entry.rows:,} lines{entry.of_groups}, split {entry.split}"


def _figures_row(entry: Entry) -> str:
    balanced, area = (entry.figures.get(metric) for metric in ("balanced_accuracy", "auc"))
    return _row(entry.letter, balanced.text(percent=True) if balanced else MISSING, area.text() if area else MISSING)


def _row(name: str, balanced: str, area: str) -> str:
    return f"{name:<14}{balanced:<24}{area}".rstrip()
