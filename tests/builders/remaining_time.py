"""How right the remaining time is: what is said at each batch of a run, beside what it turned out to be."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from gendertui.training.events import Batch, Epoch, Event, Plan
from gendertui.training.pace import Pace

AT_MOST = 0.2
SLACK_SECONDS = 1.0
"""In the last seconds of a run a fifth of them is too little to be seen: so much beside the truth is right, too."""
FIRST_SAID = 0.1
"""Of an epoch: from there on it has to be right."""


@dataclass(frozen=True)
class Said:
    """At one batch event."""

    done: float
    """Epochs."""
    seconds: float
    """Left, as said."""
    left: float
    """Left, as it was."""

    @property
    def error(self) -> float:
        """As a share of what was left."""
        return abs(self.seconds / self.left - 1) if self.left else 0.0

    @property
    def is_right(self) -> bool:
        return self.error <= AT_MOST or abs(self.seconds - self.left) <= SLACK_SECONDS


def said(events: Sequence[Event]) -> list[Said]:
    """From the first tenth of an epoch on, wherever anything is said, of a run that has ended after its last epoch."""
    plan = next(event for event in events if isinstance(event, Plan))
    total = sum(event.seconds for event in events if isinstance(event, Epoch))
    pace, found = Pace(), []
    for event in events:
        if isinstance(event, Epoch):
            pace.epoch(event)
        elif isinstance(event, Batch):
            pace.batch(event)
            seconds, done = pace.seconds_left(plan, None), event.epoch - 1 + (event.share or 0.0)
            if seconds is not None and done >= FIRST_SAID:
                found.append(Said(done, seconds, total - pace.elapsed))
    return found


def summary(name: str, found: Sequence[Said]) -> str:
    """Median, 95th percentile and maximum of the errors, and where the maximum is, without any slack."""
    by_error = sorted(found, key=lambda each: each.error)
    worst, high = by_error[-1], by_error[math.ceil(0.95 * len(by_error)) - 1].error
    wrong = sum(not each.is_right for each in found)
    return (
        f"{name}: {len(found)} times said; wrong by {median(each.error for each in found):.0%} (median), {high:.0%} "
        f"(95th percentile), {worst.error:.0%} (at most: after {worst.done:.2f} epochs said {worst.seconds:.1f} s, was "
        f"{worst.left:.1f} s); {wrong} times by more than {AT_MOST:.0%} and {SLACK_SECONDS:.0f} s"
    )


def write(path: Path, events: Sequence[Event]) -> None:
    """What a remaining time is made of."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for event in events:
            match event:
                case Plan():
                    writer.writerow(["plan", event.epochs, event.batches, event.train_rows, event.validation_rows])
                case Batch():
                    writer.writerow(["batch", event.epoch, event.batch, event.rows, event.share, event.seconds])
                case Epoch():
                    writer.writerow(["epoch", event.epoch, round(event.seconds, 3)])


def read(path: Path) -> list[Event]:
    """What :func:`write` wrote."""
    events: list[Event] = []
    batches = epochs = 0
    with path.open(encoding="utf-8", newline="") as stream:
        for kind, *values in csv.reader(stream):
            if kind == "plan":
                epochs, batches, train, validation = map(int, values)
                events.append(
                    Plan(
                        epochs=epochs,
                        batches=batches,
                        parameters=1,
                        device="cpu",
                        train_rows=train,
                        validation_rows=validation,
                        vocabulary=1,
                    )
                )
            elif kind == "batch":
                events.append(
                    Batch(
                        epoch=int(values[0]),
                        batch=int(values[1]),
                        batches=batches,
                        loss=0.6,
                        lines_per_second=1.0,
                        tokens_per_second=1.0,
                        learning_rate=0.001,
                        rows=int(values[2]),
                        share=float(values[3]),
                        seconds=float(values[4]),
                    )
                )
            else:
                events.append(
                    Epoch(
                        epoch=int(values[0]),
                        epochs=epochs,
                        train={},
                        validation={},
                        seconds=float(values[1]),
                        best=True,
                    )
                )
    return events
