"""What a model's own report says of its answers: how often they were right, and how common the labels were.

The figures are validation's, as in ``report.json``; :mod:`gendertui.evaluation` says how they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.answers import Answer, answers
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.standing import Evidence

T = TypeVar("T")


@dataclass(frozen=True)
class Confidence:
    """How often a model was right on lines, or on speakers, like the one it answered.

    Both labels weigh the same in it (each row counts N / (2 N_class)), so it speaks of answers at even odds.
    """

    lower: float
    """Bounds of what counts as like it: of the probability of the likelier label, or of a speaker's lines."""
    upper: float | None
    """``None``: no upper bound."""
    accuracy: float
    low: float | None
    """95 % interval over groups; ``None`` where there were too few."""
    high: float | None
    n: int
    """How many lines, or speakers, it was measured on."""
    groups: int

    def holds(self, sure: float) -> bool:
        """Whether a probability of the likelier label is one of those."""
        upper = 1.0 if self.upper is None else self.upper
        return self.lower <= sure < upper or sure == upper == 1


class TrackRecord:
    """The parts of a bundle's report that go with its answers.

    :raises GendertuiError: the report is missing or damaged.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._report = report = bundle.report()
        self._validation: Mapping[str, Any] = self._read(lambda: report.get("sets", {}).get("validation", {}))

    @cached_property
    def evidence(self) -> Evidence:
        """How good the model is, in short.

        :raises GendertuiError: the report is incomplete.
        """
        return self._read(lambda: Evidence.of(self._report))

    def line(self, probability: float) -> Confidence | None:
        """How often the model was right on lines of which it was about as sure as this.

        :param probability: of either label, at even odds.
        :returns: ``None`` where the report does not say: it has no such figures, or no line was that sure.
        :raises GendertuiError: the report is incomplete.
        """
        sure = max(probability, 1 - probability)
        return next((each for each in self.lines if each.holds(sure)), None)

    @cached_property
    def lines(self) -> tuple[Confidence, ...]:
        """How often the model was right, by how sure it was of a line: every stretch in which that was measured.

        :raises GendertuiError: the report is incomplete.
        """

        def find() -> tuple[Confidence, ...]:
            parts = self._validation.get("confidence", ())
            return tuple(_confidence(part, part["accuracy"], part) for part in parts if part["accuracy"] is not None)

        return self._read(find)

    def speaker(self, lines: int) -> Confidence | None:
        """How often the model was right on speakers with about so many lines.

        :returns: ``None`` where the report does not say.
        :raises GendertuiError: the report is incomplete.
        """
        return next((each for each in self.speakers if each.lower <= lines <= (each.upper or lines)), None)

    @cached_property
    def speakers(self) -> tuple[Confidence, ...]:
        """How often the model was right, by a speaker's number of lines: every stretch in which that was measured.

        :raises GendertuiError: the report is incomplete.
        """

        def find() -> tuple[Confidence, ...]:
            parts = (self._validation.get("characters") or {}).get("by_lines", ())
            figures = ((part, part["balanced_accuracy"]) for part in parts)
            return tuple(_confidence(part, figure["value"], figure) for part, figure in figures if figure is not None)

        return self._read(find)

    @property
    def answers(self) -> list[Answer]:
        """The two plain answers that the report gives, none where it has no such figures.

        :raises GendertuiError: the report is incomplete.
        """
        return self._read(lambda: answers(self._validation, self._bundle.units))

    def rate(self, unit: Unit = "line") -> float:
        """The share of the positive label among validation's lines, or among its speakers.

        :raises GendertuiError: the report does not say, or is incomplete.
        """

        def find() -> float | None:
            part = self._validation if unit == "line" else self._validation.get("characters") or {}
            negative, positive = (int(part.get("counts", {}).get(label, 0)) for label in self._bundle.labels)
            return positive / (negative + positive) if negative and positive else None

        rate = self._read(find)
        if rate is None:
            raise GendertuiError(
                f"the model's report does not say how common its labels are among {self._bundle.units.noun(unit).many}",
                where=str(self._bundle.folder),
                hint=f"Give the rate of {self._bundle.labels[1]} as a number: --prior 0.3.",
                code=ExitCode.MODEL,
            )
        return rate

    def _read(self, find: Callable[[], T]) -> T:
        try:
            return find()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise GendertuiError(
                f"the model's report is incomplete: {type(error).__name__}: {error}",
                where=str(self._bundle.folder),
                hint="Train it again, or fetch the bundle again from where it came from.",
                code=ExitCode.MODEL,
            ) from error


def _confidence(part: Mapping[str, Any], accuracy: float, interval: Mapping[str, Any]) -> Confidence:
    return Confidence(
        lower=part["lower"],
        upper=part["upper"],
        accuracy=float(accuracy),
        low=interval["low"],
        high=interval["high"],
        n=int(part["n"]),
        groups=int(part["groups"]),
    )
