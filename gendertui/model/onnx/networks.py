"""The graph of each network, from its tensors to a raw logit. A new one is a function here and its entry in
:data:`GRAPHS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.model.networks.bigram_hash import LINEAR_SCALE
from gendertui.model.onnx.graph import Graph
from gendertui.model.onnx.layers import Lines, Tensors, bilstm, embedded, linear, pooled, scaled_sum


def _tutorial_lstm(graph: Graph, tensors: Tensors, lines: Lines) -> str:
    _, last = bilstm(graph, tensors, embedded(graph, tensors[EMBEDDING], lines), lines)
    return linear(graph, tensors, "fc2", linear(graph, tensors, "fc1", last))


def _pooled_bilstm(graph: Graph, tensors: Tensors, lines: Lines) -> str:
    outputs, _ = bilstm(graph, tensors, embedded(graph, tensors[EMBEDDING], lines), lines)
    return linear(graph, tensors, "output", pooled(graph, outputs, lines))


def _bag_of_ngrams(graph: Graph, tensors: Tensors, lines: Lines) -> str:
    return linear(graph, tensors, "output", scaled_sum(graph, tensors[EMBEDDING], tensors["bigrams.weight"], lines))


def _ensemble(graph: Graph, tensors: Tensors, lines: Lines) -> str:
    table = tensors[EMBEDDING]
    summed = scaled_sum(graph, table[:, :1], tensors["bigrams.weight"], lines)
    scaled = graph.add("Mul", summed, graph.number(LINEAR_SCALE))
    logits = [graph.add("Add", scaled, graph.constant(tensors["bias"]))]
    column = 1
    while (prefix := f"members.{len(logits) - 1}.") + "output.bias" in tensors:
        own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        size = own["lstm.weight_ih_l0"].shape[1]
        own[EMBEDDING] = np.ascontiguousarray(table[:, column : column + size])
        logits.append(_pooled_bilstm(graph, own, lines))
        column += size
    return graph.add("Mean", *logits)


GRAPHS: Mapping[str, Callable[[Graph, Tensors, Lines], str]] = {
    "tutorial-lstm": _tutorial_lstm,
    "pooled-bilstm": _pooled_bilstm,
    "bag-of-ngrams": _bag_of_ngrams,
    "ensemble": _ensemble,
}
"""By network: what adds its nodes and gives its logits, float32 [batch, 1]."""
