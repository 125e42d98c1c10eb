"""The rate of the second label before anything is read: even odds, the natural one, or one that somebody gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gendertui import formatting
from gendertui.corpus.units import Unit
from gendertui.scoring.rate import parse_rate

if TYPE_CHECKING:
    from gendertui.scoring.scorer import Scorer

NATURAL = "natural"


@dataclass(frozen=True)
class Prior:
    """At which rate of the second label probabilities are given."""

    kind: Literal["even", "natural", "rate"] = "even"
    rate: float = 0.5
    """Only where :attr:`kind` is ``rate``; of one half otherwise."""

    @classmethod
    def parse(cls, text: str) -> Prior:
        """``natural``, or a rate as :func:`parse_rate` reads it.

        :raises GendertuiError: it is neither.
        """
        return cls("natural") if text.strip() == NATURAL else cls("rate", parse_rate(text))

    def of(self, scorer: Scorer, unit: Unit = "line") -> float:
        """The rate that is meant.

        :param scorer: whose report has the natural rate.
        :param unit: among which the second label has it: the natural rates of lines and of speakers differ.
        :raises GendertuiError: the natural rate is asked for, and the model's report does not say it.
        """
        return scorer.record.rate(unit) if self.kind == "natural" else self.rate

    def in_words(self, label: str, rate: float) -> str:
        """``at even odds``, ``at the natural rate, 32 % f``, ``at a rate of 20 % f``.

        :param label: the second label. :param rate: what :meth:`of` gave.
        """
        if self.kind == "even":
            return "at even odds"
        shown = f"{formatting.probability(rate)} {label}"
        return f"at the natural rate, {shown}" if self.kind == "natural" else f"at a rate of {shown}"
