"""How far probabilities are from the shares they promise, and how much of that noise alone would make."""

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
        """As a statistic, the error that would be left of the resample were the rows themselves without one."""
        rows = weights @ self._rows
        expected = rows[:, None] / self._rows.sum() * self._gaps.sum(axis=0)
        return np.asarray(np.abs(weights @ self._gaps - expected).sum(axis=1) / rows, np.float64)

    def limits(self, resamples: GroupBootstrap) -> Limits | None:
        """Its interval, by the jackknife: every resample has more noise in its bins than the rows have, and
        percentiles would take that for spread.

        Noise makes the error of a perfectly calibrated model more than nothing. Where it is no more than noise makes,
        the interval begins at zero.
        """
        found = resamples.jackknife(self.error)
        noise = resamples.percentiles(resamples.drawn(self.noise))
        if found is None or noise is None:
            return None
        return (0.0 if resamples.value(self.error) <= noise[1] else found[0]), found[1]
