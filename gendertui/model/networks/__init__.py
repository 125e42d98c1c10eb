"""The networks that can be trained (torch). To add one, write a module here and its record in :data:`NETWORKS`. Its
numpy forward pass for scoring without torch, if any, has a record of the same name in :mod:`gendertui.scoring.forward`.
Modules: ``tutorial_lstm``, ``pooled_bilstm``, ``bag_of_ngrams``, ``ensemble``, and what they share: ``recurrent``,
``bigram_hash``, ``lengths``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Network:
    """A network. Its module is imported when it is first built."""

    name: str
    """Its value in the configuration's ``network``."""
    function: str
    """``module:function`` with ``build(config, vocab_size, pad_index) -> torch.nn.Module``."""
    sizes: Mapping[str, range]
    """Integer fields of the configuration it is built from → range accepted in a bundle: far beyond what anybody
    trains, but small enough that a damaged bundle cannot fill the memory or run forever."""

    has_ngrams: bool = False
    """Whether it has linear weights of n-grams, which are fitted and not trained: :func:`ensemble.mixed` puts them
    in."""

    def build(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> nn.Module:
        """Build the network of a configuration, initialised from torch's generator. The module maps ``(tokens int64
        [batch, time], Lengths)`` to float32 logits ``[batch]``. An ensemble also has
        ``each``, which maps the same to ``[members, batch]``; every member is trained by its own loss.
        ``embedding.weight`` has a row per word; if a row is more than the word's vector, ``start_from(vectors)`` loads
        pretrained ones.
        """
        module, _, function = self.function.partition(":")
        return cast("nn.Module", getattr(importlib.import_module(module), function)(config, vocab_size, pad_index))


_WIDTH = range(1, 2**16 + 1)
_BUCKETS = range(1, 2**30 + 1)
_RECURRENT = {"embedding_dim": _WIDTH, "hidden_size": _WIDTH, "num_layers": range(1, 1001)}

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            name="tutorial-lstm",
            function="gendertui.model.networks.tutorial_lstm:build",
            sizes=_RECURRENT,
        ),
        Network(
            name="pooled-bilstm",
            function="gendertui.model.networks.pooled_bilstm:build",
            sizes=_RECURRENT,
        ),
        Network(
            name="bag-of-ngrams",
            function="gendertui.model.networks.bag_of_ngrams:build",
            sizes={"embedding_dim": _WIDTH, "bigram_buckets": _BUCKETS},
        ),
        Network(
            name="ensemble",
            function="gendertui.model.networks.ensemble:build",
            sizes={**_RECURRENT, "bigram_buckets": _BUCKETS, "members": range(1001)},
            has_ngrams=True,
        ),
    )
}
"""By name."""
