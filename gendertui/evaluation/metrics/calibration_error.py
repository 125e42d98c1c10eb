"""Expected calibration error, and how much of it is explained by noise alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap, Limits, Members

BINS = 15


class CalibrationError:
    """Expected calibration error: the distance between mean probability and share of positive rows, averaged over bins.

    Bins have about equally many rows; their bounds are quantiles of the rows as they are, and rows of one probability
    stay together.

    :param probabilities: [rows] of the positive label. :param member: [rows] number of each row's group.
    """

    def __init__(self, probabilities: npt.NDArray[Any], positive: Bools, member: Members, bins: int = BINS) -> None:
        bounds = np.unique(np.quantile(probabilities, np.arange(1, bins) / bins))
        inside = np.searchsorted(bounds, probabilities, side="left")
        shape = int(member.max()) + 1, len(bounds) + 1
        cells = np.ravel_multi_index((member, inside), shape)
        self._gaps = np.bincount(cells, probabilities - positive, int(np.prod(shape))).reshape(shape)
        self._rows = np.bincount(member).astype(np.float64)

    def error(self, weights: Floats) -> Floats:
        """As a statistic: ``[draws, groups]`` → ``[draws]``."""
        return np.asarray(np.abs(weights @ self._gaps).sum(axis=1) / (weights @ self._rows), np.float64)

    def noise(self, weights: Floats) -> Floats:
        """As a statistic, the error a resample would have if the rows themselves were perfectly calibrated."""
        rows = weights @ self._rows
        expected = rows[:, None] / self._rows.sum() * self._gaps.sum(axis=0)
        return np.asarray(np.abs(weights @ self._gaps - expected).sum(axis=1) / rows, np.float64)

    def limits(self, resamples: GroupBootstrap) -> Limits | None:
        """Its interval, by the jackknife: resamples have more noise in their bins than the rows, which percentiles
        would mistake for spread.

        Because of noise even a perfectly calibrated model has a positive error. If the error is no larger than noise
        explains, the interval starts at zero.
        """
        found = resamples.jackknife(self.error)
        noise = resamples.percentiles(resamples.drawn(self.noise))
        if found is None or noise is None:
            return None
        return (0.0 if resamples.value(self.error) <= noise[1] else found[0]), found[1]
