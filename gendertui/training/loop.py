"""The training loop: a generator of events, whose only side effects are the network's weights and checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics import point
from gendertui.training import bulk, devices, events
from gendertui.training.batches import DeviceLines, Order, epoch_order
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.learner import TrainStep
from gendertui.training.prepare import Prepared
from gendertui.training.running_metrics import RunningMetrics
from gendertui.training.still_learning import is_still_learning
from gendertui.training.stopwatch import Stopwatch
from gendertui.training.validation import positions, validation_figures

BATCH_EVENT_SECONDS = 0.1
CHECKPOINT_SECONDS = 300.0
PAUSE_POLL_SECONDS = 0.2

Control = Callable[[], str | None]
"""The current request: ``pause``, ``stop`` or ``None``."""


@dataclass(frozen=True)
class Result:
    """What the loop returns."""

    weights: dict[str, Tensor]
    """The network's state to keep, on the host."""
    epoch: int
    """The epoch after which the weights were kept; 0 if training was stopped within the first."""
    epochs: int
    """Epochs finished."""
    history: tuple[dict[str, Any], ...]
    """For each finished epoch its figures, as in :class:`events.Epoch`."""
    stopped: bool
    seconds: float
    still_learning: bool = False
    """Whether the epochs ran out while validation still got better."""


class _StoppedError(Exception):
    """The run was asked to stop; the checkpoint is written."""


class Trainer:
    """Trains what :func:`gendertui.training.prepare.prepare` prepared.

    :param control: polled between batches, of training and of validation.
    :param events_length: current byte length of ``events.jsonl``; stored in each checkpoint, read after every event
        yielded so far was handled.
    """

    def __init__(
        self,
        prepared: Prepared,
        *,
        checkpoints: Checkpoints,
        control: Control | None = None,
        events_length: Callable[[], int] | None = None,
    ) -> None:
        devices.make_deterministic()
        self.prepared = prepared
        self.config = prepared.config
        self.stopped = False
        """Whether training ended because a stop was requested."""
        self._checkpoints = checkpoints
        self._control: Control = control or _nothing
        self._events_length = events_length or _zero
        self._learner = TrainStep(prepared)
        self._lines = DeviceLines.of(prepared.encoded, max_length=self.config.max_length, device=self._learner.device)
        self._train_lengths = self._lines.lengths[prepared.train_rows]
        self._epoch, self._batch = 1, 0
        self._tally = self._new_tally()
        self._best_epoch, self._best_value = 0, float("-inf")
        self._best_weights: dict[str, Tensor] = {}
        self._history: list[dict[str, Any]] = []
        self._clock, self._epoch_clock = Stopwatch(), Stopwatch()
        self._last_checkpoint = time.monotonic()

    def run(self, *, resume: bool = False) -> Iterator[events.Event]:
        """Train to the end, or until a stop is requested.

        :param resume: continue from the newest intact checkpoint, or start from scratch if there is none.
        :raises GendertuiError: the loss is no longer a number, or no checkpoint can be read.
        """
        if resume:
            yield from self._resume()
        if self._epoch == 1 and self._batch == 0:
            yield self._plan()
            yield events.Stage(name="baselines")
            yield self._baselines()
            self._clock, self._epoch_clock = Stopwatch(), Stopwatch()
            self._learner.begin()
        try:
            while self._epoch <= self.config.epochs and not self._out_of_patience():
                yield from self._run_epoch()
                yield self._save()
        except _StoppedError:
            self.stopped = True

    def result(self) -> Result:
        """The weights to keep: the best epoch's, or the last one's if the configuration says so."""
        newest = self.config.selection_metric == "last" or not self._best_epoch
        finished = len(self._history)
        return Result(
            # After a stop within an epoch, the last finished epoch's weights are the newest worth keeping.
            weights=self._best_weights if self._best_epoch else self._learner.weights(),
            epoch=finished if newest else self._best_epoch,
            epochs=finished,
            history=tuple(self._history),
            stopped=self.stopped,
            seconds=self._clock.seconds(),
            still_learning=not self.stopped and self._is_still_learning(),
        )

    def _is_still_learning(self) -> bool:
        labels = self.prepared.encoded.labels[self.prepared.validation_rows]
        positive = int((labels == 1).sum())
        return is_still_learning(self._history, self.config.selection_metric, (len(labels) - positive, positive))

    def _run_epoch(self) -> Iterator[events.Event]:
        config, prepared = self.config, self.prepared
        order = self._order(self._epoch)
        tokens = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._lines.lengths[order.rows])))[order.bounds]
        # Speed is that of this process: it starts over when a run is resumed.
        first, seconds_before, last_event = self._batch, self._epoch_clock.seconds(), float("-inf")
        for batch in self._lines.batches(order, start=self._batch):
            self._tally.add(*self._learner.step(batch), batch.labels)
            self._batch += 1
            now = time.monotonic()
            if now - last_event >= BATCH_EVENT_SECONDS or self._batch == len(order):
                last_event = now
                busy = max(self._epoch_clock.seconds() - seconds_before, 1e-9)
                yield events.Batch(
                    epoch=self._epoch,
                    batch=self._batch,
                    batches=len(order),
                    loss=self._checked(self._tally.read().loss),
                    lines_per_second=int(order.bounds[self._batch] - order.bounds[first]) / busy,
                    tokens_per_second=int(tokens[self._batch] - tokens[first]) / busy,
                    learning_rate=self._learner.learning_rate,
                    memory_bytes=devices.memory_used(prepared.device),
                )
            yield from self._handle_control_requests()
            if time.monotonic() - self._last_checkpoint >= CHECKPOINT_SECONDS:
                yield self._save()
        validation = yield from self._validate()
        seconds = self._epoch_clock.seconds()
        sums = self._tally.read()
        train = {"loss": sums.loss, "accuracy": sums.accuracy}
        if sums.balanced_accuracy is not None:
            train["balanced_accuracy"] = sums.balanced_accuracy
        best = self._choose(validation)
        self._history.append(
            {"epoch": self._epoch, "train": train, "validation": validation, "seconds": seconds, "best": best}
        )
        yield events.Epoch(
            epoch=self._epoch,
            epochs=config.epochs,
            train=train,
            validation={"loss": validation["loss"]} if prepared.too_few else validation,
            seconds=seconds,
            best=best,
            averaged_over="batches" if prepared.averages_batches else "rows",
        )
        self._epoch, self._batch = self._epoch + 1, 0
        self._epoch_clock = Stopwatch()
        self._tally = self._new_tally()

    def _validate(self) -> Generator[events.Event, None, dict[str, float]]:
        rows = self.prepared.validation_rows
        over_batches = self.prepared.averages_batches
        order = bulk.scoring_order(self._lines, rows, batch_size=self.config.batch_size if over_batches else None)
        parts = []
        for logits in bulk.logits_by_batch(self._learner.network, self._lines, order):
            parts.append(logits)
            yield from self._handle_control_requests()
        return validation_figures(
            bulk.in_row_order(parts, order, rows),
            self.prepared.encoded.labels[rows],
            batches=positions(order, rows) if over_batches else None,
            balanced=self.config.balance != "none",
        )

    def _choose(self, validation: Mapping[str, float]) -> bool:
        """Keep the weights if this epoch is the best so far; ties go to the earlier one."""
        metric = self.config.selection_metric
        if metric == "last":
            value = float(self._epoch)
        else:
            value = -validation["loss"] if metric == "loss" else validation[metric]
        if value <= self._best_value:
            return False
        self._best_epoch, self._best_value = self._epoch, value
        self._best_weights = self._learner.weights()
        return True

    def _out_of_patience(self) -> bool:
        patience = self.config.patience
        return patience is not None and len(self._history) - self._best_epoch >= patience

    def _handle_control_requests(self) -> Iterator[events.Event]:
        """Handle requests: wait while paused, raise when stopped; a checkpoint is written before either."""
        asked = self._control()
        if asked is None:
            return
        if asked == "pause":
            yield self._save()
            with self._clock.stopped(), self._epoch_clock.stopped():
                while asked == "pause":
                    time.sleep(PAUSE_POLL_SECONDS)
                    asked = self._control()
        if asked == "stop":
            yield self._save()
            raise _StoppedError

    def _save(self) -> events.Checkpoint:
        state = {
            "epoch": self._epoch,
            "batch": self._batch,
            "order_seed": self.config.seed,
            "tally": self._tally.state(),
            "best_epoch": self._best_epoch,
            "best_value": self._best_value if self._best_epoch else None,
            "history": self._history,
            "seconds": self._clock.seconds(),
            "epoch_seconds": self._epoch_clock.seconds(),
            "hardware": self._hardware(),
            "events_bytes": self._events_length(),
        }
        self._checkpoints.write(state, {**self._learner.tensors(), "best": self._best_weights})
        self._last_checkpoint = time.monotonic()
        return events.Checkpoint(epoch=self._epoch, batch=self._batch)

    def _resume(self) -> Iterator[events.Event]:
        snapshot = self._checkpoints.load()
        if snapshot is None:
            return
        if snapshot.warning:
            yield events.Warning(text=snapshot.warning)
        self._restore(snapshot)
        differences = [
            f"{name} was {before}, is {now}"
            for name, now in self._hardware().items()
            if (before := snapshot.state["hardware"].get(name)) != now
        ]
        if self._learner.device.type == "cuda" and self.config.num_layers > 1 and self.config.dropout > 0:
            differences.append("cuDNN draws the dropout between layers from its own state")
        yield events.Resumed(
            epoch=self._epoch, batch=self._batch, bit_identical=not differences, why="; ".join(differences)
        )

    def _restore(self, snapshot: Snapshot) -> None:
        state = snapshot.state
        self._epoch, self._batch = int(state["epoch"]), int(state["batch"])
        self._tally.restore(state["tally"])
        self._best_epoch = int(state["best_epoch"])
        self._best_value = float("-inf") if state["best_value"] is None else float(state["best_value"])
        self._best_weights = dict(snapshot.tensors["best"])
        self._history = list(state["history"])
        self._clock = Stopwatch(float(state["seconds"]))
        self._epoch_clock = Stopwatch(float(state["epoch_seconds"]))
        self._learner.restore(snapshot.tensors)

    def _hardware(self) -> dict[str, Any]:
        """What must be equal for a resumed run to end bit-identical."""
        return {
            "device": self.prepared.device.id,
            "device name": self.prepared.device.name,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "precision": self.config.precision,
        }

    def _plan(self) -> events.Plan:
        return events.Plan(
            epochs=self.config.epochs,
            batches=len(self._order(1)),
            parameters=self._learner.parameters(),
            device=self.prepared.device.id,
            train_rows=len(self.prepared.train_rows),
            validation_rows=len(self.prepared.validation_rows),
            vocabulary=len(self.prepared.vocabulary),
            coverage=self.prepared.coverage,
        )

    def _baselines(self) -> events.Baselines:
        labels = self.prepared.encoded.labels[self.prepared.validation_rows]
        if self.prepared.too_few:
            return events.Baselines(figures={baseline.name: {} for baseline in self.prepared.baselines})
        return events.Baselines(
            figures={
                baseline.name: {
                    "accuracy": point.accuracy(baseline.validation_logits, labels),
                    "balanced_accuracy": point.balanced_accuracy(baseline.validation_logits, labels),
                    "auc": point.auc(baseline.validation_logits, labels),
                }
                for baseline in self.prepared.baselines
            }
        )

    def _order(self, epoch: int) -> Order:
        config = self.config
        positions = epoch_order(config.batching, self._train_lengths, config.batch_size, config.seed, epoch)
        return Order(self.prepared.train_rows[positions.rows], positions.bounds)

    def _new_tally(self) -> RunningMetrics:
        return RunningMetrics(self._learner.device, over_batches=self.prepared.averages_batches)

    def _checked(self, loss: float) -> float:
        if np.isfinite(loss):
            return loss
        raise GendertuiError(
            f"the loss is {loss} in epoch {self._epoch}, batch {self._batch}: training has diverged",
            hint="Lower --learning-rate, or set --gradient-clip-norm 1.",
            code=ExitCode.RUN,
        )


def _nothing() -> None:
    """Control without requests."""


def _zero() -> int:
    """Event length for callers that keep no events."""
    return 0
