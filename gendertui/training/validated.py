"""Epochs each followed by a validation: the part that every process takes in it.

What validation says, and which epoch is kept, is for :mod:`gendertui.training.loop`, which rank 0 runs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gendertui.training import bulk, events
from gendertui.training.batches import Order
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.epochs import Control, EpochLoop, Speed
from gendertui.training.parallel.ranks import ALONE, Ranks
from gendertui.training.prepare import Prepared
from gendertui.training.running_metrics import RunningMetrics
from gendertui.training.validation import positions


class ValidatedLoop(EpochLoop):
    """Parameters as of :class:`EpochLoop`.

    :param patience_from: the epoch after which patience and the bounds on steps and time begin to count; not 0 where an
        ended run is continued.
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
        super().__init__(prepared, checkpoints=checkpoints, control=control, events_length=events_length, ranks=ranks)
        self.prepared = prepared
        self._patience_from = patience_from
        self.most_epochs = self.config.most_epochs(len(self._order(1)), patience_from)

    def _scoring_order(self) -> Order:
        """The batches of validation."""
        size = self.config.batch_size if self.prepared.averages_batches else None
        return bulk.scoring_order(self._lines, self.prepared.validation_rows, batch_size=size)

    def _validation_logits(self, order: Order) -> Generator[events.Event, None, npt.NDArray[np.float32] | None]:
        """The logits of the validation rows, in their order, at rank 0; ``None`` at the others.

        :param order: what :meth:`_scoring_order` gives, of which each process scores its part.
        """
        rows = self.prepared.validation_rows
        network, part_of = self._learner.network, self._learner.trained_logits
        parts = []
        mine = self._ranks.dealt(order, self._ranks.rank)
        for part in bulk.logits_by_batch(network, self._lines, mine, part_of, precision=self.config.precision):
            parts.append(part)
            yield from self._handle_control_requests()
        everyones = self._ranks.gathered(torch.cat(parts).cpu().numpy() if parts else np.empty(0, np.float32))
        if not everyones:
            return None
        logits = np.empty(len(rows), np.float32)
        for rank, found in enumerate(everyones):
            logits[positions(self._ranks.dealt(order, rank), rows).rows] = found
        return logits

    def _epoch_metrics(self) -> RunningMetrics:
        """The figures of the epoch over the rows of all processes, at rank 0."""
        states, total = self._ranks.gathered(self._tally.state()), self._new_tally()
        if states:
            total.restore(*states)
        return total


class FollowingTrainer(ValidatedLoop):
    """Trains as the process with rank 0 does; its events say nothing, and it writes nothing."""

    def _before_first_epoch(self) -> Iterator[events.Event]:
        return iter(())

    def _has_next_epoch(self) -> bool:
        """Rank 0 decides."""
        return True

    def _batch_event(self, batches: int, loss: float, speed: Speed) -> events.Event:
        return events.Stage(name="training")

    def _after_epoch(self) -> Iterator[events.Event]:
        yield from self._validation_logits(self._scoring_order())
        self._epoch_metrics()

    def _state(self) -> dict[str, Any]:
        return {}

    def _kept_weights(self) -> Mapping[str, Tensor]:
        return {}

    def _restore_state(self, snapshot: Snapshot) -> None:
        """The state is rank 0's."""
