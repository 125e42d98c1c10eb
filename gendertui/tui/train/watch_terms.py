"""What the figures of the run that is followed mean, by the glossary's keys: those of an epoch, and of what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.evaluation.glossary import Value
from gendertui.formatting import count, estimate, number, parameters, percent, rate
from gendertui.training.progress_words import best

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.training.events import Epoch


def terms(view: RunView, epoch: Epoch | None) -> dict[str, Value | None]:
    """Key of a term → its figure, where there is one, in the order in which the screen has them.

    :param epoch: the one under the cursor of the table.
    """
    found: dict[str, Value | None] = {}
    if epoch is not None:
        found |= _of_epoch(epoch)
    if view.best is not None:
        found["best"] = Value("so far" if view.active else "kept", best(view.epochs[view.best]).removeprefix("best: "))
    return {**found, "interval": None, "guessing": None, **_of_now(view)}


def _of_epoch(epoch: Epoch) -> dict[str, Value | None]:
    whose, validation = f"epoch {epoch.epoch}", epoch.validation
    losses = f"{number(epoch.train.get('loss'))} on train, {number(validation.get('loss'))} on validation"
    found: dict[str, Value | None] = {
        "epoch": Value(whose, f"one of {count(epoch.epochs)} at most"),
        "loss": Value(whose, losses),
    }
    for key in ("accuracy", "balanced_accuracy"):
        if key in validation:
            found[key] = Value(whose, percent(validation[key]), validation[key])
    if "auc" in validation:
        shown = estimate(validation["auc"], epoch.auc_low, epoch.auc_high)
        found["auc"] = Value(whose, shown, validation["auc"])
    return found


def _of_now(view: RunView) -> dict[str, Value | None]:
    batch, plan = view.batch, view.plan
    found: dict[str, Value | None] = {}
    if batch is not None:
        found["batch"] = Value("here", f"{count(batch.batches)} in an epoch")
        found["learning rate"] = Value("here", f"{batch.learning_rate:g}")
        if (lines := view.pace.lines_per_second) is not None:
            found["lines per second"] = Value("here", rate(lines))
    if plan is not None:
        found["parameters"] = Value("here", parameters(plan.parameters).removesuffix(" parameters"))
        if plan.coverage is not None:
            found["coverage"] = Value("here", percent(plan.coverage))
    return found
