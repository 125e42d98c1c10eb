"""Intervals resample whole groups, the same for every metric."""

from __future__ import annotations

import numpy as np

from gendertui.evaluation.intervals import bootstrap, interval, ratio, weighted_mean


def test_groups_are_drawn_whole() -> None:
    groups = np.repeat(np.arange(40), 5)
    in_first = groups == 0
    drawn = bootstrap({"rows": lambda weights: weights[:, in_first].std(axis=1)}, groups, draws=200)
    assert not drawn["rows"].any()


def test_resamples_are_shared_and_repeatable() -> None:
    generator = np.random.default_rng(3)
    groups, values = generator.integers(0, 50, 3000), generator.normal(size=3000)
    twice = {"a": weighted_mean(values), "b": weighted_mean(values + 1)}
    first, second = bootstrap(twice, groups), bootstrap(twice, groups)
    np.testing.assert_array_equal(first["a"], second["a"])
    # The very same draws: the difference has no spread.
    np.testing.assert_allclose(first["b"] - first["a"], 1)


def test_interval_covers_a_mean_of_groups_about_95_times_in_100() -> None:
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        groups = np.repeat(np.arange(60), 4)
        values = generator.normal(size=60)[groups] + generator.normal(size=240)
        limits = interval(bootstrap({"mean": weighted_mean(values)}, groups, draws=300)["mean"])
        assert limits is not None
        covered += limits[0] <= 0 <= limits[1]
    assert 0.88 <= covered / 200 <= 0.99


def test_a_draw_without_a_figure_means_no_interval() -> None:
    groups = np.arange(30)
    only_one = (groups == 0).astype(float)
    assert interval(bootstrap({"share": ratio(only_one, only_one)}, groups)["share"]) is None
