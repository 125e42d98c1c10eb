"""The training loop: epochs, each followed by a validation that chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from gendertui import state_files
from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.auc_interval import auc_interval
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.model.networks import NETWORKS
from gendertui.training import devices, diagnosis, events, ngrams
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.epochs import Control, Speed
from gendertui.training.mixture import EVEN, Mixed, Mixture
from gendertui.training.parallel.ranks import ALONE, Ranks
from gendertui.training.prepare import Prepared
from gendertui.training.still_learning import guessing_error, is_still_learning
from gendertui.training.validated import ValidatedLoop
from gendertui.training.validation import positions, validation_figures

CHANCE_ERRORS = 1.96
"""So many standard errors to each side of 0.5 lies the AUC of guessing, 95 times of 100."""


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
    mixture: Mixed | None = None
    """What an ensemble's answer is made of; ``None`` of any other network."""


@dataclass(frozen=True)
class _Validated:
    """What validation says of an epoch."""

    figures: dict[str, float]
    one_class: int | None
    """The code of the label that every line was given, if there is one."""
    share: float
    """Of an ensemble's LSTMs in its answer."""
    auc_low: float | None
    auc_high: float | None


@dataclass(frozen=True)
class _EpochFigures:
    """What an entry of a checkpoint's history has at least."""

    epoch: int
    train: dict[str, float]
    validation: dict[str, float]
    seconds: float
    best: bool


class Trainer(ValidatedLoop):
    """Trains what :func:`gendertui.training.prepare.prepare` prepared, and chooses the epoch on its validation rows.

    Parameters as of :class:`ValidatedLoop`; ``control`` is polled between batches of validation, too. Of several
    processes the one with rank 0 runs it, the others :class:`gendertui.training.validated.FollowingTrainer`.
    """

    def __init__(
        self,
        prepared: Prepared,
        *,
        checkpoints: Checkpoints,
        control: Control | None = None,
        events_length: Callable[[], int] | None = None,
        patience_from: int = 0,
        ranks: Ranks = ALONE,
    ) -> None:
        super().__init__(
            prepared,
            checkpoints=checkpoints,
            control=control,
            events_length=events_length,
            patience_from=patience_from,
            ranks=ranks,
        )
        self._notes: list[str] = []
        self._best_epoch = 0
        self._best_weights: dict[str, Tensor] = {}
        self._history: list[dict[str, Any]] = []
        self._steps = 0

    @cached_property
    def mixture(self) -> Mixture | None:
        """The n-grams of an ensemble, fitted on first use (a few seconds); ``None`` of another network."""
        return Mixture(ngrams.choose(self.prepared)) if NETWORKS[self.config.network].has_ngrams else None

    @cached_property
    def _groups(self) -> npt.NDArray[np.int32]:
        """Of each validation line what intervals resample."""
        return UnitNumbers.of(self.prepared.corpus).group[self.prepared.validation_rows]

    def result(self) -> Result:
        """The weights to keep: the best epoch's, or the last one's if the configuration says so."""
        newest = self.config.selection_metric == "last" or not self._best_epoch
        finished = len(self._history)
        epoch = finished if newest else self._best_epoch
        share = float(self._history[epoch - 1].get("share", EVEN)) if epoch else EVEN
        mixture = self.mixture
        return Result(
            # After a stop within an epoch, the last finished epoch's weights are the newest worth keeping.
            weights=self._best_weights if self._best_epoch else self._kept(share),
            epoch=epoch,
            epochs=finished,
            history=tuple(self._history),
            stopped=self.stopped,
            seconds=self._clock.seconds(),
            still_learning=not self.stopped and self._is_still_learning(),
            notes=tuple(self._notes),
            mixture=None if mixture is None else Mixed(share, mixture.ngrams.strength),
        )

    def _is_still_learning(self) -> bool:
        return is_still_learning(self._history, self.config.selection_metric, self._counts)

    @property
    def _counts(self) -> tuple[int, int]:
        """Validation lines of each label."""
        labels = self.prepared.encoded.labels[self.prepared.validation_rows]
        positive = int((labels == 1).sum())
        return len(labels) - positive, positive

    def _before_first_epoch(self) -> Iterator[events.Event]:
        yield self._plan()
        yield events.Stage(name="baselines")
        yield self._baselines()

    def _after_changes(self) -> Iterator[events.Event]:
        yield self._plan()

    def _has_next_epoch(self) -> bool:
        return self._epoch <= self.config.epochs and not self._out_of_patience() and not self._out_of_bounds()

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
            rows=speed.rows,
            seconds=round(self._epoch_clock.seconds(), 3),
            share=round(speed.share, 5),
        )

    def _after_epoch(self) -> Iterator[events.Event]:
        validated = yield from self._validate()
        validation = validated.figures
        seconds = self._epoch_clock.seconds()
        sums = self._epoch_metrics().read()
        train = {"loss": sums.loss, "accuracy": sums.accuracy}
        if sums.balanced_accuracy is not None:
            train["balanced_accuracy"] = sums.balanced_accuracy
        best = self._choose(validation, validated.share)
        self._steps += self._batch
        self._history.append(
            {
                "epoch": self._epoch,
                "steps": self._steps,
                "train": train,
                "validation": validation,
                "share": validated.share,
                "seconds": seconds,
                "best": best,
                "one_class": validated.one_class,
            }
        )
        yield events.Epoch(
            epoch=self._epoch,
            epochs=self.most_epochs,
            train=train,
            validation={"loss": validation["loss"]} if self.prepared.too_few else validation,
            seconds=seconds,
            best=best,
            averaged_over=self._averaged_over,
            auc_low=validated.auc_low,
            auc_high=validated.auc_high,
        )
        yield from diagnosis.warnings(self._history, self.prepared.corpus.labels)

    def _validate(self) -> Generator[events.Event, None, _Validated]:
        rows = self.prepared.validation_rows
        labels, share = self.prepared.encoded.labels[rows], EVEN
        # It is fitted here, once in a process: an epoch does not take so long.
        with self._epoch_clock.stopped():
            mixture = self.mixture
        order = self._scoring_order()
        logits = yield from self._validation_logits(order)
        assert logits is not None
        if not np.isfinite(logits).all():
            raise diagnosis.DivergedError(f"the scores of validation are no numbers after epoch {self._epoch}")
        if mixture is not None:
            share = EVEN if self.prepared.too_few else mixture.share(logits, labels)
            logits = mixture.logits(logits, share)
        figures = validation_figures(
            logits,
            labels,
            batches=positions(order, rows) if self.prepared.averages_batches else None,
            balanced=self.config.balance != "none",
        )
        predicted = np.unique(logits > 0)
        one_class = int(predicted[0]) if len(predicted) == 1 else None
        limits = None if self.prepared.too_few else auc_interval(logits, labels, self._groups)
        return _Validated(figures, one_class, share, *(limits or (None, None)))

    def _choose(self, validation: Mapping[str, float], share: float) -> bool:
        """Keep the weights if this epoch is the best so far: ties go to the lower loss, then to the earlier one."""
        if self._best_epoch and self.config.selection_metric != "last":
            best = self._history[self._best_epoch - 1]["validation"]
            if self._merit(validation) <= self._merit(best):
                return False
        self._best_epoch = self._epoch
        self._best_weights = self._kept(share)
        return True

    def _merit(self, validation: Mapping[str, float]) -> tuple[float, float]:
        """What the best epoch has most of."""
        metric, loss = self.config.selection_metric, validation["loss"]
        return -loss if metric == "loss" else validation[metric], -loss

    def _kept(self, share: float) -> dict[str, Tensor]:
        """The weights to keep of the current ones."""
        weights, mixture = self._learner.weights(), self.mixture
        return weights if mixture is None else mixture.weights(weights, share)

    def _out_of_patience(self) -> bool:
        patience, since = self.config.patience, max(self._best_epoch, self._patience_from)
        if patience is None or len(self._history) - since < patience:
            return False
        steps = self._history[since - 1]["steps"] if since else 0
        return self._steps - steps >= (self.config.patience_steps or 0)

    def _out_of_bounds(self) -> bool:
        """Whether the steps or the time that the configuration allows are over."""
        if len(self._history) <= self._patience_from:
            return False
        steps, minutes = self.config.max_steps, self.config.max_minutes
        before = self._history[: self._patience_from]
        trained = self._steps - (before[-1]["steps"] if before else 0)
        seconds = self._clock.seconds() - sum(epoch["seconds"] for epoch in before)
        return (steps is not None and trained >= steps) or (minutes is not None and seconds >= 60 * minutes)

    def _state(self) -> dict[str, Any]:
        return {
            "best_epoch": self._best_epoch,
            "history": self._history,
            "notes": self._notes,
            "patience_from": self._patience_from,
        }

    def _changes(self, state: Mapping[str, Any]) -> dict[str, Any]:
        before = state.get("patience_from", 0)
        return super()._changes(state) | ({"patience_from": before} if before != self._patience_from else {})

    def _kept_weights(self) -> Mapping[str, Tensor]:
        return self._best_weights

    def _restore_state(self, snapshot: Snapshot) -> None:
        state = snapshot.state
        self._best_epoch = int(state["best_epoch"])
        self._best_weights = dict(snapshot.tensors["best"])
        for epoch in state["history"]:
            state_files.typed(epoch, _EpochFigures)
        self._history = list(state["history"])
        if any("steps" not in epoch for epoch in self._history):
            # A checkpoint of an earlier version.
            batches = len(self._order(1))
            for epoch in self._history:
                epoch.setdefault("steps", epoch["epoch"] * batches)
        self._steps = int(self._history[-1]["steps"]) if self._history else 0
        self._notes = list(state.get("notes", ()))
        before, now = self._changes(state).get("batch_size"), self.config.batch_size
        if before is not None:
            self._notes.append(
                f"Batches had {before} lines until training was resumed in epoch {self._epoch}, then {now}."
            )

    def _plan(self) -> events.Plan:
        batches, patience = len(self._order(1)), self.config.patience
        if patience is not None:
            patience = max(patience, -(-(self.config.patience_steps or 0) // batches))
        return events.Plan(
            epochs=self.most_epochs,
            may_end_sooner=patience is not None or self.config.max_minutes is not None,
            patience=patience,
            patience_from=self._patience_from,
            batches=batches,
            parameters=self._learner.parameters(),
            device=self.prepared.device.id,
            train_rows=len(self.prepared.train_rows),
            validation_rows=len(self.prepared.validation_rows),
            vocabulary=len(self.prepared.vocabulary),
            coverage=self.prepared.coverage,
            refit_rows=self._refit_rows() if self.config.refit == "all" else None,
            selection_metric=self.config.selection_metric,
            averaged_over=self._averaged_over,
            processes=self._ranks.size,
            chance=None if self.prepared.too_few else CHANCE_ERRORS * guessing_error(self._counts),
        )

    @property
    def _averaged_over(self) -> str:
        return "batches" if self.prepared.averages_batches else "rows"

    def _refit_rows(self) -> int:
        """About as many as the training on all lines has: those of the other two sets are balanced alike."""
        lines = {name: sum(counts.values()) for name, counts in self.prepared.split.counts.items()}
        return round(len(self.prepared.train_rows) * sum(lines.values()) / max(lines["train"], 1))

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
