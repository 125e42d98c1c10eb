"""Every metric, under weights of whole groups, against scikit-learn's on rows repeated so often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.calibration_error import CalibrationError

GROUPS = 4
# Few distinct scores, so that ties are common; every group is there, so that weights mean what they say.
rows = st.lists(
    st.tuples(st.sampled_from([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0]), st.booleans(), st.integers(0, GROUPS - 1)),
    min_size=2,
    max_size=60,
).map(lambda found: [*found, *((0.5, number % 2 == 0, number) for number in range(GROUPS))])
weights = st.lists(st.integers(0, 3), min_size=GROUPS, max_size=GROUPS)


def columns(found: list[tuple[float, bool, int]]) -> tuple[Any, Any, Any]:
    scores, positive, member = (np.array(column) for column in zip(*found, strict=True))
    return scores, positive, member


@settings(max_examples=40, deadline=None)
@given(rows, weights)
def test_figures_equal_scikit_learns(found: list[tuple[float, bool, int]], times: list[int]) -> None:
    scores, positive, member = columns(found)
    said = scores > 0
    repeated = np.repeat(np.arange(len(scores)), np.array(times)[member])
    assume(0 < positive[repeated].sum() < len(repeated))
    score, truth, called = scores[repeated], positive[repeated], said[repeated]
    probabilities = point.sigmoid(scores)
    log_losses = point.log_losses(scores, positive)
    expected = {
        resampled.auc(scores, positive, member): reference.roc_auc_score(truth, score),
        resampled.average_precision(scores, positive, member): reference.average_precision_score(truth, score),
        resampled.balanced_accuracy(said, positive, member): reference.balanced_accuracy_score(truth, called),
        resampled.mean(said == positive, member): reference.accuracy_score(truth, called),
        resampled.f1(said, positive, member): reference.f1_score(truth, called),
        resampled.f1(~said, ~positive, member): reference.f1_score(~truth, ~called),
        resampled.mean(log_losses, member): reference.log_loss(truth, point.sigmoid(score)),
        resampled.mean(point.brier_losses(scores, positive), member): reference.brier_score_loss(
            truth, point.sigmoid(score)
        ),
        resampled.ratio(1 - log_losses, np.ones(len(scores)), member): 1
        - reference.log_loss(truth, point.sigmoid(score)),
        CalibrationError(probabilities, positive, member).error: by_hand(probabilities, positive, repeated),
    }
    # Two draws at once: the one asked about stands second.
    both = np.array([np.ones(GROUPS), times], np.float64)
    for statistic, value in expected.items():
        assert statistic(both)[1] == pytest.approx(value, abs=1e-12)


def by_hand(probabilities: Any, positive: Any, repeated: Any) -> float:
    """Expected calibration error bin by bin; the bins are those of the rows before any was repeated."""
    bounds = sorted(set(np.quantile(probabilities, [number / 15 for number in range(1, 15)]).tolist()))
    total = 0.0
    for number in range(len(bounds) + 1):
        low = -np.inf if number == 0 else bounds[number - 1]
        high = np.inf if number == len(bounds) else bounds[number]
        inside = [row for row in repeated if low < probabilities[row] <= high]
        if inside:
            gap = np.mean(probabilities[inside]) - np.mean(positive[inside])
            total += len(inside) / len(repeated) * abs(gap)
    return total


@settings(max_examples=20, deadline=None)
@given(rows, weights)
def test_auc_within_groups_is_the_mean_of_theirs(found: list[tuple[float, bool, int]], times: list[int]) -> None:
    scores, positive, member = columns(found)
    total = weight = 0.0
    for group in range(GROUPS):
        truth = positive[member == group]
        each = int(truth.sum()) * int((~truth).sum()) / len(truth) * times[group]
        if each:
            total += each * reference.roc_auc_score(truth, scores[member == group])
            weight += each
    assume(weight)
    statistic = resampled.auc_within(scores, positive, member, member)
    assert statistic(np.array([times], np.float64))[0] == pytest.approx(total / weight)


def test_groups_keep_their_own_auc_inside_a_block() -> None:
    # Two films in one block: across them the order is wrong, within each it is right.
    scores, positive = np.array([1.0, 2.0, 5.0, 6.0]), np.array([False, True, False, True])
    films, block = np.array([0, 0, 1, 1]), np.zeros(4, np.intp)
    one = np.ones((1, 1))
    assert resampled.auc_within(scores, positive, films, block)(one)[0] == 1
    assert resampled.auc(scores, positive, block)(one)[0] == 0.75


def test_a_draw_that_lacks_a_label_has_no_figure() -> None:
    scores, positive, member = np.array([1.0, 2.0, 3.0]), np.array([True, False, False]), np.array([0, 1, 1])
    draws = np.array([[1.0, 1.0], [0.0, 2.0], [2.0, 0.0]])
    for statistic in (
        resampled.auc(scores, positive, member),
        resampled.balanced_accuracy(scores > 1, positive, member),
    ):
        assert np.isfinite(statistic(draws)).tolist() == [True, False, False]
    precision = resampled.average_precision(scores, positive, member)(draws)
    assert np.isfinite(precision).tolist() == [True, False, True]


def test_calibration_error_of_numbers_one_can_check() -> None:
    # Fifteen bins of two rows each: in every one 0.8 is promised and half is kept.
    probabilities = np.sort(0.8 + np.arange(30) * 1e-9)
    positive = np.arange(30) % 2 == 0
    found = CalibrationError(probabilities, positive, np.zeros(30, np.intp))
    assert found.error(np.ones((1, 1)))[0] == pytest.approx(0.3)


def test_noise_is_the_error_of_resamples_of_rows_without_one() -> None:
    # Two groups whose gaps cancel: no error as they are, all of it noise when one is drawn twice.
    probabilities, positive = np.full(4, 0.5), np.array([True, True, False, False])
    found = CalibrationError(probabilities, positive, np.array([0, 0, 1, 1]))
    weights = np.array([[1.0, 1.0], [2.0, 0.0]])
    assert found.error(weights).tolist() == [0.0, 0.5]
    assert found.noise(weights).tolist() == [0.0, 0.5]
    # The same error in every group is error and no noise.
    wrong = CalibrationError(probabilities, np.ones(4, bool), np.array([0, 0, 1, 1]))
    assert wrong.error(weights).tolist() == [0.5, 0.5]
    assert wrong.noise(weights).tolist() == [0.0, 0.0]


def test_a_difference_is_taken_draw_by_draw() -> None:
    generator = np.random.default_rng(3)
    groups, values = generator.integers(0, 50, 3000), generator.normal(size=3000)
    resamples = GroupBootstrap.of(groups)
    first, second = resampled.mean(values, resamples.member), resampled.mean(values + 1, resamples.member)
    np.testing.assert_allclose(resamples.drawn(resampled.difference(second, first)), 1)
