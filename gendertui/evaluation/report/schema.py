"""The parts of a ``report.json`` as dataclasses: figures, characters, slices, curves and mistakes.

The standard library alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gendertui import formatting

MINIMUM_LINES = 10
"""Lines of each label a set needs for figures: of one line a share is 0 or 100 %, and reads as a finding."""

Point = tuple[float, float]
Confusion = tuple[tuple[int, int], tuple[int, int]]
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


@dataclass(frozen=True)
class Estimate:
    """One metric of one set: its value, its 95 % interval where there is one, and why not where there is none."""

    value: float
    low: float | None = None
    high: float | None = None
    groups: int = 0
    note: str = ""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Estimate:
        return cls(
            value=float(value["value"]),
            low=value.get("low"),
            high=value.get("high"),
            groups=int(value.get("groups", 0)),
            note=str(value.get("note") or ""),
        )

    def text(self, *, percent: bool = False) -> str:
        """``57.1 % (55.9–58.3)`` or ``0.602 (0.589–0.614)``; without an interval the value alone."""
        return formatting.estimate(self.value, self.low, self.high, in_percent=percent)

    def signed(self, *, percent: bool = False) -> str:
        """A difference: ``+0.4 (−1.1 to +2.0)`` in points, or ``+0.005 (−0.010 to +0.020)``."""
        return formatting.difference(self.value, self.low, self.high, in_points=percent)


Estimates = dict[str, Estimate]
"""Metric → figure; a metric that has no value there (an AUC where a label is absent) is left out."""


@dataclass(frozen=True)
class LinesBin:
    """Characters judged by ``lo`` to ``hi`` of their lines, drawn at random; ``hi`` is ``None`` in the last bin."""

    lo: int
    hi: int | None
    n: int
    """Characters that have so many lines."""
    groups: int
    auc: Estimate | None
    share_right: Estimate | None
    """Share told right where both labels weigh the same."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LinesBin:
        hi = value["hi"]
        return cls(
            lo=int(value["lo"]),
            hi=None if hi is None else int(hi),
            n=int(value["n"]),
            groups=int(value["groups"]),
            auc=read_figure(value.get("auc")),
            share_right=read_figure(value.get("share_right")),
        )


@dataclass(frozen=True)
class CharacterReport:
    """A set's characters, one score each. Rows are characters here."""

    rows: int
    groups: int
    counts: dict[str, int]
    mixed: int
    """Characters left out because their lines carry both labels."""
    calibration: dict[str, float]
    """Parameters of :class:`gendertui.model.calibration.CharacterCalibration`."""
    model: Estimates
    baselines: dict[str, Estimates]
    paired: dict[str, Estimates]
    by_lines: tuple[LinesBin, ...]
    sentence: str
    confusion: Confusion

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> CharacterReport:
        return cls(
            rows=int(value["rows"]),
            groups=int(value["groups"]),
            counts=read_counts(value["counts"]),
            mixed=int(value.get("mixed", 0)),
            calibration={str(name): float(number) for name, number in value["calibration"].items()},
            model=read_figures(value["model"]),
            baselines={str(key): read_figures(part) for key, part in value["baselines"].items()},
            paired={str(key): read_figures(part) for key, part in value["paired"].items()},
            by_lines=tuple(LinesBin.from_json(part) for part in value["by_lines"]),
            sentence=str(value["sentence"]),
            confusion=read_confusion(value["confusion"]),
        )


@dataclass(frozen=True)
class Slice:
    """The lines of one film, one genre, one span of lengths …; films and characters by id."""

    name: str
    rows: int
    groups: int
    counts: dict[str, int]
    balanced_accuracy: Estimate | None
    auc: Estimate | None
    accuracy: Estimate | None
    """What is left where a label is absent."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Slice:
        return cls(
            name=str(value["name"]),
            rows=int(value["rows"]),
            groups=int(value["groups"]),
            counts=read_counts(value["counts"]),
            balanced_accuracy=read_figure(value.get("balanced_accuracy")),
            auc=read_figure(value.get("auc")),
            accuracy=read_figure(value.get("accuracy")),
        )


@dataclass(frozen=True)
class CalibrationBin:
    """Lines whose probability lies between ``lo`` and ``hi``, both labels weighing the same in the whole set."""

    lo: float
    hi: float
    n: int
    groups: int
    mean_probability: float
    share_positive: float
    low: float | None
    high: float | None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> CalibrationBin:
        return cls(
            lo=float(value["lo"]),
            hi=float(value["hi"]),
            n=int(value["n"]),
            groups=int(value["groups"]),
            mean_probability=float(value["mean_probability"]),
            share_positive=float(value["share_positive"]),
            low=value.get("low"),
            high=value.get("high"),
        )


@dataclass(frozen=True)
class Curves:
    """At most 101 points each."""

    roc: tuple[Point, ...] = ()
    """False positive rate, true positive rate."""
    precision_recall: tuple[Point, ...] = ()
    """Recall, precision at the labels' own rate."""
    calibration: tuple[CalibrationBin, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Curves:
        return cls(
            roc=read_points(value["roc"]),
            precision_recall=read_points(value["precision_recall"]),
            calibration=tuple(CalibrationBin.from_json(part) for part in value["calibration"]),
        )


@dataclass(frozen=True)
class Mistake:
    """A line worth looking at; its text is found by ``row`` in the corpus the run was trained on."""

    row: int
    character: str | None
    """Id, as ``group`` is; ``None`` where unknown."""
    group: str | None
    label: str
    probability: float
    """Of the positive label, at even odds."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mistake:
        return cls(
            row=int(value["row"]),
            character=value["character"],
            group=value["group"],
            label=str(value["label"]),
            probability=float(value["probability"]),
        )


@dataclass(frozen=True)
class Mistakes:
    """At most 50 each."""

    worst: tuple[Mistake, ...] = ()
    """Told wrong, most confident first."""
    uncertain: tuple[Mistake, ...] = ()
    """Nearest to one half first."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mistakes:
        return cls(
            worst=tuple(Mistake.from_json(part) for part in value["worst"]),
            uncertain=tuple(Mistake.from_json(part) for part in value["uncertain"]),
        )


def read_figures(value: Mapping[str, Any]) -> Estimates:
    return {str(metric): Estimate.from_json(part) for metric, part in value.items()}


def read_figure(value: Mapping[str, Any] | None) -> Estimate | None:
    return None if value is None else Estimate.from_json(value)


def read_counts(value: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in value.items()}


def read_confusion(value: Any) -> Confusion:
    (tn, fp), (fn, tp) = value
    return (int(tn), int(fp)), (int(fn), int(tp))


def read_points(value: Any) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in value)
