"""Figures of an epoch on the validation set."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Ints
from gendertui.evaluation.metrics import point
from gendertui.training.batches import Order


def validation_figures(
    logits: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int8],
    *,
    batches: Order | None,
    balanced: bool,
) -> dict[str, float]:
    """Loss, accuracy, balanced accuracy and AUC.

    :param batches: the positions in each batch, if loss and accuracy are means over batches.
    :param balanced: weight both labels equally in the loss, as in training.
    """
    figures = {
        "loss": point.log_loss(logits, labels, point.balanced_weights(labels) if balanced else None),
        "accuracy": point.accuracy(logits, labels),
        "balanced_accuracy": point.balanced_accuracy(logits, labels),
        "auc": point.auc(logits, labels),
    }
    if batches is not None:
        sizes = np.diff(batches.bounds)
        right = point.predictions(logits) == (labels == 1)
        for name, values in (("loss", point.log_losses(logits, labels)), ("accuracy", right.astype(np.float64))):
            means = np.add.reduceat(values[batches.rows], batches.bounds[:-1]) / sizes
            figures[name] = float(means.mean())
    return figures


def positions(order: Order, rows: Ints) -> Order:
    """The order with row numbers replaced by their positions in ``rows``, which must be distinct."""
    sorter = np.argsort(rows, kind="stable")
    return Order(sorter[np.searchsorted(rows, order.rows, sorter=sorter)], order.bounds)
