"""Whether training ended while the model was still improving, so that more epochs would likely help.

Computed only here; the run's status, its report and every screen repeat it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from gendertui.training.config import MAX_EPOCHS

LAST_EPOCHS = 3
LEAST_FALL = 0.01
"""Relative change of the validation loss below which it counts as constant."""


def is_still_learning(history: Sequence[Mapping[str, Any]], metric: str, counts: tuple[int, int]) -> bool:
    """Whether the validation figure that selects the epoch rose in each of the last epochs by more than chance.

    :param history: for each epoch its figures, ``validation`` as in :class:`gendertui.training.events.Epoch`.
    :param metric: the configuration's ``selection_metric``; with ``last``, which uses no figure, the loss counts.
    :param counts: validation lines of each label.
    """
    name = "loss" if metric == "last" else metric
    values = [float(epoch["validation"][name]) for epoch in history]
    rises = values if name != "loss" else [-value for value in values]
    last = rises[-LAST_EPOCHS:]
    if len(last) < 2 or max(rises) > last[-1] or any(after <= before for before, after in pairwise(last)):
        return False
    # Half an error: two epochs are measured on the same lines, so that their difference varies less than either.
    least = LEAST_FALL * values[-len(last)] if name == "loss" else guessing_error(counts) / 2
    return last[-1] - last[0] > least


def remark(epochs: int) -> str:
    """The message for a run that trained that many epochs, whichever bound ended it."""
    return (
        f"Still learning when it stopped after {epochs} epochs: more epochs would likely help; "
        f"gendertui train --resume RUN --epochs {more_epochs(epochs)} continues it."
    )


def more_epochs(epochs: int) -> int:
    """Up to how many epochs to continue a run that trained so many: twice."""
    return min(2 * epochs, MAX_EPOCHS)


def guessing_error(counts: tuple[int, int]) -> float:
    """The standard error of the AUC of a guessing model (Mann and Whitney); that of balanced accuracy is similar.

    :param counts: lines of each label.
    """
    negative, positive = counts
    if not negative or not positive:
        return math.inf
    return math.sqrt((negative + positive + 1) / (12 * negative * positive))
