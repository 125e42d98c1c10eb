"""Metrics as functions of how often each group is drawn: a resample is a row of weights instead of a copy.

A statistic takes weights ``[draws, groups]`` and returns the metric under each ``[draws]``, nan where undefined. It is
exact: weights of one give the metric of the rows, integer weights that of the rows repeated that often. Sums within
groups are computed once; after that a thousand draws cost no more than a small matrix product.

``member`` is everywhere the number of each row's group, counted from 0 without gaps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.bootstrap import Members, Statistic

_THRESHOLDS_AT_A_TIME = 512
"""With the draws of :mod:`gendertui.evaluation.metrics.bootstrap`, what fits the cache."""


def mean(values: npt.NDArray[Any], member: Members) -> Statistic:
    """The mean of a value per row."""
    return ratio(values, np.ones(len(member)), member)


def ratio(above: npt.NDArray[Any], below: npt.NDArray[Any], member: Members) -> Statistic:
    """The ratio of the sums of two values per row; nan where the denominator is zero."""
    return _quotient(_sums(above, member), _sums(below, member))


def difference(first: Statistic, second: Statistic) -> Statistic:
    """The first minus the second, under the same resample."""
    return lambda weights: first(weights) - second(weights)


def balanced_accuracy(predicted: Bools, positive: Bools, member: Members) -> Statistic:
    """Mean of the recalls of the two labels."""
    recall = ratio(predicted & positive, positive, member)
    specificity = ratio(~predicted & ~positive, ~positive, member)
    return lambda weights: (recall(weights) + specificity(weights)) / 2


def f1(predicted: Bools, positive: Bools, member: Members) -> Statistic:
    """Harmonic mean of precision and recall of the label marked by ``positive``: 2 TP / (2 TP + FP + FN)."""
    return ratio(2 * (predicted & positive), predicted.astype(np.float64) + positive, member)


def auc(scores: npt.NDArray[Any], positive: Bools, member: Members) -> Statistic:
    """Probability that a positive row scores above a negative one, ties counting half.

    With ``W[g, h]`` the pairs that positive rows of group g win against negative rows of group h, and ``P`` and ``N``
    the rows of each group, weights ``w`` give ``w·W·w / (w·P · w·N)``.
    """
    groups = _groups(member)
    won = np.empty((groups, groups))
    order = np.argsort(scores[positive], kind="stable")
    needles, owners = scores[positive][order], member[positive][order]
    for other, negatives in enumerate(_by_group(scores[~positive], member[~positive], groups)):
        won[:, other] = np.bincount(owners, point.wins(needles, negatives), minlength=groups)
    positives, negatives = _sums(positive, member), _sums(~positive, member)

    def area(weights: Floats) -> Floats:
        return _divide(np.einsum("dg,dg->d", weights @ won, weights), (weights @ positives) * (weights @ negatives))

    return area


def auc_within(scores: npt.NDArray[Any], positive: Bools, groups: npt.NDArray[Any], member: Members) -> Statistic:
    """Mean AUC within groups, over groups that have both labels, where group ``g`` has weight ``P·N / (P + N)``.

    The probability that of two rows of one group, one of each label, the positive one scores higher. These are van
    Elteren's weights (1960, for Wilcoxon's test in strata): roughly the inverse variance of a group's AUC. With weights
    by pairs the largest films would dominate, and intervals over 10 to 43 films had a coverage of 91 to 92 %.

    :param groups: [rows] the groups themselves, where ``member`` may be blocks of them.
    """
    names, codes = np.unique(groups, return_inverse=True)
    won, pairs = np.zeros(len(names)), np.zeros(len(names))
    positives = _by_group(scores[positive], codes[positive], len(names))
    negatives = _by_group(scores[~positive], codes[~positive], len(names))
    for number, (ours, theirs) in enumerate(zip(positives, negatives, strict=True)):
        rows = len(ours) + len(theirs)
        won[number], pairs[number] = point.wins(ours, theirs).sum() / rows, len(ours) * len(theirs) / rows
    block = np.zeros(len(names), np.intp)
    block[codes] = member
    return ratio(won, pairs, block)


def average_precision(scores: npt.NDArray[Any], positive: Bools, member: Members) -> Statistic:
    """Mean over the positive rows of the precision among rows with at least their score. As in scikit-learn: no
    interpolation, rows of equal score enter together.
    """
    thresholds = np.unique(scores[positive])[::-1]
    true, false = (_at_least(scores[mask], member[mask], thresholds, _groups(member)) for mask in (positive, ~positive))
    above, entering, positives = true + false, np.diff(true, axis=0, prepend=0.0), _sums(positive, member)

    def precision(weights: Floats) -> Floats:
        found = np.zeros_like(weights)
        for start in range(0, len(thresholds), _THRESHOLDS_AT_A_TIME):
            block = slice(start, start + _THRESHOLDS_AT_A_TIME)
            shares, rows = weights @ true[block].T, weights @ above[block].T
            # Where no drawn row scores that high, the precision is 0/0, but nothing enters there either.
            shares /= np.maximum(rows, np.finfo(np.float64).tiny, out=rows)
            found += shares @ entering[block]
        return _divide(np.einsum("dg,dg->d", found, weights), weights @ positives)

    return precision


def _groups(member: Members) -> int:
    return int(member.max()) + 1


def _sums(values: npt.NDArray[Any], member: Members) -> Floats:
    return np.asarray(np.bincount(member, np.asarray(values, np.float64), _groups(member)), np.float64)


def _quotient(above: Floats, below: Floats) -> Statistic:
    return lambda weights: _divide(weights @ above, weights @ below)


def _divide(above: Floats, below: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(below == 0, np.nan, above / below), np.float64)


def _by_group(scores: npt.NDArray[Any], codes: npt.NDArray[Any], groups: int) -> list[npt.NDArray[Any]]:
    """The scores of each group, ascending."""
    order = np.lexsort((scores, codes))
    return np.split(scores[order], np.searchsorted(codes[order], np.arange(1, groups)))


def _at_least(scores: npt.NDArray[Any], member: Members, thresholds: npt.NDArray[Any], groups: int) -> Floats:
    """``[thresholds, groups]``: number of rows that score at least a threshold; thresholds descend."""
    # The first threshold that a row reaches; beyond the last one if it reaches none.
    place = len(thresholds) - np.searchsorted(thresholds[::-1], scores, side="right")
    counts = np.zeros((len(thresholds) + 1, groups))
    np.add.at(counts, (place, member), 1)
    return np.asarray(np.cumsum(counts[:-1], axis=0), np.float64)
