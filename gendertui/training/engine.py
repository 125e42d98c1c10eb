"""A published model in torch: same results as :mod:`gendertui.scoring.engine`, faster for many lines and on a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from gendertui.arrays import Ints
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.scoring.engine import finite, misfit
from gendertui.text.vocabulary import PAD
from gendertui.training.batches import DeviceLines, Order
from gendertui.training.bulk import EXACT_BATCH, in_row_order, logits_by_batch
from gendertui.training.devices import resolve
from gendertui.training.learner import build_network

# Tokens per batch: long lines come in smaller batches, so that memory stays bounded.
_BATCH_TOKENS = 65_536


def network_of(bundle: Bundle) -> nn.Module:
    """The network of a bundle with its weights, on the CPU.

    :raises GendertuiError: the bundle is damaged, or its weights are another network's.
    """
    rows = bundle.embedding_rows(np.arange(len(bundle.vocabulary)))
    weights: dict[str, npt.NDArray[Any]] = {**bundle.tensors(), EMBEDDING: rows}
    try:
        network = build_network(bundle.network, bundle.config, len(bundle.vocabulary))
        network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise misfit(bundle, f"{type(error).__name__}: {error}") from error
    return network


class TorchEngine:
    """An engine for :class:`gendertui.scoring.scorer.Scorer`.

    :param device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``; :attr:`device` is the one chosen.
    :raises GendertuiError: the device is not available, or the bundle is damaged.
    """

    def __init__(self, bundle: Bundle, device: str = "cpu") -> None:
        self.device = resolve(device)
        self._bundle = bundle
        self._device = torch.device(self.device.id)
        self._network = network_of(bundle).to(self._device)

    def __call__(self, encoded: Sequence[npt.NDArray[np.int32]]) -> npt.NDArray[np.float32]:
        """[lines] logits in full float32."""
        if not encoded:
            return np.empty(0, np.float32)
        lengths = np.array([len(ids) for ids in encoded], np.int64)
        lines = DeviceLines(
            np.concatenate(encoded),
            np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))),
            np.zeros(len(encoded), np.int8),
            pad_index=PAD,
            max_length=None,
            device=self._device,
        )
        order = _order(lengths)
        logits = in_row_order(list(logits_by_batch(self._network, lines, order)), order, np.arange(len(encoded)))
        return finite(logits, self._bundle)


def _order(lengths: Ints) -> Order:
    """Batches of lines of equal length, so that nothing is padded or packed, with a bounded number of tokens."""
    rows = np.argsort(lengths, kind="stable")
    ordered = lengths[rows]
    bounds = [0]
    while bounds[-1] < len(rows):
        start = bounds[-1]
        length = int(ordered[start])
        same = int(np.searchsorted(ordered, length, side="right"))
        bounds.append(min(same, start + max(1, min(EXACT_BATCH, _BATCH_TOKENS // length))))
    return Order(rows, np.array(bounds, np.int64))
