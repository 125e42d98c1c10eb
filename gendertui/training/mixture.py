"""An ensemble's answer: how much of it the LSTMs have, and how much the n-grams.

The share is chosen after each epoch, by the AUC of validation. So wherever the LSTMs add nothing the n-grams answer
alone, and the ensemble is as good as they are, but for what choosing on validation costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gendertui import formatting
from gendertui.evaluation.metrics import point
from gendertui.model.networks.ensemble import mixed
from gendertui.training.ngrams import NgramModel

SHARES = tuple(tenths / 10 for tenths in range(11))
EVEN = 0.5
"""The share where there is nothing to choose it by."""


@dataclass(frozen=True)
class Mixed:
    """What validation chose."""

    share: float
    """Of the LSTMs in the answer."""
    strength: float
    """Inverse regularisation strength of the n-grams."""

    def remark(self) -> str:
        """A sentence for the report."""
        if not self.share:
            return "The n-grams answer alone: on validation the LSTM beside them added nothing."
        if self.share == 1:
            return "The LSTM answers alone: on validation the n-grams beside it added nothing."
        return (
            f"The LSTM has {formatting.percent(self.share, digits=0)} of the answer and the n-grams "
            f"{formatting.percent(1 - self.share, digits=0)}, as validation chose."
        )


@dataclass(frozen=True)
class Mixture:
    """N-grams with LSTMs of which only the weights change."""

    ngrams: NgramModel

    def logits(self, lstm: npt.NDArray[np.float32], share: float) -> npt.NDArray[np.float32]:
        """The answer's logits on validation."""
        return (np.float32(1 - share) * self.ngrams.validation + np.float32(share) * lstm).astype(np.float32)

    def share(self, lstm: npt.NDArray[np.float32], labels: npt.NDArray[np.int8]) -> float:
        """The share of :data:`SHARES` with the best validation AUC; of equal ones that with the lower loss.

        :param lstm: the LSTMs' mean logits of the validation rows.
        """

        def figures(share: float) -> tuple[float, float]:
            logits = self.logits(lstm, share)
            return point.auc(logits, labels), -point.log_loss(logits, labels, point.balanced_weights(labels))

        return max(SHARES, key=figures)

    def weights(self, lstm: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
        """The ensemble's weights, from those of its LSTMs."""
        words, bigrams = torch.from_numpy(self.ngrams.words), torch.from_numpy(self.ngrams.bigrams)
        return mixed(lstm, words, bigrams, self.ngrams.bias, share=share)
