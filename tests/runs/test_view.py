"""What a run's events add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.runs.folder import RunInfo
from gendertui.runs.follow import Link, Update
from gendertui.runs.heartbeat import Alive
from gendertui.runs.loss_curve import MOST_POINTS
from gendertui.runs.view import RunView
from gendertui.runs.view_words import of_link
from gendertui.training.events import (
    ONE_CLASS,
    STARTING,
    STILL_LEARNING,
    Batch,
    Done,
    Epoch,
    Event,
    Resumed,
    Stage,
    Warning,
)
from tests.builders import app as world


def update(*events: Event, state: str = "training", alive: Alive = "alive", restarted: bool = False) -> Update:
    info = RunInfo("run", Path("run"), state, alive, "", 0, 3, "quick", "pooled-bilstm", "films", 0.0, "")
    return Update(info, list(events), restarted)


def epoch(number: int, *, best: bool) -> Epoch:
    return Epoch(epoch=number, epochs=3, train={"loss": 0.6}, validation={"auc": 0.6}, seconds=10.0, best=best)


def view_of_training() -> RunView:
    view = RunView(Path("run"))
    view.apply(update(*world.stages(), *world.plan(), epoch(1, best=True), epoch(2, best=False), world.batch(3, 256)))
    return view


def test_share_and_time_left_count_the_epoch_that_is_going() -> None:
    view = view_of_training()
    assert view.share() == (2 + 0.5) / 3
    assert view.seconds_left() == pytest.approx(5.0)
    assert view.headline() == "training 3/3"
    assert view.best == 1


def test_a_link_that_is_lost_says_why_and_what_to_do_where_that_is_known() -> None:
    assert (
        of_link(Link("gpu1", "lost", why="no such folder", hint="Look there.")) == "gpu1: no such folder. Look there."
    )
    assert of_link(Link("gpu1", "lost", why="no such folder")) == "gpu1: no such folder."


def test_before_the_plan_there_is_no_share() -> None:
    view = RunView(Path("run"))
    view.apply(update(*world.stages(), state="preparing"))
    assert view.share() is None
    assert view.seconds_left() is None
    assert list(view.stages)[-1] == "fitting TF-IDF + LR"


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    view = view_of_training()
    view.apply(update(Resumed(epoch=2, batch=10, bit_identical=False, why="another machine")))
    assert sorted(view.epochs) == [1]
    assert view.batch is None
    assert view.loss.x == [1.0]
    assert "another machine" in view.warnings[-1]


def test_what_a_run_ended_with_is_past_once_another_worker_takes_it_up() -> None:
    view = view_of_training()
    view.apply(update(epoch(3, best=True), Done(run="run", model="films", seconds=9.0), state="finished", alive="dead"))
    assert (view.model, view.share()) == ("films", 1)
    view.apply(update(Stage(name=STARTING), state="preparing"))
    assert view.model is None
    assert view.batch is None
    assert view.share() is None
    assert sorted(view.epochs) == [1, 2, 3]


def test_a_run_that_was_still_learning_says_so_once() -> None:
    view = view_of_training()
    view.apply(update(Warning(text="so far one label", kind=ONE_CLASS), Warning(text="more", kind=STILL_LEARNING)))
    # The other is why the run is over.
    assert view.warnings == ["so far one label"]


def test_a_worker_that_went_without_a_word_has_died() -> None:
    view = view_of_training()
    view.apply(update(alive="dead"))
    assert view.state == "died"
    assert view.over and not view.active


def test_a_finished_run_names_its_model() -> None:
    view = view_of_training()
    view.apply(update(epoch(3, best=True), Done(run="run", model="mine", seconds=30), state="finished", alive="dead"))
    assert (view.state, view.model, view.share()) == ("finished", "mine", 1.0)
    assert view.seconds_left() is None


def refit(done: int, seconds_left: float | None = None) -> Stage:
    return Stage(name="training on all films", done=done, total=400, unit="batches", seconds_left=seconds_left)


def test_the_training_on_all_lines_has_a_share_and_a_time_of_its_own() -> None:
    view = view_of_training()
    view.apply(update(epoch(3, best=True), Stage(name="scores")))
    assert (view.after, view.headline(), view.share()) == (None, "training 3/3", 1.0)
    view.apply(update(refit(0), refit(100, 12.0)))
    assert (view.headline(), view.share(), view.seconds_left()) == ("training on all films", 0.25, 12.0)
    assert view.best == 3
    view.apply(update(Stage(name="bundle")))
    assert (view.after, view.share()) == (None, 1.0)


def test_resumed_in_the_training_on_all_lines_the_epochs_stay() -> None:
    view = view_of_training()
    view.apply(update(epoch(3, best=True), refit(100, 12.0)))
    again = Resumed(epoch=1, batch=90, bit_identical=False, why="another machine", stage="training on all films")
    view.apply(update(again, refit(91, 12.0)))
    assert sorted(view.epochs) == [1, 2, 3]
    assert view.share() == 91 / 400
    assert "another machine" in view.warnings[-1]
    # Resumed before it, the first training goes on.
    view.apply(update(Resumed(epoch=3, batch=10, bit_identical=True)))
    assert view.after is None
    assert view.headline() == "training 3/3"


def test_told_again_from_the_first_it_is_as_if_new() -> None:
    view = view_of_training()
    again = update(*world.stages(), restarted=True)
    view.apply(again)
    new = RunView(Path("run"))
    new.apply(again)
    assert view == new


def batches(epoch: int, losses: list[float]) -> list[Event]:
    """Batch events of an epoch with these losses a batch; an event has the mean since the epoch began."""
    means = [sum(losses[:number]) / number for number in range(1, len(losses) + 1)]
    return [
        Batch(
            epoch=epoch,
            batch=number,
            batches=len(losses),
            loss=mean,
            lines_per_second=1.0,
            tokens_per_second=1.0,
            learning_rate=0.1,
        )
        for number, mean in enumerate(means, 1)
    ]


def test_the_loss_of_the_first_epoch_is_there_from_its_first_batches_on() -> None:
    view = RunView(Path("run"))
    view.apply(update(*world.plan(), *batches(1, [0.9, 0.8, 0.7, 0.6])[:3]))
    assert view.loss.x == [0.25, 0.5, 0.75]
    assert view.loss.y == pytest.approx([0.9, 0.8, 0.7])


@pytest.mark.parametrize("count", [7, 250, 1999])
def test_the_points_of_the_loss_do_not_grow_and_keep_its_mean(count: int) -> None:
    view = RunView(Path("run"))
    losses = [1 / (1 + number / count) for number in range(count)]
    for epoch in range(1, 4):
        view.apply(update(*batches(epoch, losses)))
    assert min(3 * count, MOST_POINTS) / 2 <= len(view.loss.x) <= MOST_POINTS
    assert view.loss.x == sorted(view.loss.x)
    assert view.loss.x[-1] == 3
    widths = [right - left for left, right in zip([0.0, *view.loss.x], view.loss.x, strict=False)]
    mean = sum(width * loss for width, loss in zip(widths, view.loss.y, strict=True)) / 3
    assert mean == pytest.approx(sum(losses) / count)
