"""The rows of the epoch table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from gendertui.formatting import IN_PERCENT, clock, number, percent
from gendertui.tui.widgets.table import Column

if TYPE_CHECKING:
    from gendertui.training.events import Epoch

EPOCH_COLUMNS = (
    Column("epoch", "epoch", 6, right=True),
    Column("train_loss", "train loss", 10, right=True, term="loss"),
    Column("loss", "val. loss", 9, right=True),
    Column("accuracy", "accuracy", 8, right=True),
    Column("balanced_accuracy", "balanced", 8, right=True),
    Column("auc", "AUC", 6, right=True),
    Column("seconds", "time", 6, right=True),
    Column("best", "", 8, grow=True),
)


class EpochRows:
    """Epochs in their order; ``best`` is the number of the one kept so far."""

    def __init__(self, epochs: Sequence[Epoch], best: int | None) -> None:
        self._epochs = epochs
        self._best = best

    def __len__(self) -> int:
        return len(self._epochs)

    def cell(self, row: int, column: str) -> Text:
        epoch = self._epochs[row]
        match column:
            case "epoch":
                return Text(f"{epoch.epoch}/{epoch.epochs}")
            case "train_loss":
                return Text(number(epoch.train.get("loss")))
            case "seconds":
                return Text(clock(epoch.seconds))
            case "best":
                return Text("◀ best" if epoch.epoch == self._best else "")
            case _:
                shown = percent if column in IN_PERCENT else number
                return Text(shown(epoch.validation.get(column)))
