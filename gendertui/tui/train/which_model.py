"""The question which model answers from now on, the one of a run or the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.dialogs.choice import Choice

if TYPE_CHECKING:
    from gendertui.tui.run_model import ModelQuestion


def which_model(undecided: ModelQuestion) -> Choice[str]:
    """Both with their figures; the cursor is on the one that answers if nobody says."""
    new, old = undecided.new, undecided.old
    answers = [
        (new.name, f"Answer with {new.name}", new.figures),
        (old.name, f"Keep {old.name}", old.figures),
    ]
    question = f"The run has ended. Which model answers from now on? {undecided.comparison}"
    return Choice("Model", question, answers, at=int(undecided.default != new.name))
