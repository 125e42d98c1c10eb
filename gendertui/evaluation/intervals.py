"""95 % intervals by bootstrap over groups: films are drawn again, not lines, since lines of a film go together.

They cover the choice of films, not the seed of training nor a refit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Row weights ``[draws, rows]`` → the figure under each of them ``[draws]``."""

DRAWS = 1000
MINIMUM_GROUPS = 30
"""With fewer a percentile bootstrap lies: 89 % coverage instead of 95 with 20 films, 79 % with 4."""
PERCENTILES = (2.5, 97.5)

_CELLS_A_CHUNK = 2_000_000
"""Weights held at a time, 16 MB: what fits the cache is quicker than all draws at once."""


def bootstrap(
    statistics: Mapping[str, Statistic], groups: npt.NDArray[Any], *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Floats]:
    """Each statistic under the same resamples of whole groups.

    :param groups: which group each row belongs to, any integers ``[rows]``.
    :returns: name → figure of each draw ``[draws]``, so that differences between two are paired.
    """
    parts: dict[str, list[Floats]] = {name: [] for name in statistics}
    for weights in _weightings(groups, draws, seed):
        for name, statistic in statistics.items():
            parts[name].append(statistic(weights))
    return {name: np.concatenate(found) for name, found in parts.items()}


def interval(drawn: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the draws; ``None`` where a draw gave no figure (a label was absent from it)."""
    if not len(drawn) or not np.isfinite(drawn).all():
        return None
    low, high = np.percentile(drawn, PERCENTILES)
    return float(low), float(high)


def weighted_mean(values: npt.NDArray[Any]) -> Statistic:
    """The mean of a row's figure as a statistic."""
    column = np.asarray(values, np.float64)
    return lambda weights: np.asarray(weights @ column / weights.sum(axis=1), np.float64)


def ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Statistic:
    """The sum of one row figure over the sum of another as a statistic; nan where the latter is zero."""
    columns = np.stack((np.asarray(above, np.float64), np.asarray(below, np.float64)), axis=1)

    def share(weights: Floats) -> Floats:
        sums = weights @ columns
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums[:, 0] / sums[:, 1], np.float64)

    return share


def _weightings(groups: npt.NDArray[Any], draws: int, seed: int) -> Iterator[Floats]:
    names, members = np.unique(groups, return_inverse=True)
    generator = np.random.default_rng(seed)
    chance = np.full(len(names), 1 / len(names))
    at_a_time = max(1, _CELLS_A_CHUNK // max(len(members), 1))
    for first in range(0, draws, at_a_time):
        counts = generator.multinomial(len(names), chance, size=min(at_a_time, draws - first))
        yield counts[:, members].astype(np.float64)
