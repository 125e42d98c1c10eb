"""Estimate the cost of a configuration by arithmetic: parameters and bytes.

``None`` for a network without a numpy forward pass, whose shapes only torch knows.
"""

from __future__ import annotations

import math

from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.scoring.forward import FORWARDS
from gendertui.training.config import TrainingConfig

FLOAT_BYTES = 4
# Weights, gradients, and Adam's two moments.
COPIES = 4
# Floats kept for the backward pass for each unit, direction and step: four gates, cell, hidden, tanh of the cell.
LSTM_ACTIVATIONS = 7


def parameter_count(config: TrainingConfig, vocabulary: int) -> int | None:
    """Trainable parameters of the configured network. :param vocabulary: words, ``<unk>`` and ``<pad>`` included."""
    shapes = _shapes(config, vocabulary)
    return None if shapes is None else _count(shapes)


def memory_bytes(config: TrainingConfig, vocabulary: int, tokens_a_line: int = 64) -> int | None:
    """Approximate bytes that training needs on the device: weights, gradients, optimizer and one batch's activations.

    :param tokens_a_line: length of the longest line of a batch (99 in 100 film lines have at most 68 tokens).
    """
    shapes = _shapes(config, vocabulary)
    if shapes is None:
        return None
    steps = config.batch_size * min(tokens_a_line, config.max_length or tokens_a_line)
    # Each direction of each layer of each LSTM has one recurrent matrix, [4 * hidden, hidden].
    units = LSTM_ACTIVATIONS * sum(shape[1] for name, shape in shapes.items() if ".weight_hh_" in name)
    activations = steps * (units + shapes[EMBEDDING][1])
    return FLOAT_BYTES * (COPIES * _count(shapes) + activations)


def _shapes(config: TrainingConfig, vocabulary: int) -> dict[str, tuple[int, ...]] | None:
    forward = FORWARDS.get(config.network)
    return None if forward is None else forward.shapes(config.model_dump(), vocabulary)


def _count(shapes: dict[str, tuple[int, ...]]) -> int:
    return sum(math.prod(shape) for shape in shapes.values())
