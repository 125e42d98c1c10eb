"""torch's ``nn.LSTM``, bidirectional, in numpy: the same weights, the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

DIRECTIONS = ("", "_reverse")

# Tokens whose inputs are projected at once: enough for one large product, little enough memory on a long line.
_PROJECTED_TOKENS = 2048


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
    batch, time, _ = embedded.shape
    steps = np.arange(time)
    going = np.searchsorted(-sorted_lengths, -steps)  # rows longer than each step
    inputs = embedded.transpose(1, 0, 2)[:, order]  # [time, batch, dim]: a step's rows lie together.
    last = np.zeros((batch, 0), dtype=np.float32)
    layer = 0
    while f"lstm.weight_hh_l{layer}" in tensors:
        size = tensors[f"lstm.weight_hh_l{layer}"].shape[1]
        outputs = np.zeros((time, batch, 2 * size), dtype=np.float32)
        last = np.zeros((batch, 2 * size), dtype=np.float32)
        _one_direction(tensors, f"l{layer}", inputs, going, outputs[:, :, :size], last[:, :size])
        if sorted_lengths[-1] == time:  # All lines are of one length: backwards is the other way round.
            backward = outputs[::-1, :, size:]
            _one_direction(tensors, f"l{layer}_reverse", inputs[::-1], going, backward, last[:, size:])
        else:
            # At step t the reverse direction reads token length - 1 - t.
            mirrored = np.where(steps[:, None] < sorted_lengths, sorted_lengths - 1 - steps[:, None], steps[:, None])
            rows = np.arange(batch)
            backward = np.zeros((time, batch, size), dtype=np.float32)
            _one_direction(tensors, f"l{layer}_reverse", inputs[mirrored, rows], going, backward, last[:, size:])
            outputs[:, :, size:] = backward[mirrored, rows]
        inputs = outputs
        layer += 1
    if np.array_equal(order, np.arange(batch)):
        return inputs.transpose(1, 0, 2), last
    back = np.argsort(order, kind="stable")
    return inputs.transpose(1, 0, 2)[back], last[back]


def _one_direction(
    tensors: Mapping[str, Array], suffix: str, inputs: Array, going: NDArray[np.integer], outputs: Array, last: Array
) -> None:
    """One layer in one direction over lines sorted by length, longest first.

    :param inputs: [time, batch, dim].
    :param going: [time] how many lines are longer than each step.
    :param outputs: [time, batch, hidden] zeros, to be filled in.
    :param last: [batch, hidden], to be filled in with the last hidden states.
    """
    recurrent = tensors[f"lstm.weight_hh_{suffix}"].T
    weights = tensors[f"lstm.weight_ih_{suffix}"].T
    bias = tensors[f"lstm.bias_ih_{suffix}"] + tensors[f"lstm.bias_hh_{suffix}"]
    batch = inputs.shape[1]
    size, four = recurrent.shape
    # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so that the gates, in, forget, cell, out, go through one call of tanh.
    scale = np.full(four, 0.5, dtype=np.float32)
    scale[2 * size : 3 * size] = 1
    shift = 1 - scale
    all_hidden = np.zeros((batch, size), dtype=np.float32)
    all_gates = np.empty((batch, four), dtype=np.float32)
    all_cells = np.zeros((batch, size), dtype=np.float32)
    all_spare = np.empty((batch, size), dtype=np.float32)
    block = max(1, _PROJECTED_TOKENS // batch)
    rows = -1
    for step in range(int(np.count_nonzero(going))):
        if step % block == 0:
            projected = inputs[step : step + block] @ weights
            projected += bias
        if rows != going[step]:
            rows = int(going[step])
            hidden, gates, cell, spare = all_hidden[:rows], all_gates[:rows], all_cells[:rows], all_spare[:rows]
            into, forget, new, out = (gates[:, gate * size : (gate + 1) * size] for gate in range(4))
        # In place throughout: new arrays would cost as much as the arithmetic.
        np.matmul(hidden, recurrent, out=gates)
        gates += projected[step % block, :rows]
        gates *= scale
        np.tanh(gates, out=gates)
        gates *= scale
        gates += shift
        cell *= forget
        cell += np.multiply(into, new, out=spare)
        np.multiply(out, np.tanh(cell, out=spare), out=hidden)
        outputs[step, :rows] = hidden
    last[:] = all_hidden


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
