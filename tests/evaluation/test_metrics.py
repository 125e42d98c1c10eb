"""Metrics against scikit-learn's, ties and weights included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from gendertui.evaluation.metrics import point

# Few distinct values, so that ties are common.
rows = st.lists(
    st.tuples(st.sampled_from([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0]), st.integers(0, 1), st.sampled_from([0.5, 1.0, 2.0])),
    min_size=2,
    max_size=60,
)


def columns(found: list[tuple[float, int, float]]) -> tuple[Any, Any, Any]:
    logits, labels, weights = (np.array(column) for column in zip(*found, strict=True))
    assume(0 < labels.sum() < len(labels))
    return logits, labels, weights


@settings(max_examples=60, deadline=None)
@given(rows)
def test_figures_equal_scikit_learns(found: list[tuple[float, int, float]]) -> None:
    logits, labels, weights = columns(found)
    said = logits > 0
    assert point.auc(logits, labels) == pytest.approx(reference.roc_auc_score(labels, logits))
    assert point.accuracy(logits, labels, weights) == pytest.approx(
        reference.accuracy_score(labels, said, sample_weight=weights)
    )
    assert point.balanced_accuracy(logits, labels) == pytest.approx(reference.balanced_accuracy_score(labels, said))
    assert point.balanced_accuracy(logits, labels, weights) == pytest.approx(
        reference.balanced_accuracy_score(labels, said, sample_weight=weights)
    )
    assert point.log_loss(logits, labels) == pytest.approx(reference.log_loss(labels, point.sigmoid(logits)))
    assert point.brier_losses(logits, labels).mean() == pytest.approx(
        reference.brier_score_loss(labels, point.sigmoid(logits))
    )
    assert np.array_equal(point.confusion(logits, labels), reference.confusion_matrix(labels, said))


def test_one_label_alone_has_no_auc_and_no_balanced_accuracy() -> None:
    logits, labels = np.array([0.1, 2.0]), np.array([1, 1])
    assert np.isnan(point.auc(logits, labels))
    assert np.isnan(point.balanced_accuracy(logits, labels))
    assert point.accuracy(logits, labels) == 1


def test_balanced_weights_even_the_labels_out() -> None:
    labels = np.array([0, 0, 0, 1])
    weights = point.balanced_weights(labels)
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 1].sum())
    assert weights.sum() == pytest.approx(4)


def test_extreme_logits_stay_finite() -> None:
    logits, labels = np.array([-1e4, 1e4]), np.array([1, 0])
    assert point.log_loss(logits, labels) == pytest.approx(1e4)
    assert point.sigmoid(logits).tolist() == [0.0, 1.0]
