"""The Sweeps tab of Train: sweeps, their trials as they come, and what can be done with them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from gendertui.runs.folder import RunFolder
from gendertui.sweeps import manage, start
from gendertui.sweeps.definition import Sweep
from gendertui.sweeps.presence import present
from gendertui.sweeps.trials import read
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.sweep.curves import ALL, RUNNING, TrialCurves
from gendertui.tui.sweep.one_sweep import VIEWS, OneSweep
from gendertui.tui.sweep.settings import Settings
from gendertui.tui.sweep.tab import SweepsTab
from gendertui.tui.widgets.plot import Plot
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders import scripted_sweeps
from tests.builders.app import settle
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
Snap = Callable[..., bool]
PARAMS = {"learning_rate": 0.001, "hidden_size": 64, "dropout": 0.2}


async def to_sweeps(pilot: Pilot[None], *keys: str) -> SweepsTab:
    await settle(pilot)
    await press(pilot, "escape", "3", "S", *keys)
    return pilot.app.query_one(SweepsTab)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def look(pilot: Pilot[None]) -> None:
    """What a timer does every few seconds."""
    pilot.app.query_one(SweepsTab)._look_again()
    await settle(pilot)


def screen(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app, GendertuiApp)
    return "\n".join(rows(pilot.app))


def numbers(pilot: Pilot[None]) -> list[str]:
    """Of the trials in the table."""
    table = pilot.app.query_one("#trials-table", VirtualTable)
    return [table.cell(place, "trial").plain for place in range(len(table.order))]


def followed(app: GendertuiApp) -> str | None:
    """The run's name."""
    return None if app.run_view is None else app.run_view.name


def asks(app: GendertuiApp) -> bool:
    """Whether there is a question to answer."""
    return isinstance(app.screen, Choice)


def under_cursor(pilot: Pilot[None]) -> int | None:
    """Number of the trial there."""
    trial = pilot.app.query_one(OneSweep).at
    return None if trial is None else trial.number


def shown(pilot: Pilot[None]) -> list[str]:
    """The views in sight."""
    return [view for view in VIEWS if pilot.app.query_one(f"#sweep-{view}").region]


def words(pilot: Pilot[None], name: str) -> str:
    return str(pilot.app.query_one(f"#{name}", Static).content)


@pytest.fixture
def filled(alive: Hold) -> Sweep:
    """A sweep of which the last trial is running, its third fold just now."""
    sweep = scripted_sweeps.make()
    run = alive(world.make_training())
    scripted_sweeps.fill(sweep, 9, running={0: "that-is-gone", 1: "and-that", 2: run.name})
    return sweep


async def test_the_only_sweep_is_open_at_once_with_its_trials_the_newest_first(
    make_app: App, model: str, filled: Sweep
) -> None:
    app = make_app()
    with present(filled.workers_folder):
        async with app.run_test(size=(120, 40)) as pilot:
            await to_sweeps(pilot)
            assert numbers(pilot) == [str(number) for number in range(10, -1, -1)]
            head = words(pilot, "sweep-head")
            assert head.startswith("first  running · 10 of 20 trials finished · 1 running · 1 worker · begun 1 h ago")
            best = max((trial for trial in read(filled).trials if trial.value), key=lambda trial: trial.value or 0.0)
            assert f"best so far: trial {best.number}, AUC {best.value:.3f}" in head
            assert "20 % of the lines are set aside" in head
            lines = rows(app)
            assert "(0.592)    2/5" in next(line for line in lines if "▶ running" in line)
            assert "a loss that is no number" in next(line for line in lines if "✗ failed" in line)
            table = app.query_one("#trials-table", VirtualTable)
            marks = [table.cell(place, "mark").plain for place in range(len(table.order))]
            assert [number for number, mark in zip(numbers(pilot), marks, strict=True) if mark] == [str(best.number)]
            assert table.has_focus
            app.unfollow()
            await press(pilot, "down", "enter")
            assert followed(app) is None
            assert "has no run yet" in app.messages.matching()[0].words
            await press(pilot, "up", "enter")
            assert followed(app) == world.GOING
            assert app.query_one("#train-views", ContentSwitcher).current == "tab-watch"


@pytest.mark.long
async def test_trials_are_sorted_and_the_cursor_stays_on_its_trial_as_others_come(
    make_app: App, model: str, filled: Sweep
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_sweeps(pilot, "down", "down")
        assert under_cursor(pilot) == 8
        scripted_sweeps.add(filled, "complete", PARAMS, dict.fromkeys(range(5), 0.7), began=60)
        await look(pilot)
        assert numbers(pilot)[0] == "11"
        assert under_cursor(pilot) == 8
        await press(pilot, "s")
        assert numbers(pilot)[0] == "11"
        assert numbers(pilot)[-1] == "9", "the one without a figure is last"
        finished = [trial for trial in read(filled).trials if trial.state == "complete"]
        assert numbers(pilot)[: len(finished)] == [
            str(trial.number) for trial in sorted(finished, key=lambda trial: -(trial.value or 0.0))
        ]
        assert under_cursor(pilot) == 8
        table = app.query_one("#trials-table", VirtualTable)
        table.post_message(VirtualTable.HeaderClicked(table, "dropout"))
        await settle(pilot)
        values = [float(table.cell(place, "dropout").plain) for place in range(len(table.order))]
        assert values == sorted(values, reverse=True)


@pytest.mark.long
async def test_on_a_low_screen_a_key_shows_one_view_after_the_other(make_app: App, model: str, filled: Sweep) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sweeps(pilot)
        seen = []
        for _ in VIEWS:
            seen.append(shown(pilot))
            await press(pilot, "v")
        assert seen == [["trials"], ["importance"], ["settings"], ["curves"]]
        assert app.query_one("#trials-table").has_focus, "the table is back, and takes the keys"
        await press(pilot, "v")
        assert "hidden size" in screen(pilot) and "61 %" in screen(pilot)
        await press(pilot, "v", "v")
        curves = app.query_one("#sweep-curves", TrialCurves)
        assert curves.border_title == RUNNING
        assert "trial 10" in str(curves.border_subtitle)


@pytest.mark.long
@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_a_higher_screen_shows_several_views_and_a_wide_one_all(
    make_app: App, model: str, filled: Sweep, size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await to_sweeps(pilot)
        drawn = {str(plot.id) for plot in app.query(Plot) if plot.region and plot.picture.rows}
        if size[0] == 120:
            assert shown(pilot) == ["trials", "importance", "settings"]
            await press(pilot, "v")
            assert shown(pilot) == ["trials", "settings", "curves"]
        else:
            assert shown(pilot) == list(VIEWS)
            assert {"sweep-settings", "sweep-curves"} <= drawn
            assert "importance\n" in words(pilot, "sweep-terms")
        settings = app.query_one(Settings)
        assert {cell for row in settings.picture.rows for cell, _ in row} >= {"◆", "◇"}
        legend = str(settings.border_subtitle)
        assert "trial 10" in legend and "best, trial" in legend


@pytest.mark.long
async def test_without_a_running_trial_the_figures_of_all_are_drawn(make_app: App, model: str) -> None:
    sweep = scripted_sweeps.make()
    scripted_sweeps.add(sweep, "complete", PARAMS, dict.fromkeys(range(5), 0.60), began=900)
    scripted_sweeps.add(sweep, "complete", {**PARAMS, "dropout": 0.4}, dict.fromkeys(range(5), 0.58), began=600)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sweeps(pilot, "v")
        assert "after 5 finished trials; 2 so far" in screen(pilot)
        assert "searched log:0.0001..0.01" in screen(pilot)
        await press(pilot, "v", "v")
        curves = app.query_one("#sweep-curves", TrialCurves)
        assert curves.border_title == ALL
        assert "best so far" in str(curves.border_subtitle) and "0.600" in str(curves.border_subtitle)


@pytest.mark.long
async def test_sweeps_are_listed_opened_and_left(make_app: App, model: str, filled: Sweep) -> None:
    other = scripted_sweeps.make("other", trials=None, search="dropout=0..0.5, schedule=constant|cosine")
    scripted_sweeps.add(
        other, "complete", {"dropout": 0.1, "schedule": "cosine"}, dict.fromkeys(range(5), 0.61), began=90
    )
    scripted_sweeps.judge(filled, 2, 0.592, 0.561)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_sweeps(pilot)
        table = app.query_one("#sweeps-table", VirtualTable)
        cells = [[table.cell(place, column).plain for column in ("name", "trials", "best")] for place in (0, 1)]
        assert [cell[:2] for cell in cells] == [["first", "10 of 20"], ["other", "1"]]
        assert cells[1][2] == "0.610"
        about = words(pilot, "sweep-about")
        assert "on what was set aside: AUC 0.561 (95 %: 0.531–0.591); difference +0.031" in about
        await press(pilot, "down", "enter")
        assert words(pilot, "sweep-head").startswith("other  waiting")
        assert "cosine" in screen(pilot)
        await press(pilot, "escape")
        assert app.query_one("#sweeps-table").has_focus
        assert app.query_one("#sweeps-table", VirtualTable).cursor == 1
        await press(pilot, "y")
        assert app.clipboard == "gendertui sweep work other"
        await press(pilot, "e")
        assert isinstance(app.screen, TermsScreen)


@pytest.mark.long
async def test_somebody_who_goes_back_to_the_list_of_one_sweep_stays_there(
    make_app: App, model: str, filled: Sweep
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sweeps(pilot, "escape")
        await look(pilot)
        assert app.query_one("#sweeps-table").has_focus
        assert "next: gendertui sweep work first" in screen(pilot)


async def test_without_optuna_or_a_sweep_it_says_what_to_do(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, "optuna", None)
            await to_sweeps(pilot)
            assert "sweeps need Optuna, which is not installed" in screen(pilot)
            assert "pip install 'gendertui[sweep]'" in screen(pilot)
        await look(pilot)
        assert "There is no sweep yet." in screen(pilot)
        assert "gendertui sweep work first" in screen(pilot)
        await press(pilot, "s", "enter", "escape")
        sweep = scripted_sweeps.make()
        await look(pilot)
        assert words(pilot, "sweep-head").startswith("first  new · 0 of 20 trials finished · nobody at work")
        manage.remove(sweep)
        await look(pilot)
        assert "There is no sweep yet." in screen(pilot)


@pytest.mark.long
async def test_a_sweep_that_cannot_be_read_hides_no_other(make_app: App, model: str, filled: Sweep) -> None:
    broken = scripted_sweeps.make("broken")
    (broken.path / "sweep.json").write_text("{}", encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sweeps(pilot)
        table = app.query_one("#sweeps-table", VirtualTable)
        assert [table.cell(place, "state").plain for place in (0, 1)] == ["! unreadable", "… waiting"]
        assert "the sweep cannot be read" in words(pilot, "sweep-about")
        await press(pilot, "enter")
        assert "gendertui sweep remove broken" in words(pilot, "sweep-said")
        await press(pilot, "escape", "down", "enter")
        assert words(pilot, "sweep-head").startswith("first")


@pytest.mark.long
async def test_a_sweep_is_stopped_when_that_is_meant(make_app: App, model: str, filled: Sweep) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_sweeps(pilot, "x")
        assert asks(app)
        await press(pilot, "escape")
        assert not read(filled).stopped
        await press(pilot, "x", "home", "enter")
        assert read(filled).stopped
        assert words(pilot, "sweep-head").startswith("first  stopped")
        await press(pilot, "x")
        assert not asks(app), "it is stopped already"
        await press(pilot, "y")
        assert app.clipboard == "gendertui sweep work first --resume"


@pytest.mark.long
async def test_a_worker_is_started_when_that_is_meant_and_what_it_says_is_shown(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = scripted_sweeps.make()
    manage.stop(sweep)
    begun = []

    def start_worker(begins: Sweep) -> None:
        begun.append(begins.name)
        begins.log_file.write_text(
            "gendertui: /films: the run's corpus is not there\nIf it has moved, pass --corpus PATH.\n", encoding="utf-8"
        )

    monkeypatch.setattr(start, "start_worker", start_worker)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_sweeps(pilot, "plus", "escape")
        assert begun == []
        assert read(sweep).stopped
        await press(pilot, "plus", "home", "enter")
        assert begun == ["first"]
        assert not read(sweep).stopped, "a stopped one is taken up again"
        assert "started from the app: /films: the run's corpus is not there" in words(pilot, "sweep-head")


@pytest.mark.long
async def test_where_nothing_has_changed_nothing_is_drawn(
    make_app: App, model: str, filled: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await to_sweeps(pilot)
        drawn: list[Widget] = []
        for kind in (StableStatic, VirtualTable, Plot):
            monkeypatch.setattr(kind, "refresh", noted(kind.refresh, drawn))
        await look(pilot)
        assert drawn == []
        scripted_sweeps.add(filled, "complete", PARAMS, dict.fromkeys(range(5), 0.7), began=60)
        await look(pilot)
        assert {str(widget.id) for widget in drawn} >= {"trials-table", "sweep-head", "sweep-settings"}


def noted(refresh: Callable[..., Any], drawn: list[Widget]) -> Callable[..., Any]:
    """The same, which notes whose content is drawn anew."""

    def noting(self: Any, *regions: Any, **more: Any) -> Any:
        if not getattr(self, "_holding", False):
            drawn.append(self)
        return refresh(self, *regions, **more)

    return noting


def test_a_sweep_on_the_screen(snap_compare: Snap, make_app: App, model: str, filled: Sweep) -> None:
    async def act(pilot: Pilot[None]) -> None:
        await to_sweeps(pilot)

    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=act)
