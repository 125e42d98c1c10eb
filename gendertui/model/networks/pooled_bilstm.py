"""A bidirectional LSTM whose outputs are pooled over the line: maximum and mean, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from gendertui.model.networks.lengths import Lengths
from gendertui.model.networks.recurrent import Dropout, Outputs, Recurrent, float_logits

INITIAL_SCALE = 0.1
"""Standard deviation of random word vectors at the start. Torch's default of 1 drowns out what they learn in a few
epochs."""


class PooledBiLSTM(Recurrent):
    """Embedding → dropout → LSTM → ``[max; mean]`` over time → dropout → linear."""

    def __init__(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> None:
        super().__init__(config, vocab_size, pad_index)
        with torch.no_grad():
            self.embedding.weight.mul_(INITIAL_SCALE)
        self.output = nn.Linear(4 * self.hidden_size, 1)
        self.dropout = Dropout(float(config["dropout"]))

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """Logits, float32 ``[batch]``, of ``tokens`` ``[batch, time]``."""
        outputs, _ = self.unroll(self.dropout(self.embed(tokens)), lengths)
        return float_logits(self.output(self.dropout(pooled(outputs, lengths))))


def pooled(outputs: Outputs, lengths: Lengths) -> Tensor:
    """Outputs of an LSTM over time → their maximum and mean over each line, ``[batch, 4 * hidden]``."""
    if isinstance(outputs, PackedSequence):
        summed = pad_packed_sequence(outputs)[0].sum(dim=0)
        counts = lengths.on_device.to(summed.dtype).unsqueeze(1)
        highest = pad_packed_sequence(outputs, padding_value=float("-inf"))[0].amax(dim=0)
        return torch.cat((highest, summed / counts), dim=1)
    return torch.cat([torch.cat((run.amax(dim=0), run.mean(dim=0)), dim=1) for run in outputs])


def build(config: Mapping[str, Any], vocab_size: int, pad_index: int) -> PooledBiLSTM:
    """The network of a configuration, freshly initialised from torch's generator."""
    return PooledBiLSTM(config, vocab_size, pad_index)
