"""What an epoch shows to be wrong with a training, in words; computed only here, from the figures of its epochs.

That validation still got better at the end is :mod:`gendertui.training.still_learning`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import number
from gendertui.training import events

OVERFITTING_EPOCHS = 2
OVERFITTING_RISE = 0.01
"""A training overfits where in so many epochs on end the validation loss rose, by this share in all, while the training
loss fell."""


class DivergedError(GendertuiError):
    """A loss or a score is no number any more.

    :param what: which, and where in the training.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: training has diverged",
            hint="Start a new run with a lower --learning-rate, or with --gradient-clip-norm 1; resumed, this one "
            "would diverge again.",
            code=ExitCode.RUN,
        )


History = Sequence[Mapping[str, Any]]


def warnings(history: History, labels: tuple[str, str]) -> Iterator[events.Warning]:
    """What the last epoch shows and the one before it did not.

    :param history: for each epoch its figures, as in :class:`gendertui.training.events.Epoch`, and under ``one_class``
        the code of the label that was predicted for every validation line, ``None`` if both were.
    """
    if is_overfitting(history) and not is_overfitting(history[:-1]):
        first, last = history[-1 - OVERFITTING_EPOCHS], history[-1]
        train, validation = (
            f"{number(first[name]['loss'])} to {number(last[name]['loss'])}" for name in ("train", "validation")
        )
        yield events.Warning(
            kind=events.OVERFITTING,
            text=f"Overfitting: from epoch {len(history) - OVERFITTING_EPOCHS} to {len(history)} the loss rose on "
            f"validation ({validation}) and fell on train ({train}). The weights of the best epoch are kept.",
        )
    code = history[-1].get("one_class")
    if code is not None and (len(history) == 1 or history[-2].get("one_class") != code):
        yield events.Warning(
            kind=events.ONE_CLASS,
            text=f"After epoch {len(history)} the model predicts {labels[code]} for every validation line: so far it "
            "does not tell the labels apart.",
        )


def is_overfitting(history: History) -> bool:
    """Whether a training overfits after the last of some epochs, see :data:`OVERFITTING_RISE`."""
    last = history[-1 - OVERFITTING_EPOCHS :]
    if len(last) <= OVERFITTING_EPOCHS:
        return False
    train, validation = ([float(epoch[name]["loss"]) for epoch in last] for name in ("train", "validation"))
    rises = all(after > before for before, after in pairwise(validation))
    falls = all(after < before for before, after in pairwise(train))
    return rises and falls and validation[-1] > (1 + OVERFITTING_RISE) * validation[0]
