"""Epochs of training steps: what every training has in common, whatever follows an epoch.

A generator of events, whose only side effects are the network's weights and checkpoints.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gendertui import machine
from gendertui.errors import ExitCode, GendertuiError
from gendertui.training import checkpoint, devices, events
from gendertui.training.batches import Order, epoch_order
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.diagnosis import DivergedError
from gendertui.training.learner import TrainStep
from gendertui.training.memory import BatchTooLargeError
from gendertui.training.parallel.ranks import ALONE, Ranks
from gendertui.training.prepare import TrainingData
from gendertui.training.running_metrics import RunningMetrics
from gendertui.training.schedule import learning_rate
from gendertui.training.stopwatch import Stopwatch
from gendertui.training.streamed_lines import lines_of

BATCH_EVENT_SECONDS = 0.1
LATE_BATCH_EVENT_SECONDS = 1.0
"""The least time between two batch events in the first :data:`EARLY_SECONDS` of a training, and after: ten a second are
11 MB an hour."""
EARLY_SECONDS = 3600.0
CHECKPOINT_SECONDS = 300.0
CHECKPOINT_SPACING = 5.0
"""Between two epochs' checkpoints lies at least this multiple of the time that the last one took."""
PAUSE_POLL_SECONDS = 0.2

Control = Callable[[], str | None]
"""The current request: ``pause``, ``stop`` or ``None``."""
_SAVE = "save"
_REQUESTS = (None, "pause", "stop", _SAVE)
"""As processes tell them one another, by number."""


@dataclass(frozen=True)
class Speed:
    """How fast this process has trained in the current epoch, and how far it is."""

    lines_per_second: float
    tokens_per_second: float
    rows: int
    """Lines of the epoch so far, of all processes."""
    share: float
    """Of the epoch's work, 0 to 1, see :meth:`gendertui.training.batches.Order.work`."""


class _StoppedError(Exception):
    """The training was asked to stop; the checkpoint is written."""


class EpochLoop(ABC):
    """Trains epoch by epoch; a subclass says what follows an epoch, and whether another one does.

    :param control: polled between batches.
    :param events_length: current byte length of ``events.jsonl``; stored in each checkpoint, read after every event
        yielded so far was handled.
    :param stage: what the training is called in its events; empty for the one with a validation set.
    :param ranks: the processes that train the network together, each with a loop of its own. The requests, the times
        and the checkpoints are those of rank 0.
    """

    def __init__(
        self,
        data: TrainingData,
        *,
        checkpoints: Checkpoints,
        control: Control | None = None,
        events_length: Callable[[], int] | None = None,
        stage: str = "",
        ranks: Ranks = ALONE,
    ) -> None:
        devices.make_deterministic()
        devices.allow_tf32(data.config.precision)
        self.config = data.config
        self.most_epochs = self.config.epochs
        """Epochs after which training ends, if nothing ends it before."""
        self.stopped = False
        """Whether training ended because a stop was requested."""
        self._data = data
        self._checkpoints = checkpoints
        self._control: Control = control or _nothing
        self._events_length = events_length or (lambda: 0)
        self._stage = stage
        self._ranks = ranks
        self._learner = TrainStep(data, ranks)
        self._lines = lines_of(data.encoded, max_length=self.config.max_length, device=self._learner.device)
        self._train_lengths = self._lines.lengths[data.train_rows]
        self._epoch, self._batch = 1, 0
        self._tally = self._new_tally()
        self._clock, self._epoch_clock = Stopwatch(), Stopwatch()
        self._last_checkpoint, self._checkpoint_seconds = time.monotonic(), 0.0

    def run(self, *, resume: bool = False) -> Iterator[events.Event]:
        """Train to the end, or until a stop is requested.

        :param resume: continue from the newest intact checkpoint, or start from scratch if there is none.
        :raises GendertuiError: the loss is no longer a number, or no checkpoint can be read.
        """
        if resume:
            yield from self._resume()
        if self._is_at_start():
            yield from self._before_first_epoch()
            self._clock, self._epoch_clock = Stopwatch(), Stopwatch()
            self._learner.begin()
        try:
            while self._decided(self._has_next_epoch()):
                yield from self._run_epoch()
                if self._decided(self._is_checkpoint_due() or not self._has_next_epoch()):
                    yield self._save()
        except _StoppedError:
            self.stopped = True

    # What differs from training to training

    @abstractmethod
    def _before_first_epoch(self) -> Iterator[events.Event]:
        """What is said before the first epoch."""

    def _after_changes(self) -> Iterator[events.Event]:
        """What is said where a run is continued with more epochs, or another batch size."""
        return iter(())

    @abstractmethod
    def _has_next_epoch(self) -> bool:
        """Whether epoch :attr:`_epoch` is trained."""

    @abstractmethod
    def _batch_event(self, batches: int, loss: float, speed: Speed) -> events.Event:
        """How far the training is, at most ten times a second; after the first hour once.

        :param batches: of an epoch. :param loss: mean since the epoch began.
        """

    @abstractmethod
    def _after_epoch(self) -> Iterator[events.Event]:
        """What follows the last batch of an epoch."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """What a checkpoint stores besides the position, JSON-able."""

    @abstractmethod
    def _kept_weights(self) -> Mapping[str, Tensor]:
        """The weights that a checkpoint stores besides the current ones."""

    @abstractmethod
    def _restore_state(self, snapshot: Snapshot) -> None:
        """Restore what :meth:`_state` and :meth:`_kept_weights` returned."""

    # Batches

    def _run_batches(self, order: Order) -> Iterator[events.Event]:
        """Train on the batches of an epoch from the current one on."""
        by_runs = self.config.batching == "pooled" and self._learner.device.type == "cpu"
        work = order.work(self._lines.lengths, by_runs=by_runs)
        tokens = np.concatenate((np.zeros(1, np.int64), np.cumsum(self._lines.lengths[order.rows])))[order.bounds]
        # Speed is that of this process: it starts over when a run is resumed.
        first, seconds_before, last_event = self._batch, self._epoch_clock.seconds(), float("-inf")
        read, pause = self._batch, BATCH_EVENT_SECONDS
        share = self._ranks.share(order, self._lines.lengths)
        for batch in self._lines.batches(share.order, start=self._batch):
            step = (self._epoch - 1) * len(order) + self._batch
            self._learner.learning_rate = learning_rate(self.config, step, self.most_epochs * len(order))
            whole, idle = int(share.whole[self._batch]), bool(share.idle[self._batch])
            loss_sum, logits = self._learner.step(batch, whole=whole, idle=idle)
            counted = slice(0, 0) if idle else slice(None)
            self._tally.add(loss_sum, logits[counted], batch.labels[counted], whole=whole)
            self._batch += 1
            now = time.monotonic()
            if now - last_event >= pause or self._batch == len(order):
                last_event = now
                pause = BATCH_EVENT_SECONDS if self._clock.seconds() < EARLY_SECONDS else LATE_BATCH_EVENT_SECONDS
                busy = max(self._epoch_clock.seconds() - seconds_before, 1e-9)
                speed = Speed(
                    lines_per_second=int(order.bounds[self._batch] - order.bounds[first]) / busy,
                    tokens_per_second=int(tokens[self._batch] - tokens[first]) / busy,
                    rows=int(order.bounds[self._batch]),
                    share=float(work[self._batch]),
                )
                loss = self._checked(self._tally.read().loss, read + 1)
                read = self._batch
                yield self._batch_event(len(order), loss, speed)
            yield from self._handle_control_requests(saving=True)

    def _run_epoch(self) -> Iterator[events.Event]:
        order = self._order(self._epoch)
        try:
            with devices.denormals_flushed():
                yield from self._run_batches(order)
        except Exception as error:
            if machine.is_out_of_memory(error):
                raise self._too_large(order) from error
            raise
        yield from self._after_epoch()
        self._epoch, self._batch = self._epoch + 1, 0
        self._epoch_clock = Stopwatch()
        self._tally = self._new_tally()

    def _too_large(self, order: Order) -> BatchTooLargeError:
        """What to raise where the current batch found no memory."""
        rows = order.rows[order.bounds[self._batch] : order.bounds[self._batch + 1]]
        return BatchTooLargeError(
            self._data.device.id,
            devices.memory(self._data.device),
            rows=len(rows),
            processes=self._ranks.size,
            steps=int(self._lines.lengths[rows].max()),
            place=f"epoch {self._epoch}, batch {self._batch + 1}",
        )

    def _handle_control_requests(self, *, saving: bool = False) -> Iterator[events.Event]:
        """Handle requests: wait while paused, raise when stopped; a checkpoint is written before either.

        :param saving: write one, too, where the last is old.
        """
        asked = self._asked(saving)
        if asked is None:
            return
        yield self._save()
        if asked == "pause":
            with self._clock.stopped(), self._epoch_clock.stopped():
                while asked == "pause":
                    time.sleep(PAUSE_POLL_SECONDS)
                    asked = self._asked()
            if asked == "stop":
                yield self._save()
        if asked == "stop":
            raise _StoppedError

    def _asked(self, saving: bool = False) -> str | None:
        """The request that is handled now, the same for all processes."""
        asked = self._control()
        if asked is None and saving and time.monotonic() - self._last_checkpoint >= CHECKPOINT_SECONDS:
            asked = _SAVE
        return _REQUESTS[self._ranks.agree(_REQUESTS.index(asked))]

    def _decided(self, yes: bool) -> bool:
        """What rank 0 decides."""
        return bool(self._ranks.agree(yes))

    def _order(self, epoch: int) -> Order:
        config = self.config
        positions = epoch_order(config.batching, self._train_lengths, config.batch_size, config.seed, epoch)
        return Order(self._data.train_rows[positions.rows], positions.bounds)

    def _new_tally(self) -> RunningMetrics:
        return RunningMetrics(over_batches=self._data.averages_batches)

    def _checked(self, loss: float, first: int) -> float:
        """The mean loss up to the current batch.

        :param first: the first batch since it was read last.
        :raises GendertuiError: it is not a number (code RUN).
        """
        if np.isfinite(loss):
            return loss
        batches = f"batch {self._batch}" if first >= self._batch else f"one of the batches {first} to {self._batch}"
        raise DivergedError(f"the loss is {loss} in epoch {self._epoch}, {batches}")

    # Checkpoints

    def _is_checkpoint_due(self) -> bool:
        """After an epoch: not where epochs are so short that checkpoints would take longer than they."""
        return time.monotonic() - self._last_checkpoint >= CHECKPOINT_SPACING * self._checkpoint_seconds

    def _save(self) -> events.Checkpoint:
        begun = time.monotonic()
        # Of each process what only it has.
        own = self._ranks.gathered((self._tally.state(), self._learner.generators()))
        if own:
            self._write(*zip(*own, strict=True))
        self._last_checkpoint = time.monotonic()
        self._checkpoint_seconds = self._last_checkpoint - begun
        return events.Checkpoint(epoch=self._epoch, batch=self._batch, stage=self._stage)

    def _write(self, tallies: Sequence[list[float]], generators: Sequence[Mapping[str, Tensor]]) -> None:
        """Write a checkpoint.

        :param tallies: of each process its figures of the epoch. :param generators: of each its random numbers' state.
        """
        state = {
            "epoch": self._epoch,
            "batch": self._batch,
            "order_seed": self.config.seed,
            "epochs": self.config.epochs,
            "batch_size": self.config.batch_size,
            "tally": tallies[0],
            **({"other_tallies": tallies[1:]} if tallies[1:] else {}),
            **self._state(),
            "seconds": self._clock.seconds(),
            "epoch_seconds": self._epoch_clock.seconds(),
            "hardware": self._hardware(),
            "events_bytes": self._events_length(),
        }
        drawn = checkpoint.generators_of_all(generators)
        self._checkpoints.write(state, {**self._learner.tensors(), "rng": drawn, "best": self._kept_weights()})

    def _resume(self) -> Iterator[events.Event]:
        snapshot = self._checkpoints.load()
        if snapshot is None:
            return
        if snapshot.warning:
            yield events.Warning(text=snapshot.warning)
        try:
            self._restore(snapshot)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            # Whole, but not this training's: of a network of another shape, or written by something else.
            raise GendertuiError(
                f"the checkpoint is not one of this run: {(str(error).splitlines() or [''])[0]}",
                where=str(self._checkpoints.folder),
                hint="Start a new run with the same settings.",
                code=ExitCode.RUN,
            ) from error
        differences = [
            f"{name} was {before}, is {now}"
            for name, now in self._hardware().items()
            if (before := ({"processes": 1} | snapshot.state["hardware"]).get(name)) != now
        ]
        changes = self._changes(snapshot.state)
        # What is laid out over all epochs was another course before; else further epochs change nothing.
        if "epochs" in changes and (self.config.schedule != "constant" or self.config.warmup):
            differences.append(f"the learning rate's schedule was of {changes['epochs']} epochs")
        if "batch_size" in changes:
            differences.append(f"batch size was {changes['batch_size']}, is {self.config.batch_size}")
        if self._learner.device.type == "cuda" and self.config.num_layers > 1 and self.config.dropout > 0:
            differences.append("cuDNN draws the dropout between layers from its own state")
        yield events.Resumed(
            epoch=self._epoch,
            batch=self._batch,
            bit_identical=not differences,
            why="; ".join(differences),
            stage=self._stage,
        )
        if changes and not self._is_at_start():
            yield from self._after_changes()

    def _changes(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """What the configuration was when a checkpoint was written, of the fields that a run may be continued with
        another value of.
        """
        now = {"epochs": self.config.epochs, "batch_size": self.config.batch_size}
        return {name: before for name in now if (before := state.get(name, now[name])) != now[name]}

    def _is_at_start(self) -> bool:
        return self._epoch == 1 and self._batch == 0

    def _restore(self, snapshot: Snapshot) -> None:
        state = snapshot.state
        self._epoch = int(state["epoch"])
        # Batches of another size are other batches: the epoch starts over, from the weights as they are.
        if "batch_size" not in self._changes(state):
            self._batch = int(state["batch"])
            self._restore_tally([state["tally"], *state.get("other_tallies", ())])
            self._epoch_clock = Stopwatch(float(state["epoch_seconds"]))
        self._restore_state(snapshot)
        self._clock = Stopwatch(float(state["seconds"]))
        self._learner.restore(snapshot.tensors, checkpoint.generators_of(snapshot.tensors["rng"], self._ranks.rank))

    def _restore_tally(self, tallies: Sequence[list[float]]) -> None:
        """Restore the figures of the epoch.

        :param tallies: one of each process that there was; rank 0 takes them all where there are more or fewer now.
        """
        if len(tallies) == self._ranks.size:
            self._tally.restore(tallies[self._ranks.rank])
        elif self._ranks.rank == 0:
            self._tally.restore(*tallies)

    def _hardware(self) -> dict[str, Any]:
        """What must be equal for a resumed run to end bit-identical."""
        return {
            "device": self._data.device.id,
            "device name": self._data.device.name,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "precision": self.config.precision,
            "processes": self._ranks.size,
        }


def _nothing() -> None:
    """Control without requests."""
