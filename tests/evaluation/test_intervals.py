"""Intervals resample whole groups, the same for every figure."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from gendertui.evaluation.metrics import resampled
from gendertui.evaluation.metrics.bootstrap import MINIMUM_GROUPS, MOST_BLOCKS, GroupBootstrap


def test_groups_are_drawn_whole_and_as_many_as_there_are() -> None:
    resamples = GroupBootstrap.of(np.repeat([7, 3, 90], 5), draws=200)
    assert resamples.groups == 3
    assert resamples.member.tolist() == [1] * 5 + [0] * 5 + [2] * 5
    assert (resamples.weights.sum(axis=1) == 3).all()
    assert set(np.unique(resamples.weights)) <= {0, 1, 2, 3}


def test_draws_are_repeatable() -> None:
    groups = np.random.default_rng(3).integers(0, 50, 3000)
    np.testing.assert_array_equal(GroupBootstrap.of(groups).weights, GroupBootstrap.of(groups).weights)
    assert (GroupBootstrap.of(groups).weights != GroupBootstrap.of(groups, seed=1).weights).any()


@pytest.mark.parametrize("groups", [MINIMUM_GROUPS, 40])
def test_for_a_mean_of_normal_groups_it_is_about_the_interval_of_student(groups: int) -> None:
    values = t.ppf((np.arange(groups) + 0.5) / groups, 1e6)
    resamples = GroupBootstrap.of(np.arange(groups), draws=20_000)
    mean = resampled.mean(values, resamples.member)
    exact = t.ppf(0.975, groups - 1) * values.std(ddof=1) / np.sqrt(groups)
    limits = resamples.percentiles(resamples.drawn(mean))
    assert limits is not None
    np.testing.assert_allclose(limits, (-exact, exact), rtol=0.06)
    # Percentiles at 2.5 and 97.5 would be narrower by the square root of (n − 1) / n, and by t over normal.
    plain = np.quantile(resamples.drawn(mean), [0.025, 0.975])
    assert limits[0] < plain[0] < plain[1] < limits[1]


def test_the_jackknife_of_a_mean_is_the_interval_of_student() -> None:
    values = np.random.default_rng(5).normal(size=30)
    resamples = GroupBootstrap.of(np.arange(30), draws=1)
    exact = t.ppf(0.975, 29) * values.std(ddof=1) / np.sqrt(30)
    found = resamples.jackknife(resampled.mean(values, resamples.member))
    assert found == pytest.approx((values.mean() - exact, values.mean() + exact))


def test_many_groups_are_drawn_in_blocks_with_the_same_spread() -> None:
    generator = np.random.default_rng(2)
    values = generator.normal(size=5000)
    blocked = GroupBootstrap.of(np.arange(5000), draws=2000)
    assert (blocked.groups, blocked.units) == (5000, MOST_BLOCKS)
    assert np.bincount(blocked.member).tolist() == [5000 // MOST_BLOCKS] * MOST_BLOCKS
    spread = blocked.drawn(resampled.mean(values, blocked.member)).std()
    assert spread == pytest.approx(values.std() / np.sqrt(5000), rel=0.15)


def test_too_few_groups_have_no_interval() -> None:
    few = GroupBootstrap.of(np.arange(MINIMUM_GROUPS - 1))
    mean = resampled.mean(np.arange(MINIMUM_GROUPS - 1), few.member)
    assert few.percentiles(few.drawn(mean)) is None
    assert few.jackknife(mean) is None
    enough = GroupBootstrap.of(np.arange(MINIMUM_GROUPS))
    mean = resampled.mean(np.arange(MINIMUM_GROUPS), enough.member)
    assert enough.percentiles(enough.drawn(mean)) is not None
    # The same of a figure that rests on some of the groups only.
    assert enough.percentiles(enough.drawn(mean), MINIMUM_GROUPS - 1) is None


def test_draws_without_a_figure_mean_no_interval() -> None:
    resamples = GroupBootstrap.of(np.arange(30))
    only_one = np.arange(30) == 0
    assert resamples.percentiles(resamples.drawn(resampled.ratio(only_one, only_one, resamples.member))) is None
    # One that lacks in a draw of a thousand does no harm.
    drawn = resamples.drawn(resampled.mean(np.arange(30), resamples.member))
    drawn[3] = np.nan
    assert resamples.percentiles(drawn) is not None
