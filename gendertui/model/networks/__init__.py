"""The networks that can be trained (torch). A new one is a module here and its record in :data:`NETWORKS`.

Its forward pass in numpy for answering without torch, if it has one, has a record of the same name in
:mod:`gendertui.scoring.forward`. Modules: ``tutorial_lstm``, ``pooled_bilstm``, ``bag_of_ngrams``, ``ensemble``, and
what they share: ``recurrent``, ``bigram_hash``.
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
    """The configuration's ``network``."""
    function: str
    """``module:function`` with ``build(config, vocab_size, pad_index) -> torch.nn.Module``."""
    sizes: Mapping[str, range]
    """Whole numbers of the configuration that it is built from → those that a bundle may say. They go far beyond what
    anybody trains, and end where a damaged bundle would fill the memory or take for ever."""

    def build(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> nn.Module:
        """The network of a configuration, freshly initialised from torch's generator.

        The module maps ``(tokens int64 [batch, time], lengths int64 [batch] on the host)`` to float32 logits
        ``[batch]``. One that is several in one also has ``each``, from the same to ``[members, batch]``: a loss for
        each trains them. ``embedding.weight`` has a row for each word; where that is more than the word's vector,
        ``start_from(vectors)`` is there to take pretrained ones.
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
        ),
    )
}
"""By name."""
