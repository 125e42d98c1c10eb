"""A bag of word and bigram vectors with one linear layer, in the manner of fastText (Joulin et al. 2017)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gendertui.model.networks.bigram_hash import buckets_of
from gendertui.model.networks.lengths import Lengths
from gendertui.model.networks.recurrent import Dropout, float_logits


class BagOfNgrams(nn.Module):
    """Vectors of words and of hashed bigrams, summed over the line → dropout → linear.

    All vectors start at zero, since in a few epochs most are seen too rarely to outgrow random values; the linear
    layer's random weights are enough to break the symmetry between dimensions.
    """

    def __init__(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> None:
        super().__init__()
        size = int(config["embedding_dim"])
        self.embedding = nn.Embedding(vocab_size, size, padding_idx=pad_index)
        self.bigrams = Bigrams(int(config["bigram_buckets"]), size, pad_index)
        self.output = nn.Linear(size, 1)
        self.dropout = Dropout(float(config["dropout"]))
        nn.init.zeros_(self.embedding.weight)

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """Logits, float32 ``[batch]``, of ``tokens`` ``[batch, time]``."""
        summed = self.embedding(tokens).sum(dim=1) + self.bigrams(tokens, lengths)
        return float_logits(self.output(self.dropout(summed * scale_of(lengths, summed))))


class Bigrams(nn.Embedding):
    """Vectors of bigrams, hashed into buckets and summed over a line; they start at zero.

    The start and the end of a line count as words here, so that its first and last words are distinguished.
    """

    def __init__(self, buckets: int, size: int, pad_index: int) -> None:
        super().__init__(buckets, size)
        self.edge = pad_index

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.weight)

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:  # type: ignore[override]
        """``[batch, size]`` from ``tokens`` ``[batch, time]``, padded."""
        edge = tokens.new_full((len(tokens), 1), self.edge)
        words = torch.cat((edge, tokens, edge), dim=1)
        vectors = super().forward(buckets_of(words[:, :-1], words[:, 1:], self.num_embeddings))
        if len(lengths.runs) > 1:
            steps = torch.arange(vectors.shape[1], device=tokens.device)
            vectors = vectors * (steps <= lengths.on_device.unsqueeze(1)).unsqueeze(2)
        return vectors.sum(dim=1)


def scale_of(lengths: Lengths, like: Tensor) -> Tensor:
    """``[batch, 1]``: one over the root of the number of vectors in a line, its words and one bigram more.

    This resembles TF-IDF's normalisation: with a mean, short lines would count as much as long ones, with a sum too
    little.
    """
    return (2 * lengths.on_device + 1).to(like.dtype).rsqrt().unsqueeze(1)


def build(config: Mapping[str, Any], vocab_size: int, pad_index: int) -> BagOfNgrams:
    """The network of a configuration, freshly initialised from torch's generator."""
    return BagOfNgrams(config, vocab_size, pad_index)
