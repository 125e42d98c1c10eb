"""How long a run still takes, by a simulated one whose batches and validations take their time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gendertui.training.events import Batch, Epoch, Plan
from gendertui.training.pace import Pace

LINES, BATCHES, EPOCHS = 64_000, 1_000, 4
LINE_SECONDS = 1 / 3_800
WARM_UP = 4.0
"""Seconds that the first batch of a process waits for the device: its event tells of 16 lines a second."""


def plan(*, refit_rows: int | None = None) -> Plan:
    return Plan(
        epochs=EPOCHS,
        batches=BATCHES,
        parameters=1,
        device="cpu",
        train_rows=LINES,
        validation_rows=LINES // 5,
        vocabulary=1,
        refit_rows=refit_rows,
    )


def simulated(validation: float, *, refit: float = 0.0, uneven: bool = False) -> Iterator[tuple[Batch | Epoch, float]]:
    """Events, each with the seconds that the run takes from there to its end.

    :param uneven: the lines of an epoch get longer and longer, and so take longer.
    """
    total = WARM_UP + EPOCHS * (LINES * LINE_SECONDS + validation) + refit
    spent = 0.0
    for epoch in range(1, EPOCHS + 1):
        for batch in range(1, BATCHES + 1):
            share = (batch / BATCHES) ** 2 if uneven else batch / BATCHES
            so_far = LINES * LINE_SECONDS * share + (WARM_UP if epoch == 1 else 0.0)
            event = Batch(
                epoch=epoch,
                batch=batch,
                batches=BATCHES,
                loss=0.6,
                lines_per_second=batch * LINES / BATCHES / so_far,
                tokens_per_second=1.0,
                learning_rate=0.001,
                rows=batch * LINES // BATCHES,
                seconds=so_far,
                share=share if uneven else None,
            )
            yield event, total - spent - so_far
        so_far += validation
        spent += so_far
        ended = Epoch(epoch=epoch, epochs=EPOCHS, train={}, validation={}, seconds=so_far, best=epoch == 2)
        yield ended, total - spent


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("validation", [0.5, 1.2, 3.0])
def test_after_a_tenth_of_an_epoch_it_is_right_within_a_fifth_and_before_it_says_nothing_wild(
    validation: float, uneven: bool
) -> None:
    pace, worst, seen = Pace(), 0.0, 0
    for event, left in simulated(validation, uneven=uneven):
        if isinstance(event, Epoch):
            pace.epoch(event)
            continue
        pace.batch(event)
        said = pace.seconds_left(plan(), None)
        if event.epoch == 1 and event.batch < BATCHES // 10:
            assert said is None
        elif said is not None:
            seen += 1
            worst = max(worst, abs(said - left) / left if left > 1 else 0.0)
    assert seen > (EPOCHS - 0.5) * BATCHES
    assert worst < 0.2


def test_the_training_on_all_lines_counts_for_as_many_epochs_as_are_kept() -> None:
    pace = Pace()
    refit_rows = LINES * 3 // 2
    of_epoch = refit_rows * LINE_SECONDS
    for event, left in simulated(1.2, refit=2 * of_epoch):
        if isinstance(event, Epoch):
            pace.epoch(event)
        else:
            pace.batch(event)
        if isinstance(event, Epoch) and event.epoch == EPOCHS:
            assert pace.seconds_left(plan(refit_rows=refit_rows), 2) == pytest.approx(left, rel=0.01)
        elif isinstance(event, Epoch):
            # Any epoch to come may be kept: at most.
            assert (pace.seconds_left(plan(refit_rows=refit_rows), 2) or 0) >= left


@pytest.mark.parametrize(
    ("patience", "since", "epochs"), [(1, 0, 3), (2, 0, 4), (9, 0, EPOCHS), (1, 1, 3), (1, 2, 3), (1, 3, 4)]
)
def test_without_a_better_epoch_it_ends_when_patience_does(patience: int, since: int, epochs: int) -> None:
    """Which counts from the best epoch, or from ``since``, where the run was continued later than that."""
    pace, of_epoch = Pace(), LINES * LINE_SECONDS + 1.2
    run = Plan(**{**vars(plan()), "patience": patience, "patience_from": since, "may_end_sooner": True})
    for event, left in simulated(1.2):
        if isinstance(event, Epoch):
            pace.epoch(event)
            continue
        pace.batch(event)
        if event.epoch == 3:
            # The second is the best one. An epoch that has begun is trained to its end.
            sooner = left - (EPOCHS - epochs) * of_epoch
            assert pace.least_seconds_left(run, 2) == pytest.approx(sooner, rel=0.02, abs=0.1)


def test_speed_is_that_of_training_alone_without_the_first_batch() -> None:
    pace = Pace()
    for event, _ in simulated(3.0):
        if isinstance(event, Epoch):
            pace.epoch(event)
        else:
            pace.batch(event)
        if pace.lines_per_second is not None:
            assert pace.lines_per_second == pytest.approx(3_800, rel=0.001)
    assert pace.elapsed == pytest.approx(WARM_UP + EPOCHS * (LINES * LINE_SECONDS + 3.0))


def test_another_process_begins_to_measure_anew() -> None:
    pace = Pace()
    events = [event for event, _ in simulated(1.0)]
    for event in events[:300]:
        assert isinstance(event, Batch)
        pace.batch(event)
    pace.go_back(1)
    assert pace.seconds_left(plan(), None) is None
    slow = [Batch(**{**vars(event), "seconds": (event.seconds or 0) + 500}) for event in events[300:500]]
    for event in slow:
        pace.batch(event)
    assert pace.lines_per_second == pytest.approx(3_800, rel=0.001)


def test_half_an_epoch_after_a_machine_has_become_slower_it_says_so() -> None:
    pace, slower = Pace(), 1.5
    for event, left in simulated(1.2):
        seconds = (event.seconds or 0.0) * (slower if event.epoch == EPOCHS else 1.0)
        if isinstance(event, Epoch):
            pace.epoch(Epoch(**{**vars(event), "seconds": seconds}))
            continue
        pace.batch(Batch(**{**vars(event), "seconds": seconds}))
        if event.epoch == EPOCHS and event.batch >= BATCHES / 2:
            left = (left - 1.2) * slower + 1.2
            assert pace.seconds_left(plan(), None) == pytest.approx(left, rel=0.01)
