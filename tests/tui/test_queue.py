"""Runs that wait in the queue, in the app: put there where another trains, listed in their order, moved, dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from gendertui.runs import control, launch, queue
from gendertui.runs.control import read_control
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training.config import preset, with_changes
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.processes import wait_for
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
CONFIG = with_changes(preset("quick"), {"device": "cpu", "hidden_size": 4, "embedding_dim": 4})


def queued(name: str, hold: Hold) -> RunFolder:
    """A run that waits, as far as others can see."""
    run = RunFolder.create(CONFIG, {"path": "sample", "name": "films"}, name=name, preset="quick")
    run.write_status(Status(state="queued", why=f"waits for {world.GOING}"))
    return hold(run)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def options(app: GendertuiApp) -> list[str]:
    return [str(option.prompt).splitlines()[0] for option in app.screen.query_one(OptionList).options]


async def test_started_while_another_trains_a_run_waits_if_it_is_asked_to(
    make_app: App, model: str, alive: Hold
) -> None:
    going = alive(world.make_training())
    app = make_app("sample")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert app.corpus is not None
        for keys, begun in (("escape",), 0), (("end", "enter"), 0), (("enter",), 1):
            app.start_run(CONFIG, app.corpus, "quick")
            await settle(pilot)
            assert isinstance(app.screen, Choice)
            assert options(app) == ["Wait for it", "Start another anyway", "Not now"]
            assert f"{going.name} is training" in str(app.screen.query_one(".question", Static).content)
            await press(pilot, *keys)
            assert len(queue.waiting()) == begun
        (entry,) = queue.waiting()
        try:
            assert app.run_view is not None and app.run_view.folder == going.path, "the curve that is drawn stays"
            wait_for(lambda: entry.run.status().why == f"waits for {going.name}")
            await press(pilot, "3", "r")
            assert any("… queued 1" in row for row in rows(app))
            app.follow(entry.run)
            await settle(pilot)
            assert f"In the queue: waits for {going.name}" in str(app.query_one("#remarks", Static).content)
        finally:
            control.kill(entry.run)


async def test_where_nothing_trains_a_run_starts_without_a_question(
    make_app: App, model: str, alive: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[bool] = []

    def start(*_: object, wait: bool = False, **__: object) -> RunFolder:
        waits.append(wait)
        return alive(world.make_training())

    monkeypatch.setattr(launch, "start", start)
    world.make_finished()
    app = make_app("sample")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert app.corpus is not None
        app.start_run(CONFIG, app.corpus, "quick")
        await settle(pilot)
        assert waits == [False]
        assert app.run_view is not None and app.run_view.name == world.GOING


async def test_runs_that_wait_are_moved_and_dropped_in_the_list(make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    first, second, third = (queued(name, alive) for name in ("first", "second", "third"))
    app = make_app()

    def places() -> list[RunFolder]:
        return [entry.run for entry in queue.waiting()]

    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.run_view is not None and app.run_view.name == world.GOING, (
            "that one is drawn, though others are newer"
        )
        await press(pilot, "3", "r", "g")
        assert places() == [first, second, third]
        assert [row.split()[2] for row in rows(app) if "… queued" in row] == ["1", "2", "3"]
        await press(pilot, "slash", *"third", "enter", "plus", "plus", "plus")
        assert places() == [third, first, second]
        assert any("… queued 1" in row and "third" in row for row in rows(app))
        await press(pilot, "minus")
        assert places() == [first, third, second]
        await press(pilot, "x")
        asked = read_control(third)
        assert asked is not None and asked.request == "stop"
        # What goes on is neither moved nor dropped.
        await press(pilot, "slash", *["backspace"] * 5, *"training", "enter", "plus", "x")
        assert places() == [first, third, second]
        assert read_control(RunFolder(app.run_view.folder)) is None
