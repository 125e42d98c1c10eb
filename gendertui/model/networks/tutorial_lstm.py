"""The article's network: the last forward and backward hidden states of a deep bidirectional LSTM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gendertui.model.networks.lengths import Lengths
from gendertui.model.networks.recurrent import Recurrent, float_logits


class TutorialLSTM(Recurrent):
    """Embedding → LSTM → dropout → linear → linear → dropout on the logit; nothing nonlinear between the linears.

    Dropout on the logit looks odd but follows the article.
    """

    def __init__(self, config: Mapping[str, Any], vocab_size: int, pad_index: int) -> None:
        super().__init__(config, vocab_size, pad_index)
        self.fc1 = nn.Linear(2 * self.hidden_size, self.hidden_size)
        self.fc2 = nn.Linear(self.hidden_size, 1)
        self.dropout = nn.Dropout(float(config["dropout"]))

    def forward(self, tokens: Tensor, lengths: Lengths) -> Tensor:
        """Logits, float32 ``[batch]``, of ``tokens`` ``[batch, time]``."""
        _, hidden = self.unroll(self.embed(tokens), lengths)
        last = self.dropout(torch.cat((hidden[-2], hidden[-1]), dim=1))
        return float_logits(self.dropout(self.fc2(self.fc1(last))))


def build(config: Mapping[str, Any], vocab_size: int, pad_index: int) -> TutorialLSTM:
    """The network of a configuration, freshly initialised from torch's generator."""
    return TutorialLSTM(config, vocab_size, pad_index)
