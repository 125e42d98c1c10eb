"""Score many lines with torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from gendertui.arrays import Ints
from gendertui.model.networks.lengths import Lengths
from gendertui.training.batches import BatchSource, Order, in_length_order
from gendertui.training.devices import arithmetic
from gendertui.training.learner import build_network
from gendertui.training.streamed_lines import lines_of
from gendertui.training.validation import positions

if TYPE_CHECKING:
    from gendertui.training.prepare import TrainingData

Forward = Callable[[Tensor, Lengths], Tensor]
"""Token ids ``[batch, time]`` and their lines' lengths → logits ``[batch]``."""

EXACT_BATCH = 512
"""Default batch size for scoring: larger batches are no faster on a CPU."""


def scoring_order(lines: BatchSource, rows: Ints, *, batch_size: int | None) -> Order:
    """Batches of ``rows`` for scoring.

    :param batch_size: as torchtext's sorted BucketIterator cut them; ``None`` for batches of one length each,
        which are quicker.
    """
    exact = batch_size is None
    order = in_length_order(lines.lengths[rows], EXACT_BATCH if batch_size is None else batch_size, exact=exact)
    return Order(rows[order.rows], order.bounds)


def logits_by_batch(
    model: nn.Module,
    lines: BatchSource,
    order: Order,
    forward: Forward | None = None,
    *,
    precision: str = "float32",
) -> Iterator[Tensor]:
    """The logits of each batch on the device, float32, in evaluation mode; the caller may stop between batches.

    :param forward: a part of the model; by default the whole.
    :param precision: of the arithmetic, as :func:`gendertui.training.devices.arithmetic` takes it.
    """
    model.eval()
    for batch in lines.batches(order):
        with torch.inference_mode(), arithmetic(lines.device, precision):
            yield (forward or model)(batch.tokens, batch.lengths)


def logits_of(
    model: nn.Module, lines: BatchSource, rows: Ints, *, batch_size: int | None = None, precision: str = "float32"
) -> npt.NDArray[np.float32]:
    """Raw logits of ``rows``, in their order."""
    order = scoring_order(lines, rows, batch_size=batch_size)
    return in_row_order(list(logits_by_batch(model, lines, order, precision=precision)), order, rows)


def in_row_order(parts: list[Tensor], order: Order, rows: Ints) -> npt.NDArray[np.float32]:
    """Logits by batch → one array in the order of ``rows``, which must be distinct."""
    found = torch.cat(parts).cpu().numpy() if parts else np.empty(0, np.float32)
    result = np.empty(len(rows), np.float32)
    result[positions(order, rows).rows] = found
    return result


def logits_of_weights(data: TrainingData, weights: Mapping[str, Tensor], rows: Ints) -> npt.NDArray[np.float32]:
    """Raw logits of the configured network with given weights for rows of the corpus, in their order."""
    device = torch.device(data.device.id)
    network = build_network(data.config.network, data.config.model_dump(), len(data.vocabulary))
    network.load_state_dict(dict(weights))
    lines = lines_of(data.encoded, max_length=data.config.max_length, device=device)
    return logits_of(network.to(device), lines, rows)
