"""The bag of n-grams: vectors of words and hashed bigrams, summed, and one linear layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui.model.networks.bigram_hash import buckets_of
from gendertui.scoring.forward.lstm import Array
from gendertui.text.vocabulary import PAD


def forward(
    tensors: Mapping[str, Array], tokens: NDArray[np.integer], embedded: Array, lengths: NDArray[np.integer]
) -> Array:
    """Logits [batch] of lines ``tokens`` [batch, time], ``embedded`` [batch, time, dim], with ``lengths`` [batch]."""
    summed = scaled_sum(tensors["bigrams.weight"], tokens, embedded, lengths)
    logits: Array = (summed @ tensors["output.weight"].T + tensors["output.bias"])[:, 0]
    return logits


def scaled_sum(table: Array, tokens: NDArray[np.integer], embedded: Array, lengths: NDArray[np.integer]) -> Array:
    """The vectors of a line's words and bigrams, summed and divided by the root of their number: [batch, dim].

    :param table: [buckets, dim] the bigrams' vectors.
    """
    time = np.arange(tokens.shape[1] + 1)
    words = np.full((len(tokens), tokens.shape[1] + 2), PAD, np.int64)
    words[:, 1:-1] = np.where(time[:-1] < lengths[:, None], tokens, PAD)
    bigrams = table[buckets_of(words[:, :-1], words[:, 1:], len(table))]
    summed = np.where((time[:-1] < lengths[:, None])[:, :, None], embedded, 0).sum(axis=1)
    summed = summed + np.where((time <= lengths[:, None])[:, :, None], bigrams, 0).sum(axis=1)
    scaled: Array = (summed / np.sqrt(2 * lengths[:, None] + 1)).astype(np.float32)
    return scaled


def shapes(config: Mapping[str, Any], vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The tensors that a configuration makes for so many words."""
    size = int(config["embedding_dim"])
    return {
        "embedding.weight": (vocabulary, size),
        "bigrams.weight": (int(config["bigram_buckets"]), size),
        "output.weight": (1, size),
        "output.bias": (1,),
    }
