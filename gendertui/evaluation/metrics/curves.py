"""The curves of a set, thinned out for display: ROC, precision and recall, calibration."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap

POINTS = 101
BINS = 10
_DIGITS = 5


def curves(odds: Floats, labels: npt.NDArray[Any], resamples: GroupBootstrap) -> dict[str, Any]:
    """All three curves; empty if a label is absent.

    :param odds: calibrated log-odds at even odds.
    """
    positive = np.asarray(labels) == 1
    if positive.all() or not positive.any():
        return {"roc": [], "precision_recall": [], "calibration": []}
    true, false = _counts(odds, positive)
    return {
        "roc": _roc(true / true[-1], false / false[-1]),
        "precision_recall": _precision_recall(true, false),
        "calibration": _calibration(odds, positive, resamples),
    }


def _counts(odds: Floats, positive: Bools) -> tuple[Floats, Floats]:
    """True and false positives at each threshold, highest first, starting with none; rows of equal score enter
    together.
    """
    order = np.argsort(-odds, kind="stable")
    last = np.append(np.diff(odds[order]) != 0, True)
    true = np.cumsum(positive[order], dtype=np.float64)[last]
    false = np.cumsum(~positive[order], dtype=np.float64)[last]
    return np.append(0.0, true), np.append(0.0, false)


def _roc(true_rate: Floats, false_rate: Floats) -> list[list[float]]:
    """True positive rate at evenly spaced false positive rates."""
    at = np.linspace(0, 1, POINTS)
    # At a step take its end, as for a threshold that includes all of it.
    highest = np.searchsorted(false_rate, at, side="right") - 1
    beyond = np.minimum(highest + 1, len(false_rate) - 1)
    run = false_rate[beyond] - false_rate[highest]
    share = np.divide(at - false_rate[highest], run, out=np.zeros(POINTS), where=run > 0)
    return _points(at, true_rate[highest] + share * (true_rate[beyond] - true_rate[highest]))


def _precision_recall(true: Floats, false: Floats) -> list[list[float]]:
    """Precision at the highest threshold that reaches each of evenly spaced recalls, from 1 % on."""
    recall = np.linspace(0, 1, POINTS)[1:]
    # Rounding up: a recall of 29 % of 100 rows is reached with 29 rows, not with 30.
    reached = np.searchsorted(true, np.ceil(recall * true[-1] - 1e-9))
    return _points(true[reached] / true[-1], true[reached] / (true[reached] + false[reached]))


def _calibration(odds: Floats, positive: Bools, resamples: GroupBootstrap) -> list[dict[str, Any]]:
    """Share of positive rows by probability, in bins of about equally many rows, with row weights N / (2 N_class)."""
    probabilities, weights = point.sigmoid(odds), point.balanced_weights(positive)
    bounds = np.unique(np.quantile(probabilities, np.arange(1, BINS) / BINS))
    inside = np.searchsorted(bounds, probabilities, side="left")
    found = []
    for number in np.unique(inside):
        here = inside == number
        share = resampled.ratio(weights * (positive & here), weights * here, resamples.member)
        groups = len(np.unique(resamples.group[here]))
        low, high = resamples.percentiles(resamples.drawn(share), groups) or (None, None)
        found.append(
            {
                "lower": round(float(probabilities[here].min()), _DIGITS),
                "upper": round(float(probabilities[here].max()), _DIGITS),
                "n": int(here.sum()),
                "groups": groups,
                "mean_probability": round(float(np.average(probabilities[here], weights=weights[here])), _DIGITS),
                "share_positive": resamples.value(share),
                "low": low,
                "high": high,
            }
        )
    return found


def _points(x: Floats, y: Floats) -> list[list[float]]:
    return [[round(float(a), _DIGITS), round(float(b), _DIGITS)] for a, b in zip(x, y, strict=True)]
