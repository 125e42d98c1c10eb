"""At which odds the probability is shown: even, the natural ones, or a rate that somebody gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gendertui.errors import ExitCode, GendertuiError
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question

if TYPE_CHECKING:
    from gendertui.scoring.track_record import TrackRecord
    from gendertui.tui.session import Session

Units = Literal["lines", "characters"]


@dataclass(frozen=True)
class Prior:
    """``rate`` is of the second label, and only where ``kind`` is ``rate``."""

    kind: Literal["even", "natural", "rate"] = "even"
    rate: float = 0.5

    def of(self, record: TrackRecord, units: Units = "lines") -> float:
        """The rate of the second label that is meant.

        :raises GendertuiError: the natural rate is asked for, and the model's report does not say it.
        """
        return record.rate(units) if self.kind == "natural" else self.rate

    def words(self, label: str, rate: float) -> str:
        """``at even odds``, ``at the natural rate, 32 % f``, ``at a rate of 20 % f``."""
        if self.kind == "even":
            return "at even odds"
        return f"at {'the natural rate,' if self.kind == 'natural' else 'a rate of'} {percent(rate)} {label}"


def percent(share: float) -> str:
    """``62 %``; with as many decimals as it takes not to be rounded to certainty."""
    for decimals in range(4):
        shown = f"{100 * share:.{decimals}f}"
        if 0 < float(shown) < 100 or share in (0, 1):
            break
    return f"{shown} %"


def parse_rate(text: str) -> float:
    """``0.2`` or ``20 %``.

    :raises GendertuiError: it is no rate between 0 and 1.
    """
    words = text.strip()
    try:
        rate = float(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    except ValueError:
        rate = -1.0
    if not 0 < rate < 1:
        raise GendertuiError(
            f"{words or 'nothing'} is no rate",
            hint="Give a number between 0 and 1, or a percentage: 0.2 or 20 %.",
            code=ExitCode.USAGE,
        )
    return rate


def ask_odds(app: Session, now: Prior, label: str, natural: float | None, then: Callable[[Prior], object]) -> None:
    """Ask for the odds; ``then`` gets the answer, and is not called where there is none.

    :param label: the second label.
    :param natural: its natural rate, ``None`` where the model's report does not say.
    """
    answers: list[tuple[str, str, str]] = [
        ("even", "Even odds", "Both labels equally frequent: what the line alone says."),
    ]
    if natural is not None:
        answers.append(("natural", f"The natural rate, {percent(natural)} {label}", "As in the validation lines."))
    answers.append(("rate", "A rate of your own …", f"What share of such lines is labelled {label}."))

    def rated(rate: float | None) -> None:
        if rate is not None:
            then(Prior("rate", rate))

    def chosen(kind: str | None) -> None:
        if kind == "rate":
            start = f"{now.rate:g}" if now.kind == "rate" else ""
            words = f"Share of lines labelled {label}: 0.2, or 20 %."
            app.push_screen(Question("Odds", words, parse_rate, start=start), rated)
        elif kind == "even":
            then(Prior())
        elif kind == "natural":
            then(Prior("natural"))

    at = next((place for place, answer in enumerate(answers) if answer[0] == now.kind), 0)
    app.push_screen(Choice("Odds before the line is seen", "", answers, at=at), chosen)
