"""A model as an ONNX file, with its words and the rules of its tokenizer beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gendertui import files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.text.vocabulary import PAD, UNK

if TYPE_CHECKING:
    from onnx import ModelProto

SUFFIX = ".onnx"
MOST_BYTES = 2**31 - 2**20
"""Of weights as float32: a file of protocol buffers holds no more than 2 GiB."""


def write(bundle: Bundle, path: Path) -> Sequence[Path]:
    """Write ``path``, and beside it what makes numbers of words; return all that was written.

    All of the bundle is checked first. The graph comes last: where it is, the others are, too.

    :raises GendertuiError: the package onnx is not installed, something is in the way, the network has no graph, or the
        model is broken or too large.
    """
    vocabulary, tokenizer = (path.with_suffix(f".{name}.json") for name in ("vocabulary", "tokenizer"))
    taken = [each for each in (path, vocabulary, tokenizer) if each.exists()]
    if taken:
        raise GendertuiError(
            "there is something already",
            where=str(taken[0]),
            hint="Choose another name for the file.",
            code=ExitCode.USAGE,
        )
    bundle.verify()
    data = _graph(bundle).SerializeToString(deterministic=True)
    words = {
        "labels": bundle.classes,
        "max_length": bundle.config.get("max_length"),
        "unknown": UNK,
        "padding": PAD,
        "words": bundle.vocabulary.words,
    }
    try:
        files.write_json(vocabulary, words)
        files.write_json(tokenizer, bundle.tokenizer_rules())
        files.write_atomic(path, data)
    except BaseException:
        for each in (vocabulary, tokenizer):
            each.unlink(missing_ok=True)
        raise
    return path, vocabulary, tokenizer


def _graph(bundle: Bundle) -> ModelProto:
    """Tokens and lengths in, the probability of each label out.

    :raises GendertuiError: see :func:`write`.
    """
    try:
        import onnx
    except ImportError as error:
        raise GendertuiError(
            "ONNX is written by the package onnx, which is not installed",
            hint="Install it: pip install 'gendertui[onnx]'",
            code=ExitCode.USAGE,
        ) from error
    from gendertui.model.onnx.graph import Graph
    from gendertui.model.onnx.layers import Lines
    from gendertui.model.onnx.networks import GRAPHS

    if bundle.network not in GRAPHS:
        raise GendertuiError(
            f"the network {bundle.network} cannot be written as ONNX",
            where=str(bundle.folder),
            hint=f"These can: {', '.join(GRAPHS)}.",
            code=ExitCode.MODEL,
        )
    if 4 * sum(map(prod, bundle.shapes.values())) > MOST_BYTES:
        raise GendertuiError(
            "the model is too large for ONNX: a file holds 2 GiB at most",
            where=str(bundle.folder),
            code=ExitCode.MODEL,
        )
    graph, lines = Graph(), Lines("tokens", "lengths")
    embedding = bundle.embedding_rows(np.arange(len(bundle.vocabulary)))
    logit = GRAPHS[bundle.network](graph, {**bundle.tensors(), EMBEDDING: embedding}, lines)
    scaled = graph.add("Mul", logit, graph.number(bundle.calibration.slope))
    log_odds = graph.add("Add", scaled, graph.number(bundle.calibration.intercept))
    negative, positive = bundle.labels
    of = {negative: graph.add("Sigmoid", graph.add("Neg", log_odds)), positive: graph.add("Sigmoid", log_odds)}
    probability = graph.add("Concat", *(of[label] for label in bundle.classes), axis=1)
    whole = onnx.TensorProto.INT64
    model = graph.model(
        inputs={lines.tokens: (whole, ["batch", "length"]), lines.lengths: (whole, ["batch"])},
        output=(probability, "probability", ["batch", 2]),
        about={"name": bundle.name, "labels": json.dumps(bundle.classes)},
    )
    onnx.checker.check_model(model)
    return model
