"""The embedding and bidirectional LSTM that the networks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence


class Recurrent(nn.Module):
    """Word vectors and a bidirectional LSTM; subclasses put a head on it.

    The pad row of the embedding is zero and gets no gradient.
    """

    def __init__(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> None:
        super().__init__()
        self.hidden_size = int(config["hidden_size"])
        self.embedding = nn.Embedding(vocab_size, int(config["embedding_dim"]), padding_idx=pad_index)
        self.lstm = bilstm(config)

    def embed(self, tokens: Tensor) -> Tensor:
        """Token ids ``[batch, time]`` → vectors ``[time, batch, dim]``, the layout in which the LSTM is fastest."""
        vectors: Tensor = self.embedding(tokens.t())
        return vectors

    def unroll(self, embedded: Tensor, lengths: Tensor) -> tuple[Tensor | PackedSequence, Tensor]:
        """As :func:`unroll`, with the network's own LSTM."""
        return unroll(self.lstm, embedded, lengths)


def bilstm(config: Mapping[str, Any]) -> nn.LSTM:
    """The bidirectional LSTM of a configuration, over word vectors."""
    layers = int(config["num_layers"])
    return nn.LSTM(
        int(config["embedding_dim"]),
        int(config["hidden_size"]),
        num_layers=layers,
        bidirectional=True,
        # torch warns about dropout with one layer, which has nothing between layers to drop.
        dropout=float(config["dropout"]) if layers > 1 else 0.0,
    )


def unroll(lstm: nn.LSTM, embedded: Tensor, lengths: Tensor) -> tuple[Tensor | PackedSequence, Tensor]:
    """Run an LSTM over ``[time, batch, dim]``; return its outputs and its last hidden states.

    Lines of equal length are not packed: bit-identical results without the slow step-by-step loop of packed input on a
    CPU.
    """
    shortest, longest = int(lengths.min()), int(lengths.max())
    if shortest == longest == embedded.shape[0]:
        output, (hidden, _) = lstm(embedded)
        return output, hidden
    descending = bool((lengths[:-1] >= lengths[1:]).all())
    packed = pack_padded_sequence(embedded, lengths, enforce_sorted=descending)
    packed_output, (hidden, _) = lstm(packed)
    return packed_output, hidden


def float_logits(logits: Tensor) -> Tensor:
    """``[batch, 1]`` of any precision → float32 ``[batch]``."""
    return logits.squeeze(1).to(torch.float32)
