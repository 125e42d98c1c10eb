"""When a run is said to have stopped too early."""

from __future__ import annotations

from typing import Any

import pytest

from gendertui.training.still_learning import is_still_learning

MANY = (400, 400)


def history(*values: float, name: str = "auc") -> list[dict[str, Any]]:
    return [{"validation": {name: value}} for value in values]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.60, 0.70, 0.80), True),
        ((0.70, 0.80), True),
        ((0.55, 0.52, 0.60, 0.65, 0.70), True),
        ((0.80,), False),
        ((), False),
        ((0.60, 0.80, 0.79), False),
        ((0.60, 0.80, 0.70, 0.75, 0.79), False),
        ((0.60, 0.79, 0.70, 0.80), False),
        ((0.997, 0.998, 0.999), False),
    ],
    ids=["rising", "two", "late", "one", "none", "fell", "not the best", "up and down", "no room left"],
)
def test_it_is_where_the_last_epoch_is_the_best_of_some_that_rose(values: tuple[float, ...], expected: bool) -> None:
    assert is_still_learning(history(*values), "auc", MANY) is expected
    assert is_still_learning(history(*values, name="balanced_accuracy"), "balanced_accuracy", MANY) is expected


def test_a_rise_that_chance_makes_on_few_lines_is_none() -> None:
    values = history(0.50, 0.51, 0.53)
    assert is_still_learning(values, "auc", (4000, 4000))
    assert not is_still_learning(values, "auc", (40, 40))
    assert not is_still_learning(values, "auc", (40, 0))


@pytest.mark.parametrize("metric", ["loss", "last"])
def test_of_a_loss_it_is_where_it_fell(metric: str) -> None:
    assert is_still_learning(history(0.69, 0.65, 0.60, name="loss"), metric, MANY)
    assert not is_still_learning(history(0.69, 0.60, 0.65, name="loss"), metric, MANY)
    assert not is_still_learning(history(0.6902, 0.6901, 0.69, name="loss"), metric, MANY)
