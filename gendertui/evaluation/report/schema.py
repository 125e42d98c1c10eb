"""The parts of a ``report.json`` as records: figures, characters, slices, curves and mistakes.

No import of an array library: the app reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from gendertui import formatting

MINIMUM_LINES = 10
"""Lines of each label a set needs for figures: of one line a share is 0 or 100 %, and reads as a finding."""

Count = Annotated[int, msgspec.Meta(ge=0)]
Point = tuple[float, float]
Confusion = tuple[tuple[Count, Count], tuple[Count, Count]]
"""Rows: labelled negative, labelled positive; columns: predicted so."""


def too_few_lines(name: str, counts: Mapping[str, int]) -> str:
    """Of which label a set has too few lines for figures, in words without a full stop; empty where it has enough.

    :param name: of the set. :param counts: label → lines.
    """
    number, label = min((number, label) for label, number in counts.items())
    return (
        f"too few lines labelled {label} in {name} ({formatting.count(number)}) for a figure"
        if number < MINIMUM_LINES
        else ""
    )


def sentence(words: str) -> str:
    """Words as a sentence of their own."""
    return f"{words[:1].upper()}{words[1:]}."


class Estimate(msgspec.Struct, frozen=True):
    """One metric of one set: its value, its 95 % interval where there is one, and why not where there is none."""

    value: float
    low: float | None = None
    high: float | None = None
    groups: Count = 0
    note: str = ""

    def text(self, *, percent: bool = False) -> str:
        """``57.1 % (55.9–58.3)`` or ``0.602 (0.589–0.614)``; without an interval the value alone."""
        return formatting.estimate(self.value, self.low, self.high, in_percent=percent)

    def signed(self, *, percent: bool = False) -> str:
        """A difference: ``+0.4 (−1.1 to +2.0)`` in points, or ``+0.005 (−0.010 to +0.020)``."""
        return formatting.difference(self.value, self.low, self.high, in_points=percent)


Estimates = dict[str, Estimate]
"""Metric → figure; a metric that has no value there (an AUC where a label is absent) is left out."""


def estimates_of(figures: Mapping[str, Mapping[str, Any]]) -> Estimates:
    """The records of figures as :func:`gendertui.evaluation.metrics.comparison.figure` makes them."""
    return {metric: Estimate(**figure) for metric, figure in figures.items()}


class LinesBin(msgspec.Struct, frozen=True):
    """Characters judged by ``lower`` to ``upper`` of their lines; no ``upper`` in the last bin."""

    lower: int
    upper: int | None
    n: Count
    """Characters that have so many lines."""
    groups: Count
    auc: Estimate | None = None
    balanced_accuracy: Estimate | None = None


class Reading(msgspec.Struct, frozen=True):
    """How good a score of characters is that reads one thing, or all but one."""

    name: str
    """``mean-of-lines``, a part, ``model`` (all parts), ``without-`` and a part, ``names-masked``, or a baseline."""
    phrase: str
    """What it reads, in words."""
    auc: Estimate
    balanced_accuracy: Estimate
    difference: Estimates = msgspec.field(default_factory=dict)
    """From the mean of the lines, on the same resamples; empty in its own row."""


class LinesInPlace(msgspec.Struct, frozen=True):
    """Lines alone, and with their speaker's other lines and what is said to the speaker."""

    rows: Count
    alone: Estimates
    in_place: Estimates
    difference: Estimates


class CharacterReport(msgspec.Struct, frozen=True, kw_only=True):
    """A set's characters, one score each. Rows are characters here."""

    rows: Count
    groups: Count
    counts: dict[str, Count]
    mixed: Count = 0
    """Characters left out because their lines carry both labels."""
    calibration: dict[str, float]
    """Parameters of :class:`gendertui.model.calibration.Calibration`; of
    :class:`gendertui.model.calibration.CharacterCalibration` where a character's score is the mean of its lines."""
    model: Estimates
    baselines: dict[str, Estimates]
    paired: dict[str, Estimates]
    by_lines: tuple[LinesBin, ...]
    sentence: str
    confusion: Confusion
    readings: tuple[Reading, ...] = ()
    """Empty where a character's score is the mean of its lines, as in reports of older versions."""
    lines_in_place: LinesInPlace | None = None
    missing: tuple[str, ...] = ()
    """Parts that the corpus could not give."""
    bands: tuple[LinesBin, ...] = ()
    """By the number of lines they have, with all of them."""


class Slice(msgspec.Struct, frozen=True):
    """The lines of one film, one genre, one span of lengths …; films and characters by id."""

    name: str
    rows: Count
    groups: Count
    counts: dict[str, Count]
    balanced_accuracy: Estimate | None = None
    auc: Estimate | None = None
    accuracy: Estimate | None = None
    """What is left where a label is absent."""


class CalibrationBin(msgspec.Struct, frozen=True):
    """Lines whose probability lies between ``lower`` and ``upper``, both labels weighing the same in the whole set."""

    lower: float
    upper: float
    n: Count
    groups: Count
    mean_probability: float
    share_positive: float
    low: float | None
    high: float | None


class Curves(msgspec.Struct, frozen=True):
    """At most 101 points each."""

    roc: tuple[Point, ...] = ()
    """False positive rate, true positive rate."""
    precision_recall: tuple[Point, ...] = ()
    """Recall, precision at the labels' own rate."""
    calibration: tuple[CalibrationBin, ...] = ()


class Mistake(msgspec.Struct, frozen=True):
    """A line worth looking at; its text is found by ``row`` in the corpus the run was trained on."""

    row: Count
    character: str | None
    """Id, as ``group`` is; ``None`` where unknown."""
    group: str | None
    label: str
    probability: float
    """Of the positive label, at even odds."""


class Mistakes(msgspec.Struct, frozen=True):
    """At most 50 each."""

    worst: tuple[Mistake, ...] = ()
    """Classified wrongly, most confident first."""
    uncertain: tuple[Mistake, ...] = ()
    """Nearest to one half first."""
