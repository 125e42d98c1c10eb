"""An epoch's running sums. Batches are kept as they are until the sums are read, so that the loop never waits for a
device and launches nothing for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
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
    """Sums over the batches of an epoch; the same to the bit, whenever and however often they are read.

    :param over_batches: figures are means over batches, as in the article, and not over rows.
    """

    _FIELDS = 6  # batches' or rows' loss; batches' accuracy; right and seen, negative then positive

    def __init__(self, *, over_batches: bool) -> None:
        self.over_batches = over_batches
        self._sums = [0.0] * self._FIELDS
        self._unread: list[tuple[Tensor, Tensor, Tensor, int]] = []
        self.batches = 0.0
        """Batches so far: of each as large a part as this process had of its rows."""
        self.rows = 0

    def add(self, loss_sum: Tensor, logits: Tensor, labels: Tensor, *, whole: int | None = None) -> None:
        """Add a batch: the sum of its rows' losses, its logits, and its labels as 0.0 or 1.0.

        :param whole: rows of the whole batch, where these are this process's part of it.
        """
        whole = len(labels) if whole is None else whole
        self._unread.append((loss_sum.detach(), logits.detach(), labels, whole))
        self.batches += len(labels) / whole
        self.rows += len(labels)

    def read(self) -> MetricSums:
        """The figures so far; waits for the device."""
        self._settle()
        loss, accuracies, right0, seen0, right1, seen1 = self._sums
        if self.over_batches:
            return MetricSums(loss / (self.batches or 1), accuracies / (self.batches or 1), None)
        balanced = (right0 / seen0 + right1 / seen1) / 2 if seen0 and seen1 else None
        return MetricSums(loss / max(self.rows, 1), (right0 + right1) / max(self.rows, 1), balanced)

    def state(self) -> list[float]:
        """For a checkpoint: JSON floats, exact."""
        self._settle()
        return [float(self.batches), float(self.rows), *self._sums]

    def restore(self, *states: list[float]) -> None:
        """Restore what :meth:`state` returned: the sums of several processes, if there are more states than one."""
        self.batches, rows, *self._sums = (sum(map(float, values)) for values in zip(*states, strict=True))
        self.rows = int(rows)
        self._unread = []

    def _settle(self) -> None:
        """Add up the batches that have not been read."""
        if not self._unread:
            return
        losses, logits, labels, wholes = zip(*self._unread, strict=True)
        self._unread = []
        ends = np.cumsum([len(each) for each in labels])
        positive = _on_host(torch.cat(labels)) > 0.5
        right = (_on_host(torch.cat(logits)) > 0) == positive
        for batch, loss in enumerate(_on_host(torch.stack(losses)).tolist()):
            here = slice(ends[batch - 1] if batch else 0, ends[batch])
            rows, right_rows, whole = len(positive[here]), int(right[here].sum()), wholes[batch]
            right1, seen1 = int((right[here] & positive[here]).sum()), int(positive[here].sum())
            parts = (
                loss / whole if self.over_batches else loss,
                right_rows / whole,
                right_rows - right1,
                rows - seen1,
                right1,
                seen1,
            )
            self._sums = [total + part for total, part in zip(self._sums, parts, strict=True)]


def _on_host(values: Tensor) -> np.ndarray:
    return values.cpu().numpy()
