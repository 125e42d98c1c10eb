"""What the graphs of networks share: a bidirectional LSTM, pooling over a line, sums of n-grams.

The arithmetic is that of :mod:`gendertui.scoring.forward`. Shapes are those of the values that names stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from gendertui.model.networks.bigram_hash import MULTIPLIER
from gendertui.model.onnx.graph import Graph
from gendertui.text.vocabulary import PAD

Tensors = Mapping[str, NDArray[np.float32]]

_DIRECTIONS = ("", "_reverse")
# torch has the gates in, forget, cell, out; ONNX in, out, forget, cell.
_GATES = (0, 3, 1, 2)


@dataclass(frozen=True)
class Lines:
    """The lines that a graph is given."""

    tokens: str
    """int64 [batch, length]; padding behind a line's end."""
    lengths: str
    """int64 [batch], each one at least."""


def embedded(graph: Graph, table: NDArray[np.float32], lines: Lines) -> str:
    """float32 [length, batch, dim]: rows of a table, in the order in which an LSTM reads them."""
    return graph.add("Gather", graph.constant(table), graph.add("Transpose", lines.tokens, perm=[1, 0]))


def bilstm(graph: Graph, tensors: Tensors, vectors: str, lines: Lines) -> tuple[str, str]:
    """The outputs of the last layer of ``lstm.*``, [length, batch, 2 * hidden]; and its last hidden states, forward and
    backward, [batch, 2 * hidden].

    :param vectors: [length, batch, dim].
    """
    lengths = graph.add("Cast", lines.lengths, to=TensorProto.INT32)
    outputs, last, layer = vectors, "", 0
    while f"lstm.weight_hh_l{layer}" in tensors:
        size = tensors[f"lstm.weight_hh_l{layer}"].shape[1]

        def both(name: str, layer: int = layer) -> NDArray[np.float32]:
            return np.stack([_reordered(tensors[f"lstm.{name}_l{layer}{direction}"]) for direction in _DIRECTIONS])

        biases = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
        weights = [graph.constant(each) for each in (both("weight_ih"), both("weight_hh"), biases)]
        each, hidden = graph.add_several(
            "LSTM", outputs, *weights, lengths, outputs=2, direction="bidirectional", hidden_size=size
        )
        outputs = _side_by_side(graph, graph.add("Transpose", each, perm=[0, 2, 1, 3]), 0, 0, 2 * size)
        last = _side_by_side(graph, graph.add("Transpose", hidden, perm=[1, 0, 2]), 0, 2 * size)
        layer += 1
    return outputs, last


def pooled(graph: Graph, outputs: str, lines: Lines) -> str:
    """Maximum and mean over each line, side by side: [batch, 2 * width] of [length, batch, width]."""
    # What an LSTM leaves behind a line's end is a runtime's own affair.
    there = graph.add("Unsqueeze", graph.add("Transpose", _within(graph, lines), perm=[1, 0]), graph.integers(2))
    highest = graph.add("ReduceMax", graph.add("Where", there, outputs, graph.number(-np.inf)), axes=[0], keepdims=0)
    total = graph.add("ReduceSum", graph.add("Where", there, outputs, graph.number(0)), graph.integers(0), keepdims=0)
    return graph.add("Concat", highest, graph.add("Div", total, _counts(graph, lines)), axis=1)


def linear(graph: Graph, tensors: Tensors, name: str, vectors: str) -> str:
    """[batch, out] of [batch, in]."""
    weight, bias = graph.constant(tensors[f"{name}.weight"]), graph.constant(tensors[f"{name}.bias"])
    return graph.add("Gemm", vectors, weight, bias, transB=1)


def scaled_sum(graph: Graph, words: NDArray[np.float32], bigrams: NDArray[np.float32], lines: Lines) -> str:
    """The vectors of a line's words and bigrams, summed and divided by the root of their number: [batch, dim].

    :param words: [vocabulary, dim]. :param bigrams: [buckets, dim].
    """
    there = _within(graph, lines)
    own = graph.add("Where", there, lines.tokens, graph.integers(PAD))
    # The start and the end of a line count as words.
    edged = graph.add("Pad", own, graph.integers(0, 1, 0, 1), graph.constant(np.array(PAD, np.int64)))
    last = np.iinfo(np.int64).max
    first, second = (
        graph.add("Slice", edged, graph.integers(start), graph.integers(end), graph.integers(1))
        for start, end in ((0, -1), (1, last))
    )
    hashed = graph.add("Add", graph.add("Mul", first, graph.integers(MULTIPLIER)), second)
    bucket = graph.add("Mod", hashed, graph.integers(len(bigrams)))
    summed = graph.add(
        "Add",
        _sum_of(graph, words, lines.tokens, there),
        _sum_of(graph, bigrams, bucket, _within(graph, lines, more=1)),
    )
    number = graph.add("Add", graph.add("Mul", _counts(graph, lines), graph.number(2)), graph.number(1))
    return graph.add("Div", summed, graph.add("Sqrt", number))


def _sum_of(graph: Graph, table: NDArray[np.float32], rows: str, there: str) -> str:
    """[batch, dim]: the rows of a table, [batch, any], summed where they count."""
    vectors = graph.add("Gather", graph.constant(table), rows)
    counted = graph.add("Where", graph.add("Unsqueeze", there, graph.integers(2)), vectors, graph.number(0))
    return graph.add("ReduceSum", counted, graph.integers(1), keepdims=0)


def _within(graph: Graph, lines: Lines, more: int = 0) -> str:
    """bool [batch, length + more]: whether a place is one of the line's own, or of so many behind its end."""
    shape = graph.add("Shape", lines.tokens)
    length = graph.add("Gather", shape, graph.constant(np.array(1, np.int64)))
    zero, one, behind = (graph.constant(np.array(value, np.int64)) for value in (0, 1, more))
    places = graph.add("Range", zero, graph.add("Add", length, behind), one)
    ends = graph.add("Add", graph.add("Unsqueeze", lines.lengths, graph.integers(1)), behind)
    return graph.add("Less", graph.add("Unsqueeze", places, graph.integers(0)), ends)


def _counts(graph: Graph, lines: Lines) -> str:
    """float32 [batch, 1]: the lengths."""
    return graph.add("Unsqueeze", graph.add("Cast", lines.lengths, to=TensorProto.FLOAT), graph.integers(1))


def _side_by_side(graph: Graph, value: str, *sides: int) -> str:
    """The value with its last sides as one; 0 is a side that stays."""
    return graph.add("Reshape", value, graph.integers(*sides))


def _reordered(gates: NDArray[Any]) -> NDArray[np.float32]:
    """[4 * hidden, …] with the gates in ONNX's order."""
    parts = np.split(gates, 4)
    return np.concatenate([parts[gate] for gate in _GATES])
