"""From a network's logits to a probability at even odds, or at another rate of the positive label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gendertui.arrays import Floats

EVEN = 0.5


@dataclass(frozen=True)
class Calibration:
    """``probability = sigmoid(slope * logit + intercept)``, fitted so that both labels weigh the same."""

    slope: float = 1.0
    intercept: float = 0.0

    def log_odds(self, logits: ArrayLike) -> Floats:
        """Raw outputs of the network → log-odds of the positive label at even odds."""
        return self.slope * np.asarray(logits, dtype=np.float64) + self.intercept

    def apply(self, logits: ArrayLike, prior: float = EVEN) -> Floats:
        """Probabilities of the positive label.

        :param logits: [rows] raw outputs of the network.
        :param prior: rate of the positive label among the lines in question, between 0 and 1.
        """
        return _probabilities(self.log_odds(logits), prior)


@dataclass(frozen=True)
class CharacterCalibration:
    """From the lines of a character to the probability that the character is of the positive label.

    ``log-odds = slope * n / (n + half_lines) * mean + intercept`` for ``n`` lines whose calibrated log-odds at even
    odds (:meth:`Calibration.log_odds`) have the mean ``mean``.

    Were a character's lines independent, their log-odds would add up. They are not: what a writer gives one
    character is alike from line to line. Say a line's log-odds are ``±d/2`` by label, plus a character's own part
    of variance ``v`` (a random effect), plus a line's own of variance ``w``. The mean of ``n`` lines then has the
    variance ``v + w/n``, and normal distributions ``d`` apart give it the log-odds ``mean * d / (v + w/n)``, which
    is the formula above with ``slope = d / v`` and ``half_lines = w / v``: it grows like a sum while lines are few
    and levels off when the character's own part is all that is left.
    """

    slope: float
    half_lines: float
    """Number of lines at which half of the final slope is reached."""
    intercept: float

    def log_odds(self, mean: ArrayLike, lines: ArrayLike) -> Floats:
        """Log-odds of the positive label at even odds.

        :param mean: [characters] mean of the calibrated log-odds of a character's lines.
        :param lines: [characters] number of those lines, at least one.
        """
        count = np.asarray(lines, dtype=np.float64)
        slope = self.slope * count / (count + self.half_lines)
        return slope * np.asarray(mean, dtype=np.float64) + self.intercept

    def apply(self, mean: ArrayLike, lines: ArrayLike, prior: float = EVEN) -> Floats:
        """Probabilities of the positive label; parameters as for :meth:`log_odds`.

        :param prior: rate of the positive label among the characters in question, between 0 and 1.
        """
        return _probabilities(self.log_odds(mean, lines), prior)


def _probabilities(log_odds: Floats, prior: float) -> Floats:
    probabilities: Floats = 0.5 * (np.tanh(0.5 * (log_odds + np.log(prior / (1 - prior)))) + 1)
    return probabilities
