"""The training loop: epochs, each followed by a validation that chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from gendertui import state_files
from gendertui.evaluation.metrics import point
from gendertui.training import bulk, devices, diagnosis, events
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.epochs import Control, EpochLoop, Speed
from gendertui.training.prepare import Prepared
from gendertui.training.still_learning import is_still_learning
from gendertui.training.validation import positions, validation_figures


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
    """Whether training ended while validation still got better."""
    notes: tuple[str, ...] = ()
    """With what other settings it was trained in part."""


@dataclass(frozen=True)
class _EpochFigures:
    """What an entry of a checkpoint's history has at least."""

    epoch: int
    train: dict[str, float]
    validation: dict[str, float]
    seconds: float
    best: bool


class Trainer(EpochLoop):
    """Trains what :func:`gendertui.training.prepare.prepare` prepared, and chooses the epoch on its validation rows.

    Parameters as of :class:`EpochLoop`; ``control`` is polled between batches of validation, too.

    :param patience_from: the epoch after which patience begins to count; not 0 where an ended run is continued.
    """

    def __init__(
        self,
        prepared: Prepared,
        *,
        checkpoints: Checkpoints,
        control: Control | None = None,
        events_length: Callable[[], int] | None = None,
        patience_from: int = 0,
    ) -> None:
        super().__init__(prepared, checkpoints=checkpoints, control=control, events_length=events_length)
        self.prepared = prepared
        self._patience_from = patience_from
        self._notes: list[str] = []
        self._best_epoch, self._best_value = 0, float("-inf")
        self._best_weights: dict[str, Tensor] = {}
        self._history: list[dict[str, Any]] = []

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
            notes=tuple(self._notes),
        )

    def _is_still_learning(self) -> bool:
        labels = self.prepared.encoded.labels[self.prepared.validation_rows]
        positive = int((labels == 1).sum())
        return is_still_learning(self._history, self.config.selection_metric, (len(labels) - positive, positive))

    def _before_first_epoch(self) -> Iterator[events.Event]:
        yield self._plan()
        yield events.Stage(name="baselines")
        yield self._baselines()

    def _after_changes(self) -> Iterator[events.Event]:
        yield self._plan()

    def _has_next_epoch(self) -> bool:
        return self._epoch <= self.config.epochs and not self._out_of_patience()

    def _batch_event(self, batches: int, loss: float, speed: Speed) -> events.Event:
        return events.Batch(
            epoch=self._epoch,
            batch=self._batch,
            batches=batches,
            loss=loss,
            lines_per_second=speed.lines_per_second,
            tokens_per_second=speed.tokens_per_second,
            learning_rate=self._learner.learning_rate,
            memory_bytes=devices.memory_used(self.prepared.device),
        )

    def _after_epoch(self) -> Iterator[events.Event]:
        validation, one_class = yield from self._validate()
        seconds = self._epoch_clock.seconds()
        sums = self._tally.read()
        train = {"loss": sums.loss, "accuracy": sums.accuracy}
        if sums.balanced_accuracy is not None:
            train["balanced_accuracy"] = sums.balanced_accuracy
        best = self._choose(validation)
        self._history.append(
            {
                "epoch": self._epoch,
                "train": train,
                "validation": validation,
                "seconds": seconds,
                "best": best,
                "one_class": one_class,
            }
        )
        yield events.Epoch(
            epoch=self._epoch,
            epochs=self.config.epochs,
            train=train,
            validation={"loss": validation["loss"]} if self.prepared.too_few else validation,
            seconds=seconds,
            best=best,
            averaged_over="batches" if self.prepared.averages_batches else "rows",
        )
        yield from diagnosis.warnings(self._history, self.prepared.corpus.labels, self._best_epoch)

    def _validate(self) -> Generator[events.Event, None, tuple[dict[str, float], int | None]]:
        """The figures on validation, and the code of the label that every line of it was given, if there is one."""
        rows = self.prepared.validation_rows
        over_batches = self.prepared.averages_batches
        order = bulk.scoring_order(self._lines, rows, batch_size=self.config.batch_size if over_batches else None)
        parts = []
        scored = bulk.logits_by_batch(self._learner.network, self._lines, order, precision=self.config.precision)
        for part in scored:
            parts.append(part)
            yield from self._handle_control_requests()
        logits = bulk.in_row_order(parts, order, rows)
        if not np.isfinite(logits).all():
            raise diagnosis.DivergedError(f"the scores of validation are no numbers after epoch {self._epoch}")
        figures = validation_figures(
            logits,
            self.prepared.encoded.labels[rows],
            batches=positions(order, rows) if over_batches else None,
            balanced=self.config.balance != "none",
        )
        predicted = np.unique(logits > 0)
        return figures, int(predicted[0]) if len(predicted) == 1 else None

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
        return patience is not None and len(self._history) - max(self._best_epoch, self._patience_from) >= patience

    def _state(self) -> dict[str, Any]:
        return {
            "best_epoch": self._best_epoch,
            "best_value": self._best_value if self._best_epoch else None,
            "history": self._history,
            "notes": self._notes,
        }

    def _kept_weights(self) -> Mapping[str, Tensor]:
        return self._best_weights

    def _restore_state(self, snapshot: Snapshot) -> None:
        state = snapshot.state
        self._best_epoch = int(state["best_epoch"])
        self._best_value = float("-inf") if state["best_value"] is None else float(state["best_value"])
        self._best_weights = dict(snapshot.tensors["best"])
        for epoch in state["history"]:
            state_files.typed(epoch, _EpochFigures)
        self._history = list(state["history"])
        self._notes = list(state.get("notes", ()))
        before, now = self._changes(state).get("batch_size"), self.config.batch_size
        if before is not None:
            self._notes.append(
                f"Batches had {before} lines until training was resumed in epoch {self._epoch}, then {now}."
            )

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
