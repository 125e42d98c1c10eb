"""From a network's logit to a probability at even odds, or at another rate of the positive label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EVEN = 0.5


@dataclass(frozen=True)
class Calibration:
    """``probability = sigmoid(slope * logit + intercept)``, fitted so that both labels weigh the same."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, logits: NDArray[np.floating], prior: float = EVEN) -> NDArray[np.float64]:
        """Probabilities of the positive label.

        :param logits: [rows] raw outputs of the network.
        :param prior: rate of the positive label among the lines in question, between 0 and 1.
        """
        odds = self.slope * np.asarray(logits, dtype=np.float64) + self.intercept + np.log(prior / (1 - prior))
        probabilities: NDArray[np.float64] = 0.5 * (np.tanh(0.5 * odds) + 1)
        return probabilities
