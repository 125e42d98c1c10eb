"""Logistic regression ends where scikit-learn's does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_matrix, random_array
from sklearn.linear_model import LogisticRegression

from gendertui import logistic
from gendertui.arrays import Bools, Floats

ROWS, COLUMNS = 400, 60


@pytest.fixture(scope="module")
def problem() -> tuple[csr_matrix, Bools, Floats]:
    """Features, labels that go with them but for noise, and weights of rows."""
    generator = np.random.default_rng(4)
    features = csr_matrix(random_array((ROWS, COLUMNS), density=0.2, rng=generator))
    scores = features @ generator.normal(size=COLUMNS) + 0.5 * generator.normal(size=ROWS) - 0.4
    return features, scores > 0, generator.uniform(0.5, 2, ROWS)


def reference(features: csr_matrix, positive: Bools, strength: float, weights: Floats) -> npt.NDArray[np.float64]:
    model = LogisticRegression(C=strength, solver="liblinear", tol=1e-8, max_iter=1000)
    model.fit(features, positive, sample_weight=weights)
    return np.append(model.coef_[0], model.intercept_)


def together(found: logistic.Linear) -> npt.NDArray[np.float64]:
    return np.append(found.weights, found.intercept)


@pytest.mark.parametrize("strength", [0.01, 1.0, 1e4])
def test_weights_are_scikit_learns(problem: tuple[csr_matrix, Bools, Floats], strength: float) -> None:
    features, positive, weights = problem
    found = logistic.fit(features, positive, strength, weights, tolerance=1e-8)
    expected = reference(features, positive, strength, weights)
    np.testing.assert_allclose(together(found), expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(found.scores(features), features @ found.weights + found.intercept)


def test_more_steps_come_nearer(problem: tuple[csr_matrix, Bools, Floats]) -> None:
    features, positive, weights = problem
    expected = reference(features, positive, 1e3, weights)
    away = [
        np.linalg.norm(together(logistic.fit(features, positive, 1e3, weights, tolerance=0, steps=steps)) - expected)
        for steps in (0, 1, 3, logistic.STEPS)
    ]
    assert away == sorted(away, reverse=True)
    assert away[-1] < 1e-3 * away[0]


def test_features_that_are_nowhere_weigh_nothing() -> None:
    positive = np.array([True, True, True, False])
    found = logistic.fit(csr_matrix((4, 3)), positive, 100.0, np.ones(4), tolerance=1e-8)
    np.testing.assert_array_equal(found.weights, 0)
    assert found.intercept == pytest.approx(np.log(3), abs=0.02)
    assert logistic.fit(csr_matrix((4, 0)), positive, 1.0, np.ones(4)).weights.shape == (0,)
