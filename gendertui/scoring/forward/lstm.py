"""torch's ``nn.LSTM``, bidirectional, in numpy: the same weights, the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

DIRECTIONS = ("", "_reverse")


def bilstm(tensors: Mapping[str, Array], embedded: Array, lengths: NDArray[np.integer]) -> tuple[Array, Array]:
    """Run all layers of ``lstm.*`` over a batch of lines of any length from one token up.

    :param embedded: [batch, time, dim]; what lies beyond a line's length is not looked at.
    :param lengths: [batch].
    :returns: the outputs of the last layer, [batch, time, 2 * hidden], zero beyond a line's length; and its last
        hidden states, forward and backward, [batch, 2 * hidden].
    """
    # Longest first, so that the lines still going at a step are the first so many rows.
    order = np.argsort(-lengths, kind="stable")
    sorted_lengths = lengths[order]
    inputs = embedded[order]
    batch, time, _ = inputs.shape
    steps = np.arange(time)
    # At step t the reverse direction reads token length - 1 - t.
    mirrored = np.where(steps < sorted_lengths[:, None], sorted_lengths[:, None] - 1 - steps, steps)[:, :, None]
    last = np.zeros((batch, 0), dtype=np.float32)
    layer = 0
    while f"lstm.weight_ih_l{layer}" in tensors:
        outputs, lasts = [], []
        for direction in DIRECTIONS:
            reverse = direction != ""
            given = np.take_along_axis(inputs, mirrored, axis=1) if reverse else inputs
            output, hidden = _one_direction(tensors, f"l{layer}{direction}", given, sorted_lengths)
            outputs.append(np.take_along_axis(output, mirrored, axis=1) if reverse else output)
            lasts.append(hidden)
        inputs = np.concatenate(outputs, axis=2)
        last = np.concatenate(lasts, axis=1)
        layer += 1
    back = np.argsort(order, kind="stable")
    return inputs[back], last[back]


def _one_direction(
    tensors: Mapping[str, Array], suffix: str, inputs: Array, lengths: NDArray[np.integer]
) -> tuple[Array, Array]:
    """One layer in one direction over lines sorted by length, longest first: outputs and last hidden states."""
    recurrent = tensors[f"lstm.weight_hh_{suffix}"].T
    bias = tensors[f"lstm.bias_ih_{suffix}"] + tensors[f"lstm.bias_hh_{suffix}"]
    projected = inputs @ tensors[f"lstm.weight_ih_{suffix}"].T + bias
    batch, time, four_hidden = projected.shape
    size = four_hidden // 4
    # sigmoid(x) = (tanh(x / 2) + 1) / 2, so that one call of tanh does for all gates: in, forget, cell, out.
    scale = np.full(four_hidden, 0.5, dtype=np.float32)
    scale[2 * size : 3 * size] = 1
    hidden = np.zeros((batch, size), dtype=np.float32)
    cell = np.zeros((batch, size), dtype=np.float32)
    outputs = np.zeros((batch, time, size), dtype=np.float32)
    for step in range(int(lengths[0])):
        going = int(np.searchsorted(-lengths, -step))  # rows longer than step
        gates = np.tanh((projected[:going, step] + hidden[:going] @ recurrent) * scale)
        opened = 0.5 * gates + 0.5
        cell[:going] = opened[:, size : 2 * size] * cell[:going] + opened[:, :size] * gates[:, 2 * size : 3 * size]
        hidden[:going] = opened[:, 3 * size :] * np.tanh(cell[:going])
        outputs[:going, step] = hidden[:going]
    return outputs, hidden


def lstm_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The tensors of ``lstm.*`` that a configuration makes."""
    hidden, width = int(config["hidden_size"]), int(config["embedding_dim"])
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(int(config["num_layers"])):
        for direction in DIRECTIONS:
            suffix = f"l{layer}{direction}"
            shapes[f"lstm.weight_ih_{suffix}"] = (4 * hidden, width if layer == 0 else 2 * hidden)
            shapes[f"lstm.weight_hh_{suffix}"] = (4 * hidden, hidden)
            shapes[f"lstm.bias_ih_{suffix}"] = (4 * hidden,)
            shapes[f"lstm.bias_hh_{suffix}"] = (4 * hidden,)
    return shapes
