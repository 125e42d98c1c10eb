"""Metrics of a two-label classifier, in numpy. Labels are 0 and 1; a logit above 0 predicts 1.

For the same figures of many resamples at once see :mod:`gendertui.evaluation.metrics.resampled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats

Labels = npt.NDArray[Any]


def predictions(logits: npt.NDArray[Any]) -> Bools:
    """Which rows are predicted as the positive label; exactly even odds count as negative."""
    return np.asarray(logits) > 0


def confusion(logits: npt.NDArray[Any], labels: Labels) -> tuple[tuple[int, int], tuple[int, int]]:
    """((true negatives, false positives), (false negatives, true positives))."""
    predicted, is_positive = predictions(logits), np.asarray(labels) == 1
    return (
        (int(np.sum(~predicted & ~is_positive)), int(np.sum(predicted & ~is_positive))),
        (int(np.sum(~predicted & is_positive)), int(np.sum(predicted & is_positive))),
    )


def accuracy(logits: npt.NDArray[Any], labels: Labels, weights: Floats | None = None) -> float:
    """Share of rows classified correctly."""
    right = predictions(logits) == (np.asarray(labels) == 1)
    return float(np.average(right, weights=weights))


def balanced_accuracy(logits: npt.NDArray[Any], labels: Labels, weights: Floats | None = None) -> float:
    """Mean of the recalls of the two labels; nan if a label is absent."""
    return accuracy(logits, labels, balanced_weights(labels, weights)) if _both(labels, weights) else float("nan")


def balanced_weights(labels: Labels, weights: Floats | None = None) -> Floats:
    """Row weights N / (2 N_class), times ``weights``: the weights of both labels add up to the same. If only one label
    occurs, weights stay one.
    """
    is_positive = np.asarray(labels) == 1
    base = np.ones(len(is_positive)) if weights is None else np.asarray(weights, np.float64)
    positive, negative = float(base[is_positive].sum()), float(base[~is_positive].sum())
    if positive == 0 or negative == 0:
        return base
    half = (positive + negative) / 2
    return base * np.where(is_positive, half / positive, half / negative)


def auc(scores: npt.NDArray[Any], labels: Labels) -> float:
    """Probability that a positive row scores above a negative one, ties counting half; nan if a label is absent."""
    scores, is_positive = np.asarray(scores), np.asarray(labels) == 1
    positives, negatives = np.sort(scores[is_positive]), np.sort(scores[~is_positive])
    pairs = len(positives) * len(negatives)
    return float(wins(positives, negatives).sum() / pairs) if pairs else float("nan")


def wins(scores: npt.NDArray[Any], others: npt.NDArray[Any]) -> Floats:
    """For each score the number of ``others`` (ascending) below it, ties counting half."""
    below, not_above = (np.searchsorted(others, scores, side=side) for side in ("left", "right"))
    return np.asarray((below + not_above) / 2, np.float64)


def log_losses(logits: npt.NDArray[Any], labels: Labels) -> Floats:
    """Each row's negative log likelihood in nats."""
    signed = np.where(np.asarray(labels) == 1, -1.0, 1.0) * np.asarray(logits, np.float64)
    return np.asarray(np.logaddexp(0.0, signed), np.float64)


def log_loss(logits: npt.NDArray[Any], labels: Labels, weights: Floats | None = None) -> float:
    """Mean negative log likelihood in nats."""
    return float(np.average(log_losses(logits, labels), weights=weights))


def sigmoid(logits: npt.NDArray[Any]) -> Floats:
    """Logits → probabilities, without overflow."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(logits, np.float64)))


def brier_losses(logits: npt.NDArray[Any], labels: Labels) -> Floats:
    """Each row's squared distance between probability and label."""
    return np.asarray((sigmoid(logits) - (np.asarray(labels) == 1)) ** 2, np.float64)


def _both(labels: Labels, weights: Floats | None) -> bool:
    is_positive = np.asarray(labels) == 1
    if weights is None:
        return bool(is_positive.any() and not is_positive.all())
    return bool(np.asarray(weights)[is_positive].sum() > 0 and np.asarray(weights)[~is_positive].sum() > 0)
