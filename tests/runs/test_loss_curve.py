"""The training loss as a curve: whatever batches a run has, it stays among their losses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.runs.loss_curve import LossCurve
from gendertui.training.events import Batch

losses = st.floats(0.0, 5.0)
batch = st.tuples(st.integers(1, 300), losses)


def event(epoch: int, batches: list[tuple[int, float]], number: int, *, over_batches: bool = False) -> Batch:
    """The event after so many batches, each of (lines, mean loss)."""
    done = batches[:number]
    rows = sum(lines for lines, _ in done)
    weights = [1 if over_batches else lines for lines, _ in done]
    return Batch(
        epoch=epoch,
        batch=number,
        batches=len(batches),
        loss=sum(weight * loss for weight, (_, loss) in zip(weights, done, strict=True)) / sum(weights),
        lines_per_second=1.0,
        tokens_per_second=1.0,
        learning_rate=0.1,
        rows=rows,
    )


@given(st.lists(st.lists(batch, min_size=1, max_size=30), min_size=1, max_size=6), st.data(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_it_never_leaves_the_range_of_the_batches_losses(
    epochs: list[list[tuple[int, float]]], data: st.DataObject, over_batches: bool
) -> None:
    curve = LossCurve()
    for epoch, batches in enumerate(epochs, 1):
        curve.lines = None if over_batches else sum(lines for lines, _ in batches)
        seen = data.draw(st.sets(st.integers(1, len(batches)), max_size=12))
        for number in sorted({1, *seen, len(batches)}):
            curve.batch(event(epoch, batches, number, over_batches=over_batches))
    everything = [loss for batches in epochs for _, loss in batches]
    low, high = min(everything) - 1e-9, max(everything) + 1e-9
    assert all(low <= value <= high for value in (*curve.y, *curve.smooth))
    assert curve.x[-1] == len(epochs)


def test_the_first_batch_of_an_epoch_with_a_handful_of_lines_is_no_spike() -> None:
    epoch = [(3, 0.85), *[(300, 0.25)] * 20]
    curve = LossCurve(lines=6_003)
    for number in (1, 2, 1, 2):
        for done in range(1, len(epoch) + 1):
            curve.batch(event(number, epoch, done))
    assert max(curve.y) == pytest.approx(0.25, abs=0.01)


def test_of_an_older_run_which_does_not_say_how_many_lines_it_is_never_below_zero() -> None:
    curve = LossCurve()
    for number, loss in ((1, 3.0), (2, 0.3)):
        old = event(1, [(1, 3.0), (900, 0.3)], number)
        curve.batch(Batch(**{**vars(old), "rows": None, "loss": loss}))
    assert all(value >= 0 for value in curve.y)
