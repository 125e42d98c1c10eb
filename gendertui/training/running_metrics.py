"""An epoch's running sums, kept on the device so that the loop never waits for them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class MetricSums:
    """The metrics, on the host."""

    loss: float
    """Mean loss, over rows or over batches."""
    accuracy: float
    balanced_accuracy: float | None
    """``None`` if averaged over batches, or if a label has not been seen."""


class RunningMetrics:
    """Sums over the batches of an epoch.

    :param over_batches: figures are means over batches, as in the article, and not over rows.
    """

    _FIELDS = 6  # batches' or rows' loss; batches' accuracy; right and seen, negative then positive

    def __init__(self, device: torch.device, *, over_batches: bool) -> None:
        self.over_batches = over_batches
        # Apple's GPUs have no float64; float32 is precise enough for what is printed.
        self._sums = torch.zeros(
            self._FIELDS, dtype=torch.float32 if device.type == "mps" else torch.float64, device=device
        )
        self.batches = 0
        self.rows = 0

    def add(self, loss_sum: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Add a batch: the sum of its rows' losses, its logits, and its labels as 0.0 or 1.0."""
        rows = len(labels)
        positive = labels > 0.5
        right = (logits > 0) == positive
        loss = loss_sum.detach() / rows if self.over_batches else loss_sum.detach()
        parts = (
            loss,
            right.float().mean(),
            (right & ~positive).sum(),
            (~positive).sum(),
            (right & positive).sum(),
            positive.sum(),
        )
        self._sums += torch.stack([part.to(self._sums.dtype) for part in parts])
        self.batches += 1
        self.rows += rows

    def read(self) -> MetricSums:
        """The figures so far; waits for the device."""
        loss, accuracies, right0, seen0, right1, seen1 = self._sums.tolist()
        if self.over_batches:
            return MetricSums(loss / max(self.batches, 1), accuracies / max(self.batches, 1), None)
        balanced = (right0 / seen0 + right1 / seen1) / 2 if seen0 and seen1 else None
        return MetricSums(loss / max(self.rows, 1), (right0 + right1) / max(self.rows, 1), balanced)

    def state(self) -> list[float]:
        """For a checkpoint: JSON floats, exact."""
        return [float(self.batches), float(self.rows), *self._sums.tolist()]

    def restore(self, state: list[float]) -> None:
        """Restore what :meth:`state` returned."""
        self.batches, self.rows = int(state[0]), int(state[1])
        self._sums.copy_(torch.tensor(state[2:], dtype=self._sums.dtype))
