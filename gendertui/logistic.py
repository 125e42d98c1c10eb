"""Logistic regression on sparse features, with a penalty: what liblinear's primal solver does, in numpy.

Newton's method with steps by conjugate gradients, as far as the tolerance asks (Lin, Weng and Keerthi, "Trust region
Newton method for large-scale logistic regression", JMLR 9, 2008), and backtracking along a step that goes too far. It
ends where liblinear does, in half of its time, and without scikit-learn, whose import takes a second. No random numbers
are drawn and no sum is BLAS's, so that the weights do not depend on how many threads there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gendertui.arrays import Bools, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

TOLERANCE = 0.1
"""The gradient's length at the end by that at the start, times the share of the rarer label: scikit-learn's ``tol``."""
STEPS = 100
_ENOUGH = 0.1
"""A step is looked for until the linear equations of Newton's method hold but for this part of the gradient."""
_DECREASE = 1e-4
"""The part of the decrease promised by the slope that a step must bring (Armijo's rule)."""
_SHORTEST = 1e-8


@dataclass(frozen=True, eq=False)
class Linear:
    """Log-odds of the positive label, linear in the features."""

    weights: Floats
    """[columns]."""
    intercept: float

    def scores(self, features: csr_matrix) -> Floats:
        """[rows] log-odds."""
        found: Floats = features @ self.weights + self.intercept
        return found


def fit(
    features: csr_matrix,
    positive: Bools,
    strength: float,
    weights: Floats,
    *,
    tolerance: float = TOLERANCE,
    steps: int = STEPS,
) -> Linear:
    """The least of half the squared length of all weights, the intercept among them, and ``strength`` times the rows'
    weighted losses.

    :param features: [rows, columns]; of float32 products are taken in that precision, which is enough for a tolerance
        of a hundredth, in two thirds of the time.
    :param positive: [rows] which have the positive label.
    :param strength: inverse strength of the penalty.
    :param weights: [rows] what each counts.
    :param steps: the most that are made.
    """
    costs, signs = strength * weights, np.where(positive, 1.0, -1.0)
    found, margins = np.zeros(features.shape[1] + 1), np.zeros(len(signs))
    rarer = max(min(int(positive.sum()), int((~positive).sum())), 1) / max(len(signs), 1)
    enough, value = np.inf, _objective(found, margins, costs)
    for made in range(steps):
        with np.errstate(over="ignore"):
            wrong = 1 / (1 + np.exp(margins))
        gradient = found - _transposed(features, costs * signs * wrong)
        length = _length(gradient)
        enough = enough if made else tolerance * rarer * length
        if length <= enough:
            break
        step, gained = _newton_step(features, gradient, costs * wrong * (1 - wrong))
        gained *= signs
        slope, part = _product(gradient, step), 1.0
        while (new := _objective(found + part * step, margins + part * gained, costs)) > value + (
            _DECREASE * part * slope
        ):
            part /= 2
            if part < _SHORTEST:
                # As near as floating-point numbers come.
                return Linear(found[:-1], float(found[-1]))
        found, margins, value = found + part * step, margins + part * gained, new
    return Linear(found[:-1], float(found[-1]))


def _newton_step(features: csr_matrix, gradient: Floats, curvature: Floats) -> tuple[Floats, Floats]:
    """A step against a gradient, about as long as the second derivatives allow, and what it adds to the rows' scores.

    :param curvature: [rows] second derivative of each row's loss.
    """
    step, gained = np.zeros(len(gradient)), np.zeros(len(curvature))
    rest = -gradient
    direction, square = rest.copy(), _product(rest, rest)
    enough = _ENOUGH**2 * square
    while square > enough:
        along = _times(features, direction)
        bent = direction + _transposed(features, curvature * along)
        factor = square / _product(direction, bent)
        step += factor * direction
        gained += factor * along
        rest -= factor * bent
        before, square = square, _product(rest, rest)
        direction *= square / before
        direction += rest
    return step, gained


def _objective(found: Floats, margins: Floats, costs: Floats) -> float:
    losses = np.log1p(np.exp(-np.abs(margins))) + np.maximum(-margins, 0)
    return 0.5 * _product(found, found) + _product(costs, losses)


def _times(features: csr_matrix, vector: Floats) -> Floats:
    """[rows] sums over the columns, and the intercept."""
    sums: Floats = np.asarray(features @ vector[:-1].astype(features.dtype), np.float64) + vector[-1]
    return sums


def _transposed(features: csr_matrix, values: Floats) -> Floats:
    """[columns + 1] sums over the rows, the last of the intercept's column of ones."""
    return np.append(features.T @ values.astype(features.dtype), values.sum())


def _product(first: Floats, second: Floats) -> float:
    """The inner product, not by BLAS, which adds up in as many parts as it has threads."""
    return float(np.einsum("i,i->", first, second))


def _length(values: Floats) -> float:
    return float(np.sqrt(_product(values, values)))
