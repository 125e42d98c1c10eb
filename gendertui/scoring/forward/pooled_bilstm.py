"""The pooled network: maximum and mean of the LSTM's outputs over a line, one linear layer."""

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
    outputs, _ = bilstm(tensors, embedded, lengths)
    there = (np.arange(outputs.shape[1]) < lengths[:, None])[:, :, None]
    highest = outputs.max(axis=1, where=there, initial=-np.inf)
    mean = outputs.sum(axis=1) / lengths[:, None].astype(np.float32)
    pooled = np.concatenate([highest, mean], axis=1)
    logits: Array = (pooled @ tensors["output.weight"].T + tensors["output.bias"])[:, 0]
    return logits


def shapes(config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The tensors that a configuration makes for so many words."""
    return {
        "embedding.weight": (vocabulary, int(config["embedding_dim"])),
        **lstm_shapes(config),
        "output.weight": (1, 4 * int(config["hidden_size"])),
        "output.bias": (1,),
    }
