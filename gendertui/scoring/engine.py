"""Token ids in, raw logits out, with numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gendertui.arrays import Ints
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.model.networks import NETWORKS
from gendertui.scoring.forward import FORWARDS, Forward
from gendertui.text.vocabulary import PAD

Ids = NDArray[np.int32]


class Engine(Protocol):
    """What computes a bundle's network. Whoever asks need not know which of them it has:

    - :class:`NumpyEngine`, here: the four networks this program ships, no import but numpy;
    - ``gendertui.training.engine.TorchEngine``: any network, on any device, in a process that may import torch;
    - ``gendertui.subprocesses.logits.TorchProcess``: the same in a subprocess, for the app;
    - ``gendertui.cli.predict.setup.AutoEngine``: numpy until so much is asked that torch pays.

    They agree to about 1e-5.
    """

    def __call__(self, encoded: Sequence[Ids], /) -> NDArray[np.float32]:
        """Raw outputs of the network, before calibration.

        :param encoded: lines as token ids, each with one at least.
        :returns: [lines].
        :raises GendertuiError: the model cannot answer.
        """


# Tokens of one batch, padding included: enough to keep numpy busy, little enough memory.
_BATCH_TOKENS = 8192
# What a token costs beside the weights it is multiplied with: its vector is looked up, padded and pooled.
_LEAST_WORK = 10_000


class NumpyEngine:
    """A bundle's network in numpy. Lines of about one length are computed together.

    :raises GendertuiError: the bundle is of a network this program does not know, its tensors do not fit its
        configuration, or they are damaged.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._forward = _forward(bundle.network)
        _check_shapes(bundle, self._forward.shapes)
        self._bundle = bundle
        self._tensors = bundle.tensors()

    def __call__(self, encoded: Sequence[Ids]) -> NDArray[np.float32]:
        lengths = np.array([len(ids) for ids in encoded], dtype=np.int64)
        logits = np.empty(len(encoded), dtype=np.float32)
        for rows in _batches(lengths):
            tokens = np.full((len(rows), int(lengths[rows].max())), PAD, dtype=np.int32)
            for place, row in enumerate(rows):
                tokens[place, : lengths[row]] = encoded[row]
            embedded = self._bundle.embedding_rows(tokens)
            logits[rows] = self._forward.forward(self._tensors, tokens, embedded, lengths[rows])
        return finite(logits, self._bundle)


def needs_torch(bundle: Bundle) -> bool:
    """Whether the bundle's network is known here, but not to numpy."""
    return bundle.network in NETWORKS and bundle.network not in FORWARDS


def finite(logits: NDArray[np.float32], bundle: Bundle) -> NDArray[np.float32]:
    """The logits, if they are numbers.

    :raises GendertuiError: one is not.
    """
    if not np.isfinite(logits).all():
        raise GendertuiError(
            "the model cannot answer: its weights are so large that its output is not finite",
            where=str(bundle.folder),
            hint="Train it again, or choose another: gendertui models use NAME.",
            code=ExitCode.MODEL,
        )
    return logits


def misfit(bundle: Bundle, how: object) -> GendertuiError:
    """The error that says how a bundle's tensors do not fit its configuration."""
    return GendertuiError(
        f"the model does not fit its configuration: {how}",
        where=str(bundle.folder),
        hint="Train it again, or fetch the bundle again from where it came from.",
        code=ExitCode.MODEL,
    )


def work_of(bundle: Bundle) -> int:
    """Multiplications that a token costs, roughly: each weight is used once, vectors that are looked up aside."""
    forward = FORWARDS.get(bundle.network)
    looked_up = {EMBEDDING} if forward is None else forward.looked_up
    return max(_LEAST_WORK, sum(prod(shape) for name, shape in bundle.shapes.items() if name not in looked_up))


def _batches(lengths: Ints) -> Iterator[Ints]:
    """Rows of about one length, as many at a time as :data:`_BATCH_TOKENS` allows."""
    order = np.argsort(lengths, kind="stable")[::-1]
    start = 0
    while start < len(order):
        size = max(1, _BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _forward(name: str) -> Forward:
    if name not in NETWORKS:
        raise GendertuiError(
            f"the model's network {name!r} is not known to this gendertui",
            hint=f"Known: {', '.join(NETWORKS)}. A newer gendertui may know it.",
            code=ExitCode.MODEL,
        )
    return FORWARDS[name]


def _check_shapes(bundle: Bundle, shapes: Callable[[Mapping[str, Any], int], dict[str, tuple[int, ...]]]) -> None:
    try:
        expected = shapes(bundle.config, len(bundle.vocabulary))
    except (KeyError, TypeError, ValueError) as error:
        raise GendertuiError(
            f"the model's configuration is incomplete: {type(error).__name__}: {error}",
            where=str(bundle.folder),
            code=ExitCode.MODEL,
        ) from error
    for name in sorted(expected.keys() | bundle.shapes.keys()):
        if expected.get(name) != bundle.shapes.get(name):
            found = bundle.shapes.get(name, "missing")
            raise misfit(bundle, f"{name} is {found}, expected {expected.get(name, 'none')}")
