"""Which model answers: the question, and where its cursor begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.dialogs.choice import Choice

if TYPE_CHECKING:
    from gendertui.model.listing import ModelInfo

ANSWERS = "● "


def model_question(models: list[ModelInfo], current: str) -> Choice[str]:
    """All models. The cursor is on the one that comes with the program unless that answers already: to go back to it
    is what somebody is here for whose own model answers.

    :param current: name of the model that answers.
    """
    answers = [
        (
            model.name,
            f"{ANSWERS if model.name == current else '  '}{model.shown}",
            "  " + " · ".join(part for part in (model.headline, model.why) if part),
        )
        for model in models
    ]
    at = next((place for place, model in enumerate(models) if model.shipped and model.name != current), 0)
    return Choice("Model", "", answers, at=at)
