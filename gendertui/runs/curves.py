"""The curves of a run: what its events say of every epoch and every batch, as rows of one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Follower
from gendertui.training import events

COLUMNS = {
    "kind": "epoch (when it ended) or batch (ten a second, one after the first hour, at most)",
    "time": "seconds since 1970",
    "epoch": "counted from 1",
    "batch": "counted from 1; empty in a row of an epoch",
    "batches": "in an epoch; empty in a row of an epoch",
    "learning_rate": "of that batch",
    "train_loss": "mean since the epoch began",
    "train_accuracy": "of the epoch, as the following ones",
    "train_balanced_accuracy": "where classes are balanced",
    "validation_loss": "",
    "validation_accuracy": "before the model is calibrated",
    "validation_balanced_accuracy": "likewise",
    "validation_auc": "",
    "best": "1 where the weights were kept, else 0",
    "seconds": "that the epoch took",
    "lines_per_second": "of the process that trained, in that epoch so far, as the following one",
    "tokens_per_second": "",
    "memory_bytes": "in use on the device, where that is known",
}
"""Name → meaning of the columns, in their order; what a row does not have is ``None``."""

Row = dict[str, Any]


@dataclass
class Curves:
    """What a run has recorded so far; what was trained again after it was resumed is there once."""

    plan: events.Plan | None = None
    baselines: dict[str, dict[str, float]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    """With the keys of :data:`COLUMNS`, in the order in which they were recorded."""
    warnings: list[events.Warning] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Row]:
        """The rows of epochs, or of batches, with the columns that such rows have."""
        rows = [row for row in self.rows if row["kind"] == kind]
        used = [name for name in COLUMNS if name != "kind" and any(row[name] is not None for row in rows)]
        return [{name: row[name] for name in used} for row in rows]


def read_curves(run: RunFolder, *, thin: bool = False) -> Curves:
    """What a run has recorded up to now; it may still be running.

    :param thin: without most of the batches, which are nearly all of it.
    """
    found = Curves()
    for event in _recorded(run, thin=thin):
        match event:
            case events.Plan():
                found.plan = event
            case events.Baselines():
                found.baselines = event.figures
            case events.Warning():
                found.warnings.append(event)
            case events.Batch():
                found.rows.append(_batch(event))
            case events.Epoch():
                found.rows.append(_epoch(event))
            case events.Resumed() if not event.stage:
                found.rows = [row for row in found.rows if _is_before(row, event)]
    return found


def validation_auc(run: RunFolder) -> list[tuple[float, float]]:
    """(epoch, AUC on validation) of a run so far; an epoch without such a figure is left out."""
    return [
        (float(row["epoch"]), float(row["validation_auc"]))
        for row in read_curves(run, thin=True).rows
        if row["kind"] == "epoch" and row["validation_auc"] is not None
    ]


def read_warnings(run: RunFolder) -> list[events.Warning]:
    """What a run has warned of up to now."""
    return [event for event in _recorded(run, thin=True) if isinstance(event, events.Warning)]


def _recorded(run: RunFolder, *, thin: bool = False) -> Iterator[events.Event]:
    """What a run's file has now. :param thin: without most of the batches."""
    follower = Follower(run, thin=thin)
    behind = True
    while behind:
        yield from follower.poll()
        behind = follower.behind


def _is_before(row: Row, resumed: events.Resumed) -> bool:
    """Whether the checkpoint that training was resumed from has what the row is about."""
    if row["epoch"] != resumed.epoch:
        return bool(row["epoch"] < resumed.epoch)
    return row["kind"] == "batch" and bool(row["batch"] <= resumed.batch)


def _batch(event: events.Batch) -> Row:
    return {
        **dict.fromkeys(COLUMNS),
        "kind": "batch",
        "time": event.time,
        "epoch": event.epoch,
        "batch": event.batch,
        "batches": event.batches,
        "learning_rate": event.learning_rate,
        "train_loss": event.loss,
        "lines_per_second": event.lines_per_second,
        "tokens_per_second": event.tokens_per_second,
        "memory_bytes": event.memory_bytes,
    }


def _epoch(event: events.Epoch) -> Row:
    figures = {
        f"{part}_{name}": value
        for part, values in (("train", event.train), ("validation", event.validation))
        for name, value in values.items()
        if f"{part}_{name}" in COLUMNS
    }
    return {
        **dict.fromkeys(COLUMNS),
        "kind": "epoch",
        "time": event.time,
        "epoch": event.epoch,
        **figures,
        "best": int(event.best),
        "seconds": event.seconds,
    }
