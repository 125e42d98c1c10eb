"""The article's network: last forward and backward hidden states, two linear layers with nothing between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui.scoring.forward.lstm import Array, bilstm, lstm_shapes


def forward(
    tensors: Mapping[str, Array], tokens: NDArray[np.integer], embedded: Array, lengths: NDArray[np.integer]
) -> Array:
    """Logits [batch] of lines ``embedded`` [batch, time, dim] with ``lengths`` [batch]."""
    _, last = bilstm(tensors, embedded, lengths)
    inner: Array = last @ tensors["fc1.weight"].T + tensors["fc1.bias"]
    logits: Array = (inner @ tensors["fc2.weight"].T + tensors["fc2.bias"])[:, 0]
    return logits


def shapes(config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The tensors that a configuration makes for so many words."""
    hidden = int(config["hidden_size"])
    return {
        "embedding.weight": (vocabulary, int(config["embedding_dim"])),
        **lstm_shapes(config),
        "fc1.weight": (hidden, 2 * hidden),
        "fc1.bias": (hidden,),
        "fc2.weight": (1, hidden),
        "fc2.bias": (1,),
    }
