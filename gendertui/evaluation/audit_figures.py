"""Figures of many lines from sums by group, so that a bootstrap weighs some hundred films and not each line."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation.grams import Floats, Ids
from gendertui.evaluation.intervals import MINIMUM_GROUPS, Statistic, bootstrap, interval, ratio
from gendertui.evaluation.metrics import predictions
from gendertui.evaluation.report_io import FEW_GROUPS, Figure


class Grouped:
    """Accuracy, balanced accuracy and AUC as statistics of group weights ``[draws, groups]``.

    They equal the figures of the lines themselves, each line with its group's weight times its copies.

    :param groups: which group each line belongs to, 0 to ``number`` − 1.
    """

    def __init__(
        self, scores: Floats, labels: npt.NDArray[np.int8], copies: Ids, groups: npt.NDArray[Any], number: int
    ) -> None:
        is_positive = labels == 1
        right = predictions(scores) == is_positive

        def sums(mask: npt.NDArray[np.bool_]) -> Floats:
            return np.bincount(groups, copies * mask, minlength=number).astype(np.float64)

        self._right = sums(right), sums(np.ones(len(labels), bool))
        self._right_positive = sums(right & is_positive), sums(is_positive)
        self._right_negative = sums(right & ~is_positive), sums(~is_positive)
        self._lines = scores, is_positive, copies, groups, number

    @cached_property
    def _wins(self) -> Floats:
        return _wins(*self._lines)

    def accuracy(self, weights: Floats) -> Floats:
        return ratio(*self._right)(weights)

    def balanced_accuracy(self, weights: Floats) -> Floats:
        return (ratio(*self._right_positive)(weights) + ratio(*self._right_negative)(weights)) / 2

    def auc(self, weights: Floats) -> Floats:
        wins = ((weights @ self._wins) * weights).sum(axis=1)
        pairs = (weights @ self._right_positive[1]) * (weights @ self._right_negative[1])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(wins / pairs, np.float64)


def figures(statistics: dict[str, Statistic], number: int) -> dict[str, Figure]:
    """Each statistic of groups with its interval, all on the same resamples; none below 30 groups."""
    even = np.ones((1, number))
    drawn = bootstrap(statistics, np.arange(number)) if number >= MINIMUM_GROUPS else {}

    def figure(name: str) -> Figure:
        limits = interval(drawn[name]) if drawn else None
        low, high = limits or (None, None)
        note = "" if number >= MINIMUM_GROUPS else FEW_GROUPS
        return Figure(float(statistics[name](even)[0]), low, high, number, note)

    return {name: figure(name) for name in statistics}


def _wins(
    scores: Floats, is_positive: npt.NDArray[np.bool_], copies: Ids, groups: npt.NDArray[Any], number: int
) -> Floats:
    """How often a positive line of one group scores above a negative line of another, ties counting half.

    ``[groups of the positive, groups of the negative]``; the AUC is a ratio of sums over such pairs.
    """
    _, ranks = np.unique(scores, return_inverse=True)
    positive, above = np.flatnonzero(is_positive), int(ranks.max(initial=0)) + 1
    wins = np.zeros((number, number))
    negative = np.flatnonzero(~is_positive)
    negative = negative[np.argsort(groups[negative], kind="stable")]
    edges = np.searchsorted(groups[negative], np.arange(number + 1))
    for group in range(number):
        rows = negative[edges[group] : edges[group + 1]]
        at = np.bincount(ranks[rows], copies[rows], minlength=above)
        below = np.cumsum(at) - at / 2
        wins[:, group] = np.bincount(groups[positive], copies[positive] * below[ranks[positive]], minlength=number)
    return wins
