"""The fitted slope and intercept."""

from __future__ import annotations

import numpy as np
import pytest

from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.calibration import SLOPES, fit


def drawn(rate: float, rows: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose true log-odds at even odds are 0.5 × logit + 0.3."""
    generator = np.random.default_rng(5)
    logits = generator.normal(scale=2, size=rows)
    # Rows of a label are kept so that the labels stand at ``rate``: what holds at even odds stays what it is.
    labels = generator.random(rows) < point.sigmoid(0.5 * logits + 0.3)
    keep = generator.random(rows) < np.where(labels, rate, 1 - rate)
    return logits[keep], labels[keep].astype(np.int8)


@pytest.mark.parametrize("rate", [0.5, 0.2])
def test_it_finds_the_line_whatever_the_labels_rate(rate: float) -> None:
    logits, labels = drawn(rate)
    found = fit(logits, labels)
    # The labels themselves are not exactly even before the thinning; that shifts the intercept alone.
    share = np.mean(point.sigmoid(0.5 * np.random.default_rng(5).normal(scale=2, size=40_000) + 0.3))
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.intercept == pytest.approx(0.3 - np.log(share / (1 - share)), abs=0.05)


def test_nothing_near_is_better() -> None:
    logits, labels = drawn(0.3, 4000)
    weights = point.balanced_weights(labels)
    found = fit(logits, labels)
    least = point.log_loss(found.log_odds(logits), labels, weights)
    for slope in (-0.01, 0.01):
        for intercept in (-0.01, 0.01):
            other = (found.slope + slope) * logits + found.intercept + intercept
            assert point.log_loss(other, labels, weights) > least


def test_labels_told_apart_without_error_stay_finite() -> None:
    found = fit(np.array([-1.0, -2.0, 1.0, 2.0]), np.array([0, 0, 1, 1]))
    assert SLOPES[0] < found.slope <= SLOPES[1]
    assert np.isfinite(found.intercept)


def test_a_model_worse_than_chance_is_not_turned_round() -> None:
    found = fit(np.array([-1.0, -2.0, 1.0, 2.0]), np.array([1, 1, 0, 0]))
    assert found.slope == SLOPES[0]
