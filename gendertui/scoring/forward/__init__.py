"""The networks' forward passes in numpy. A new one is a module here and its record in :data:`FORWARDS`.

A network of :mod:`gendertui.model.networks` that has none is answered by torch, in a process of its own where torch
must not be imported. Modules: ``tutorial_lstm``, ``pooled_bilstm``, ``bag_of_ngrams``, ``ensemble``, and
``lstm``, which they share.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Module(Protocol):
    def forward(
        self,
        tensors: Mapping[str, NDArray[np.float32]],
        tokens: NDArray[np.integer],
        embedded: NDArray[np.float32],
        lengths: NDArray[np.integer],
    ) -> NDArray[np.float32]: ...

    def shapes(self, config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]: ...


@dataclass(frozen=True)
class Forward:
    """A network's forward pass. Its module is imported when it is first used."""

    network: str
    """The network it belongs to, by name."""
    module: str
    looked_up: frozenset[str] = frozenset({"embedding.weight"})
    """Tensors from which a token only looks up a row, whatever their size; the others are multiplied with in full."""

    def forward(
        self,
        tensors: Mapping[str, NDArray[np.float32]],
        tokens: NDArray[np.integer],
        embedded: NDArray[np.float32],
        lengths: NDArray[np.integer],
    ) -> NDArray[np.float32]:
        """Logits, float32 [batch].

        :param tensors: the network's, ``embedding.weight`` left out.
        :param tokens: [batch, time] numbers of words; what lies beyond a line's length is not looked at.
        :param embedded: [batch, time, width] their rows of the embedding.
        :param lengths: [batch].
        """
        return self._module.forward(tensors, tokens, embedded, lengths)

    def shapes(self, config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]:
        """Tensor → shape, ``embedding.weight`` included, that a configuration makes for so many words."""
        return self._module.shapes(config, vocabulary)

    @property
    def _module(self) -> _Module:
        return cast(_Module, importlib.import_module(self.module))


_WITH_BIGRAMS = frozenset({"embedding.weight", "bigrams.weight"})

FORWARDS: dict[str, Forward] = {
    forward.network: forward
    for forward in (
        Forward("tutorial-lstm", "gendertui.scoring.forward.tutorial_lstm"),
        Forward("pooled-bilstm", "gendertui.scoring.forward.pooled_bilstm"),
        Forward("bag-of-ngrams", "gendertui.scoring.forward.bag_of_ngrams", _WITH_BIGRAMS),
        Forward("ensemble", "gendertui.scoring.forward.ensemble", _WITH_BIGRAMS),
    )
}
"""By network."""
