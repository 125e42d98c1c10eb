"""The learning rate at each step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.training import events
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import TrainingConfig
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared
from gendertui.training.schedule import learning_rate

SCHEDULES = st.sampled_from(["constant", "linear", "cosine"])
WARMUPS = st.floats(0, 1, exclude_max=True)


def rates(steps: int, schedule: str, warmup: float) -> list[float]:
    config = TrainingConfig(schedule=schedule, warmup=warmup, learning_rate=0.5)
    return [learning_rate(config, step, steps) for step in range(steps)]


@given(st.integers(1, 300), SCHEDULES, WARMUPS)
def test_it_rises_to_its_value_and_never_leaves_its_range(steps: int, schedule: str, warmup: float) -> None:
    found = rates(steps, schedule, warmup)
    assert all(0 < rate <= 0.5 for rate in found)
    warm = sum(step < warmup * steps for step in range(steps))
    assert all(before <= after for before, after in pairwise(found[:warm]))
    assert all(before >= after for before, after in pairwise(found[warm:]))
    if schedule == "constant":
        assert set(found[warm:]) <= {0.5}


def test_the_figures() -> None:
    assert rates(4, "constant", 0.5) == [0.25, 0.5, 0.5, 0.5]
    assert rates(4, "linear", 0.0) == [0.5, 0.375, 0.25, 0.125]
    assert rates(6, "linear", 0.4) == pytest.approx([0.5 / 2.4, 1 / 2.4, 0.5, 0.5 * 3 / 3.6, 0.5 * 2 / 3.6, 0.5 / 3.6])
    assert rates(4, "cosine", 0.0) == pytest.approx([0.5, 0.25 * (1 + 0.5**0.5), 0.25, 0.25 * (1 - 0.5**0.5)])


def test_each_batch_says_the_rate_it_was_trained_with(prepared: Callable[..., Prepared], tmp_path: Path) -> None:
    lines = prepared(schedule="linear", epochs=2)
    told = Trainer(lines, checkpoints=Checkpoints(tmp_path)).run()
    batches = [event for event in told if isinstance(event, events.Batch)]
    for event in batches:
        step = (event.epoch - 1) * event.batches + event.batch - 1
        assert event.learning_rate == learning_rate(lines.config, step, 2 * event.batches)
    assert batches[-1].learning_rate < lines.config.learning_rate / 10
