"""95 % intervals by bootstrap over groups: films are resampled, not lines, since lines of a film are correlated.

They cover the choice of films, but neither the training seed nor retraining.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats

Members = npt.NDArray[np.intp]
Statistic = Callable[[Floats], Floats]
"""How often each group is drawn ``[draws, groups]`` → the figure under each resample ``[draws]``, nan where undefined;
see :mod:`gendertui.evaluation.metrics.resampled`."""
Limits = tuple[float, float]

DRAWS = 1000
CONFIDENCE = 0.95
MINIMUM_GROUPS = 15
"""With fewer groups even expanded percentiles may be too narrow: in a simulation, 91 % coverage for an AUC with 10
films."""
MOST_BLOCKS = 250
_WITHOUT_FIGURE = 0.01
"""Maximum share of draws that may lack a label; with more, the rest is not representative."""
_DRAWS_AT_A_TIME = 100
"""Draws per chunk: chunks that fit the cache are faster than all draws at once."""


def too_few(groups: int) -> str:
    """Why so many groups give no interval, in words that follow their number."""
    return "too few for an interval" + (f", which takes {MINIMUM_GROUPS}" if groups < MINIMUM_GROUPS else "")


@dataclass(frozen=True, eq=False)
class GroupBootstrap:
    """Draws of whole groups with replacement, shared by all figures of a set, so that differences are paired.

    Beyond :data:`MOST_BLOCKS`, groups are merged at random into that many blocks, which are drawn instead: for
    independent groups the variance is the same, and the work no longer grows with their number.
    """

    group: Members
    """[rows] number of each row's group, counted from 0 without gaps."""
    member: Members
    """[rows] the same if groups are drawn, else the number of each row's block."""
    weights: Floats
    """float64 [draws, groups or blocks]."""

    @classmethod
    def of(cls, groups: npt.NDArray[Any], *, draws: int = DRAWS, seed: int = 0) -> GroupBootstrap:
        """Draw them.

        :param groups: group of each row, any integers ``[rows]``; at least one row.
        """
        names, member = np.unique(groups, return_inverse=True)
        group = member
        generator = np.random.default_rng(seed)
        units = len(names)
        if units > MOST_BLOCKS:
            units = MOST_BLOCKS
            member = (generator.permutation(len(names)) % units)[group]
        weights = generator.multinomial(units, np.full(units, 1 / units), size=draws).astype(np.float64)
        return cls(group, member, weights)

    @cached_property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.group.max()) + 1

    @property
    def units(self) -> int:
        """Number of units drawn: groups, or blocks of groups."""
        return int(self.weights.shape[1])

    def value(self, statistic: Statistic) -> float:
        """The figure of the original set."""
        return float(statistic(np.ones((1, self.units)))[0])

    def drawn(self, statistic: Statistic) -> Floats:
        """The figure under each resample ``[draws]``."""
        parts = np.array_split(self.weights, max(1, len(self.weights) // _DRAWS_AT_A_TIME))
        return np.concatenate([statistic(part) for part in parts])

    def percentiles(self, drawn: Floats, groups: int | None = None) -> Limits | None:
        """The interval from a figure's draws, or from the difference of two figures' draws.

        Percentiles of a bootstrap over ``n`` groups are too narrow, like a normal interval with the variance divided by
        ``n``; so they are taken further out, at ``Φ(−√(n/(n−1)) t(n−1))`` instead of 2.5 %. From Hesterberg, "What
        Teachers Should Know About the Bootstrap", The American Statistician 69 (2015), the expanded percentile
        interval.

        :param groups: number of groups with rows that contribute to the figure, if not all do.
        :returns: ``None`` with fewer than :data:`MINIMUM_GROUPS` groups, or where too many draws have no figure.
        """
        finite = drawn[np.isfinite(drawn)]
        if (self.groups if groups is None else groups) < MINIMUM_GROUPS or len(finite) < (1 - _WITHOUT_FIGURE) * len(
            drawn
        ):
            return None
        low, high = np.quantile(finite, self._levels)
        return float(low), float(high)

    def jackknife(self, statistic: Statistic) -> Limits | None:
        """The interval ``figure ± t(n−1) · standard error``, the standard error by leaving out each group in turn
        (jackknife).

        For a figure that resampling biases to one side, which percentiles would mistake for spread. Efron, "The
        Jackknife, the Bootstrap and Other Resampling Plans" (1982), chapter 3.

        :returns: ``None`` as :meth:`percentiles`.
        """
        jackknife = statistic(np.ones((self.units, self.units)) - np.eye(self.units))
        if self.groups < MINIMUM_GROUPS or not np.isfinite(jackknife).all():
            return None
        scale = (self.units - 1) / self.units
        error = float(np.sqrt(scale * np.sum((jackknife - jackknife.mean()) ** 2)))
        value = self.value(statistic)
        return value - self._quantile * error, value + self._quantile * error

    @cached_property
    def _quantile(self) -> float:
        return quantile(self.units - 1)

    @cached_property
    def _levels(self) -> Limits:
        from scipy.special import ndtr

        below = float(ndtr(-np.sqrt(self.units / (self.units - 1)) * self._quantile))
        return below, 1 - below


def quantile(degrees: int) -> float:
    """Of the t distribution: so many standard errors to each side are a 95 % interval."""
    from scipy.special import stdtrit  # Of scipy.stats, whose import takes half a second, it is the quantile.

    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2))
