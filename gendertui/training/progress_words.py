"""How a training goes, in words: what the shell and the app say beside its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gendertui.formatting import clock, interval, number
from gendertui.training.events import Epoch, Plan
from gendertui.training.pace import Pace

LAST = "last"
"""The selection metric that keeps the newest epoch, whatever its figures."""


def kept(epochs: Iterable[Epoch]) -> int | None:
    """The number of the epoch that is kept so far."""
    return max((epoch.epoch for epoch in epochs if epoch.best), default=None)


def standing(epochs: Sequence[Epoch], metric: str = "", *, beside_best: bool = False) -> str:
    """One sentence about the validation of the epochs so far, in their order; empty before there are two.

    :param metric: the configuration's ``selection_metric``, empty where it is not known.
    :param beside_best: the shorter one, beside what :func:`best` says.
    """
    if len(epochs) < 2:
        return ""
    newest = epochs[-1].epoch
    if metric == LAST:
        lowest = min(epochs, key=lambda epoch: epoch.validation.get("loss", 0.0)).epoch
        if lowest == newest:
            return "the loss on validation falls; the last epoch is kept"
        return f"the loss on validation has not fallen since epoch {lowest}; the last epoch is kept all the same"
    best_epoch = kept(epochs)
    if best_epoch in (None, newest):
        return "validation improves"
    if beside_best:
        return "validation has not improved since"
    return f"validation has not improved since epoch {best_epoch}; epoch {best_epoch} is kept"


def left(pace: Pace, plan: Plan, best_epoch: int | None) -> str:
    """``about 5:07 left``; ``1:20 to 5:07 left`` where training may end sooner, ``at most`` where it is not known
    how soon; empty before anything is.

    :param best_epoch: the epoch kept so far.
    """
    seconds = pace.seconds_left(plan, best_epoch)
    if seconds is None:
        return ""
    # Any epoch to come may be the best, for as many of which the training on all lines lasts.
    less = plan.may_end_sooner or (plan.refit_rows is not None and pace.epochs < plan.epochs)
    least = pace.least_seconds_left(plan, best_epoch) if less else None
    if least is not None and clock(least) != clock(seconds):
        return f"{clock(least)} to {clock(seconds)} left"
    return f"{'at most' if less and least is None else 'about'} {clock(seconds)} left"


def best(epoch: Epoch) -> str:
    """``best: epoch 15, AUC 0.520 (0.50–0.54)``; of validation with too few lines of a label its loss."""
    if (auc := epoch.validation.get("auc")) is None:
        return f"best: epoch {epoch.epoch}, loss {number(epoch.validation.get('loss'))}"
    between = interval(epoch.auc_low, epoch.auc_high, 2)
    return f"best: epoch {epoch.epoch}, AUC {number(auc)}" + (f" ({between})" if between else "")
