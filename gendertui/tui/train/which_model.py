"""The question which model answers from now on, the one of a run or the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.dialogs.choice import Choice

if TYPE_CHECKING:
    from gendertui.tui.run_model import ModelQuestion


def which_model(undecided: ModelQuestion) -> Choice[str]:
    """Each with its figures; the cursor is on the one that answers if nobody says."""
    options = undecided.options
    answers = [
        (option.name, f"{'Keep' if option == undecided.old else 'Answer with'} {option.name}", option.figures)
        for option in options
    ]
    question = f"The run has ended. Which model answers from now on? {undecided.comparison}"
    return Choice("Model", question, answers, at=options.index(undecided.default))
