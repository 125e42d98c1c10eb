"""Fitting the slope and intercept that turn logits into probabilities at even odds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation import metrics
from gendertui.model.calibration import Calibration

SLOPES = (1e-3, 1e2)
"""Bounds of the slope: a calibration never turns the order of the lines round, and stays finite where the two
labels can be told apart without error."""


def fit(logits: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Calibration:
    """Slope and intercept of the least log loss, both labels weighing the same.

    :param logits: raw outputs on rows that were not trained on.
    :param labels: 0 and 1, both present.
    """
    from scipy.optimize import minimize

    x = np.asarray(logits, np.float64)
    target = (np.asarray(labels) == 1).astype(np.float64)
    weights = metrics.balanced_weights(labels)
    weights = weights / weights.sum()

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = parameters[0] * x + parameters[1]
        residual = weights * (metrics.sigmoid(scores) - target)
        value = float(np.sum(weights * metrics.log_losses(scores, labels)))
        return value, np.array([np.sum(residual * x), np.sum(residual)])

    found = minimize(
        loss,
        np.array([1.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[SLOPES, (None, None)],
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 500},
    )
    return Calibration(slope=float(found.x[0]), intercept=float(found.x[1]))
