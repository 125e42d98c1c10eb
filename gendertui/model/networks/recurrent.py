"""The embedding and bidirectional LSTM that the networks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from gendertui.model.networks.lengths import Lengths

Outputs = PackedSequence | list[Tensor]
"""An LSTM's outputs for a batch: packed, or ``[time, lines, 2 * hidden]`` for each run of lines of one length."""


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

    def unroll(self, embedded: Tensor, lengths: Lengths) -> tuple[Outputs, Tensor]:
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


def unroll(lstm: nn.LSTM, embedded: Tensor, lengths: Lengths) -> tuple[Outputs, Tensor]:
    """Run an LSTM over ``[time, batch, dim]``; return its outputs and its last hidden states ``[2 * layers, batch,
    hidden]``.

    Packed, lines of several lengths take one pass of cuDNN. On a CPU they are slower than run by run, by a fifth where
    lengths differ by one, and by far where some line is long: each step's gradient is as large as the whole batch.
    """
    several = len(lengths.runs) > 1
    return (_packed if several and embedded.device.type != "cpu" else _by_runs)(lstm, embedded, lengths)


def _by_runs(lstm: nn.LSTM, embedded: Tensor, lengths: Lengths) -> tuple[Outputs, Tensor]:
    outputs, states = [], []
    parts = torch.split(embedded, [lines for _, lines in lengths.runs], dim=1)
    for part, (length, _) in zip(parts, lengths.runs, strict=True):
        output, (hidden, _) = lstm(part[:length])
        outputs.append(output)
        states.append(hidden)
    return outputs, torch.cat(states, dim=1)


def _packed(lstm: nn.LSTM, embedded: Tensor, lengths: Lengths) -> tuple[Outputs, Tensor]:
    descending = bool((lengths.on_host[:-1] >= lengths.on_host[1:]).all())
    output, (hidden, _) = lstm(pack_padded_sequence(embedded, lengths.on_host, enforce_sorted=descending))
    return output, hidden


class Dropout(nn.Dropout):
    """As torch's; on a CPU the mask is made of uniform numbers, which are drawn four times as fast as Bernoulli's."""

    def forward(self, input: Tensor) -> Tensor:
        if not self.training or input.device.type != "cpu":
            return super().forward(input)
        kept = torch.rand(input.shape).ge_(self.p)
        return input * kept.mul_(1 / (1 - self.p)).to(input.dtype)


def float_logits(logits: Tensor) -> Tensor:
    """``[batch, 1]`` of any precision → float32 ``[batch]``."""
    return logits.squeeze(1).to(torch.float32)
