"""The ensemble: a linear model of n-grams and pooled LSTMs; the mean of their logits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui.model.networks.bigram_hash import LINEAR_SCALE
from gendertui.scoring.forward import pooled_bilstm
from gendertui.scoring.forward.bag_of_ngrams import scaled_sum
from gendertui.scoring.forward.lstm import Array


def forward(
    tensors: Mapping[str, Array], tokens: NDArray[np.integer], embedded: Array, lengths: NDArray[np.integer]
) -> Array:
    """Logits [batch] of lines ``tokens`` [batch, time], ``embedded`` [batch, time, width], with ``lengths`` [batch]."""
    linear = scaled_sum(tensors["bigrams.weight"], tokens, embedded[:, :, :1], lengths)
    total = LINEAR_SCALE * linear[:, 0] + tensors["bias"]
    members, column = 0, 1
    while (prefix := f"members.{members}.") + "output.bias" in tensors:
        own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        size = own["lstm.weight_ih_l0"].shape[1]
        total = total + pooled_bilstm.forward(own, tokens, embedded[:, :, column : column + size], lengths)
        members, column = members + 1, column + size
    mean: Array = (total / (1 + members)).astype(np.float32)
    return mean


def shapes(config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The tensors that a configuration makes for so many words."""
    members = int(config["members"])
    own = pooled_bilstm.shapes(config, vocabulary)
    del own["embedding.weight"]
    return {
        "embedding.weight": (vocabulary, 1 + members * int(config["embedding_dim"])),
        "bigrams.weight": (int(config["bigram_buckets"]), 1),
        "bias": (1,),
        **{f"members.{member}.{name}": shape for member in range(members) for name, shape in own.items()},
    }
