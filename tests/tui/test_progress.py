"""What a run's events add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.training.events import Done, Epoch, Resumed
from gendertui.tui.run_view import RunSnapshot, RunView
from tests.builders import app as world

GOING = RunSnapshot("training", "", "alive")


def epoch(number: int, *, best: bool) -> Epoch:
    return Epoch(epoch=number, epochs=3, train={"loss": 0.6}, validation={"auc": 0.6}, seconds=10.0, best=best)


def view_of_training() -> RunView:
    view = RunView(Path("run"))
    view.apply(GOING, [*world.stages(), *world.plan(), epoch(1, best=True), epoch(2, best=False), world.batch(3, 256)])
    return view


def test_share_and_time_left_count_the_epoch_that_is_going() -> None:
    view = view_of_training()
    assert view.share() == (2 + 0.5) / 3
    assert view.seconds_left() == pytest.approx(5.0)
    assert view.headline() == "training 3/3"
    assert view.best == 1


def test_before_the_plan_there_is_no_share() -> None:
    view = RunView(Path("run"))
    view.apply(RunSnapshot("preparing", "", "alive"), world.stages())
    assert view.share() is None
    assert view.seconds_left() is None
    assert list(view.stages)[-1] == "fitting TF-IDF + LR"


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    view = view_of_training()
    view.apply(GOING, [Resumed(epoch=2, batch=10, bit_identical=False, why="another machine")])
    assert sorted(view.epochs) == [1]
    assert view.batch is None
    assert "another machine" in view.warnings[-1]


def test_a_worker_that_went_without_a_word_has_died() -> None:
    view = view_of_training()
    view.apply(RunSnapshot("training", "", "dead"), [])
    assert view.state == "died"
    assert view.over and not view.active


def test_a_finished_run_names_its_model() -> None:
    view = view_of_training()
    view.apply(RunSnapshot("finished", "", "dead"), [epoch(3, best=True), Done(run="run", model="mine", seconds=30)])
    assert (view.state, view.model, view.share()) == ("finished", "mine", 1.0)
    assert view.seconds_left() is None


def test_told_again_from_the_first_it_is_as_if_new() -> None:
    view = view_of_training()
    view.forget()
    assert view == RunView(Path("run"))
