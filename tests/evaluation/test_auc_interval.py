"""The AUC's interval in closed form, beside the bootstrap's over the same groups."""

from __future__ import annotations

import numpy as np
import pytest

from gendertui.evaluation.metrics import resampled
from gendertui.evaluation.metrics.auc_interval import auc_interval
from gendertui.evaluation.metrics.bootstrap import MINIMUM_GROUPS, GroupBootstrap
from gendertui.evaluation.metrics.point import auc


def lines(groups: int, of_group: int, shared: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, labels and groups; ``shared`` is how much the lines of a group have in common."""
    generator = np.random.default_rng(7)
    group = np.repeat(np.arange(groups), of_group)
    labels = (generator.random(len(group)) < 0.4).astype(np.int8)
    common = generator.normal(size=groups)[group] * (2 * labels - 1)
    return 0.4 * labels + shared * common + generator.normal(size=len(group)), labels, group


@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_it_is_about_as_wide_as_the_bootstrap_over_the_same_groups(shared: float) -> None:
    scores, labels, group = lines(60, 40, shared)
    found = auc_interval(scores, labels, group)
    assert found is not None
    low, high = found
    assert (low + high) / 2 == pytest.approx(auc(scores, labels))
    bootstrap = GroupBootstrap.of(group)
    limits = bootstrap.percentiles(bootstrap.drawn(resampled.auc(scores, labels == 1, bootstrap.member)))
    assert limits is not None
    assert high - low == pytest.approx(limits[1] - limits[0], rel=0.12)


def test_lines_of_one_film_are_not_taken_for_independent_ones() -> None:
    scores, labels, group = lines(60, 40, 0.5)
    together, alone = auc_interval(scores, labels, group), auc_interval(scores, labels, np.arange(len(group)))
    assert together is not None and alone is not None
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_with_few_groups_or_one_label_there_is_none() -> None:
    scores, labels, group = lines(MINIMUM_GROUPS - 1, 40, 0.0)
    assert auc_interval(scores, labels, group) is None
    scores, labels, group = lines(40, 10, 0.0)
    assert auc_interval(scores, np.zeros_like(labels), group) is None
