"""Asks at which odds the probability is shown: even, the natural ones, or a rate that somebody gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gendertui import formatting
from gendertui.scoring.prior import Prior
from gendertui.scoring.rate import parse_rate
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question

if TYPE_CHECKING:
    from gendertui.tui.session import Session


def ask_odds(app: Session, now: Prior, label: str, natural: float | None, then: Callable[[Prior], object]) -> None:
    """Ask for the odds; ``then`` gets the answer, and is not called where there is none.

    :param label: the second label.
    :param natural: its natural rate, ``None`` where the model's report does not say.
    """
    answers: list[tuple[str, str, str]] = [
        ("even", "Even odds", "Both labels equally frequent: what the line alone says."),
    ]
    if natural is not None:
        shown = formatting.probability(natural)
        answers.append(("natural", f"The natural rate, {shown} {label}", "As in the validation lines."))
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
