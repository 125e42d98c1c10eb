"""A run that a builder keeps going: its lock is held, its heart beats, and its events are written one by one.

What reads the folder sees a worker at work, at whatever pace the test sets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gendertui.files import ensure_dir
from gendertui.paths import runs_dir
from gendertui.runs.folder import RunFolder
from gendertui.runs.heartbeat import Heartbeat
from gendertui.runs.records import State, Status
from gendertui.training.config import preset
from gendertui.training.events import Baselines, Batch, Epoch, Event, Plan, Stage

BATCHES = 100
EVENTS_PER_SECOND = 10
"""As many batch events as a worker writes in a second."""


class ReplayedRun:
    """A run whose training goes on by :meth:`step`: one batch event a call, an epoch every :data:`BATCHES` calls."""

    def __init__(self, name: str = "20260921-091500-quick-films", *, epochs: int = 40) -> None:
        self.epochs = epochs
        self.steps = 0
        self._losses: list[float] = []
        self.folder = RunFolder(ensure_dir(runs_dir() / name))
        self.folder.write_config(
            {
                "schema": 1,
                "created": 1_790_000_000.0,
                "preset": "quick",
                "corpus": {"path": "sample", "name": "films"},
                "config": {**preset("quick").model_dump(), "epochs": epochs},
                "resolved": {},
            }
        )
        self.folder.write_status(Status(state="training", epochs=epochs))
        self.write(
            Stage(name="reading the corpus", done=1_000, total=1_000, unit="lines"),
            Baselines(figures={"majority": {"auc": 0.5}, "tfidf-logistic": {"auc": 0.598}}),
            Plan(
                epochs=epochs,
                batches=BATCHES,
                parameters=879_873,
                device="cpu",
                train_rows=65_376,
                validation_rows=14_009,
                vocabulary=13_871,
                coverage=0.987,
                chance=0.011,
                selection_metric="auc",
            ),
        )

    def write(self, *events: Event) -> None:
        """Append events, as the worker does: whole lines."""
        with self.folder.events_file.open("a", encoding="utf-8") as stream:
            stream.write("".join(event.to_json() + "\n" for event in events))

    def step(self, is_best: Callable[[int], bool] = lambda _: True) -> None:
        """One batch event; at the end of an epoch the epoch's, too."""
        epoch, batch = divmod(self.steps, BATCHES)
        epoch, batch = epoch + 1, batch + 1
        self.steps += 1
        self._losses = [*(self._losses if batch > 1 else ()), _loss(self.steps)]
        self.write(
            Batch(
                epoch=epoch,
                batch=batch,
                batches=BATCHES,
                loss=sum(self._losses) / batch,
                lines_per_second=4_612.0 + 400 * math.sin(self.steps),
                tokens_per_second=62_413.0 + 5_000 * math.sin(self.steps),
                learning_rate=0.001,
                memory_bytes=412_000_000 + 1_000_000 * (self.steps % 7),
                rows=65_376 * batch // BATCHES,
                seconds=0.9 * batch / EVENTS_PER_SECOND,
            )
        )
        if batch == BATCHES:
            self.end_epoch(epoch, best=is_best(epoch))

    def end_epoch(self, epoch: int, *, best: bool = True) -> None:
        """The epoch's figures, in the events and in the status."""
        auc = 0.5 + 0.1 * (1 - math.exp(-epoch / 8))
        self.write(
            Epoch(
                epoch=epoch,
                epochs=self.epochs,
                train={"loss": sum(self._losses) / len(self._losses), "accuracy": auc + 0.03},
                validation={
                    "loss": 0.4 + 0.3 * math.exp(-epoch / 10),
                    "accuracy": auc,
                    "balanced_accuracy": auc,
                    "auc": auc,
                },
                seconds=BATCHES / EVENTS_PER_SECOND,
                best=best,
                auc_low=auc - 0.015,
                auc_high=auc + 0.015,
            )
        )
        self.folder.write_status(Status(state="training", epoch=epoch, epochs=self.epochs))

    def end(self, state: State, *, why: str = "", headline: str = "") -> None:
        """The final state, as the worker writes it."""
        self.folder.write_status(Status(state=state, why=why, headline=headline, epoch=1, epochs=self.epochs))

    @contextmanager
    def alive(self) -> Iterator[ReplayedRun]:
        """Hold the lock and beat meanwhile, as the run's worker does."""
        with self.folder.lock() as lock:
            heart = Heartbeat(Path(self.folder.heartbeat_file), lock_holds=lock.holds)
            heart.start()
            try:
                yield self
            finally:
                heart.stop()


def _loss(step: int) -> float:
    """Of one batch: falls, and is as restless as a batch's loss is."""
    return 0.3 + 0.4 * math.exp(-step / BATCHES / 10) + 0.03 * math.sin(7.0 * step)
