"""Linear weights of word n-grams and pooled bidirectional LSTMs side by side; their mean logit is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gendertui.model.networks.bag_of_ngrams import Bigrams, scale_of
from gendertui.model.networks.bigram_hash import LINEAR_SCALE
from gendertui.model.networks.lengths import Lengths
from gendertui.model.networks.pooled_bilstm import INITIAL_SCALE, pooled
from gendertui.model.networks.recurrent import Dropout, bilstm, float_logits, unroll


class Ensemble(nn.Module):
    """Members share no weights: each LSTM is trained by its own loss (see :meth:`each`), the linear weights are fitted
    beside (see :mod:`gendertui.training.ngrams`) and put in by :func:`mixed`, until when they are zero.

    ``embedding`` has a word's linear weight in column 0, then its vector for each LSTM.
    """

    def __init__(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> None:
        super().__init__()
        self.size = int(config["embedding_dim"])
        members = int(config["members"])
        self.embedding = nn.Embedding(vocab_size, 1 + members * self.size, padding_idx=pad_index)
        self.bigrams = Bigrams(int(config["bigram_buckets"]), 1, pad_index)
        self.bias = nn.Parameter(torch.zeros(1))
        self.members = nn.ModuleList(Member(config) for _ in range(members))
        with torch.no_grad():
            self.embedding.weight.mul_(INITIAL_SCALE)
            self.embedding.weight[:, 0] = 0

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """Logits, float32 ``[batch]``, of ``tokens`` ``[batch, time]``."""
        embedded = self.embedding(tokens.t())
        words = embedded[:, :, :1].sum(dim=0) + self.bigrams(tokens, lengths)
        linear = LINEAR_SCALE * words * scale_of(lengths, words) + self.bias
        return torch.cat((float_logits(linear).unsqueeze(0), self._lstms(embedded, lengths))).mean(dim=0)

    def each(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """The logits of each LSTM, float32 ``[members, batch]``."""
        return self._lstms(self.embedding(tokens.t()), lengths)

    def _lstms(self, embedded: Tensor, lengths: Lengths) -> Tensor:
        vectors = torch.split(embedded[:, :, 1:], self.size, dim=2)
        return torch.stack(
            [float_logits(member(own, lengths)) for member, own in zip(self.members, vectors, strict=True)]
        )

    def start_from(self, vectors: Tensor) -> None:
        """Load pretrained word vectors ``[vocab, dim]`` into every LSTM."""
        with torch.no_grad():
            self.embedding.weight[:, 1:] = vectors.repeat(1, len(self.members))


class Member(nn.Module):
    """A pooled bidirectional LSTM whose word vectors are passed in."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.lstm = bilstm(config)
        self.output = nn.Linear(4 * int(config["hidden_size"]), 1)
        self.dropout = Dropout(float(config["dropout"]))

    def forward(self, embedded: Tensor, lengths: Lengths) -> Tensor:
        """Logits ``[batch, 1]`` from ``[time, batch, dim]``."""
        outputs, _ = unroll(self.lstm, self.dropout(embedded), lengths)
        logits: Tensor = self.output(self.dropout(pooled(outputs, lengths)))
        return logits


def mixed(
    weights: Mapping[str, Tensor], words: Tensor, bigrams: Tensor, bias: float, *, share: float
) -> dict[str, Tensor]:
    """The weights of an ensemble that answers with ``share`` times its LSTMs' mean logit and ``1 - share`` times the
    linear one: both are scaled such that the mean of all members is that.

    :param weights: of trained LSTMs, on the host. :param words: ``[vocab]`` linear weights of words.
    :param bigrams: ``[buckets]`` those of bigrams.
    """
    members = sum(name.endswith(".output.bias") for name in weights)
    linear, lstm = (1 + members) * (1 - share), (1 + members) / members * share
    result = {
        name: lstm * value if name.startswith("members.") and ".output." in name else value.clone()
        for name, value in weights.items()
    }
    result["embedding.weight"][:, 0] = linear / LINEAR_SCALE * words
    result["bigrams.weight"] = (linear / LINEAR_SCALE * bigrams).unsqueeze(1)
    result["bias"] = torch.full((1,), linear * bias)
    return result


def build(config: Mapping[str, Any], vocab_size: int, pad_index: int) -> Ensemble:
    """The network of a configuration, freshly initialised from torch's generator."""
    return Ensemble(config, vocab_size, pad_index)
