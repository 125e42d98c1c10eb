"""Fit the calibration of logits to probabilities at even odds, for lines and for whole characters (character level)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats
from gendertui.evaluation.metrics import point
from gendertui.model.calibration import Calibration, CharacterCalibration

Bounds = tuple[float | None, float | None]

SLOPES = (1e-3, 1e2)
"""Bounds of the slope: a calibration never reverses the order of lines, and stays finite if the labels are perfectly
separable."""
HALF_LINES = (0.01, 1000.0)
"""Bounds of the number of lines at which a character's slope reaches half of the final one."""


def fit(logits: npt.NDArray[Any], labels: npt.NDArray[Any], weights: npt.NDArray[Any] | None = None) -> Calibration:
    """Slope and intercept that minimise the log loss, with both labels weighted equally.

    :param logits: raw outputs on rows that were not trained on.
    :param labels: 0 and 1, both present.
    :param weights: [rows] non-negative; by default all rows weigh the same.
    """
    x = np.asarray(logits, np.float64)

    def scores(parameters: Floats) -> tuple[Floats, list[Floats]]:
        slope, intercept = parameters
        return slope * x + intercept, [x, np.ones_like(x)]

    slope, intercept = _least_loss(
        scores, labels, point.balanced_weights(labels, weights), [1, 0], [SLOPES, (None, None)]
    )
    return Calibration(slope=slope, intercept=intercept)


def fit_characters(
    means: npt.NDArray[Any], lines: npt.NDArray[Any], labels: npt.NDArray[Any], weights: npt.NDArray[Any]
) -> CharacterCalibration:
    """The character calibration that minimises the log loss, with both labels weighted equally.

    :param means: mean calibrated log-odds of some lines of a character that were not trained on.
    :param lines: number of those lines.
    :param labels: the characters', 0 and 1, both present.
    :param weights: non-negative; the weights of a character that occurs with several subsets of its lines add up to
        one.
    """
    x, n = np.asarray(means, np.float64), np.asarray(lines, np.float64)

    def scores(parameters: Floats) -> tuple[Floats, list[Floats]]:
        slope, half, intercept = parameters[0], np.exp(parameters[1]), parameters[2]
        share = n / (n + half)
        return slope * share * x + intercept, [share * x, -slope * x * share * half / (n + half), np.ones_like(x)]

    low, high = np.log(HALF_LINES)
    slope, half, intercept = _least_loss(
        scores,
        labels,
        point.balanced_weights(labels, weights),
        [2, np.log(10), 0],
        [SLOPES, (float(low), float(high)), (None, None)],
    )
    return CharacterCalibration(slope=slope, half_lines=float(np.exp(half)), intercept=intercept)


def _least_loss(
    scores: Callable[[Floats], tuple[Floats, list[Floats]]],
    labels: npt.NDArray[Any],
    weights: Floats,
    start: list[float],
    bounds: list[Bounds],
) -> list[float]:
    """Parameters that minimise the weighted log loss.

    :param scores: parameters → log-odds of the rows, and their derivative by each parameter.
    """
    from scipy.optimize import minimize

    target = (np.asarray(labels) == 1).astype(np.float64)
    weights = weights / weights.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds, derivatives = scores(parameters)
        residual = weights * (point.sigmoid(odds) - target)
        value = float(np.sum(weights * point.log_losses(odds, labels)))
        return value, np.array([np.sum(residual * derivative) for derivative in derivatives])

    found = minimize(
        loss,
        np.array(start, np.float64),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 500},
    )
    return [float(value) for value in found.x]
