"""Runs of other machines beside this one's: listed, followed across a cut, asked; the links by a stand-in for ssh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from gendertui.runs import control
from gendertui.runs.folder import RunFolder
from gendertui.training.events import Done
from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.machines import Machines, RunThere
from tests.builders.replay import BATCHES
from tests.builders.screens import rows

SIZE = (120, 40)
OF_THIS_MACHINE = ("resume", "rename", "delete", "note", "mark", "sooner", "later")


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path, monkeypatch)


@pytest.fixture
def there(machines: Machines) -> Iterator[RunThere]:
    """A run that trains on gpu1."""
    run = RunThere(machines)
    with run.worker:
        yield run


def make_app(*hosts: str, attach: str | None = None) -> GendertuiApp:
    return GendertuiApp(attach=attach, hosts=hosts, clock=lambda: world.NOW)


def screen(app: GendertuiApp) -> str:
    return "\n".join(rows(app))


def listed(app: GendertuiApp, column: str) -> list[str]:
    table = app.query_one("#runs-table", VirtualTable)
    return [table.cell(place, column).plain for place in range(len(table.order))]


def shown(app: GendertuiApp) -> Callable[[], object]:
    """Whether anything of the run that is followed has come."""
    return lambda: app.run_view is not None and app.run_view.batch is not None


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def test_the_app_opens_on_the_live_curve_of_a_run_there_and_it_goes_on_after_a_cut(
    machines: Machines, there: RunThere, model: str
) -> None:
    world.make_finished()
    app = make_app("gpu1")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, shown(app), "the run there")
        await settle(pilot)
        assert "gpu1: training 2/40" in rows(app)[0]
        assert f"{there.folder.name} · gpu1" in screen(app)
        machines.refuse()
        machines.break_links()
        await until(pilot, lambda: "link down" in screen(app), "the cut to be noticed")
        await settle(pilot)
        assert "gpu1: link down" in rows(app)[0]
        assert "and tried again by itself" in screen(app)
        assert not {"pause", "stop"} & {binding.binding.action for binding in app.screen.active_bindings.values()}
        for _ in range(BATCHES):
            there.step()
        machines.admit()
        view = app.run_view
        await until(pilot, lambda: view is not None and len(view.epochs) == 2, "what was missed")
        await settle(pilot)
        assert "gpu1: training 3/40" in rows(app)[0]
        assert "link down" not in screen(app)
        # It is asked there, and what comes of it is there to be seen.
        await press(pilot, "p")
        await until(pilot, lambda: control.read_control(there.folder), "the request")
        await press(pilot, "r", "g")
        assert listed(app, "host") == ["gpu1", "here"]
        assert listed(app, "name") == [there.folder.name, world.FINISHED]
        actions = {binding.binding.action for binding in app.screen.active_bindings.values()}
        assert not actions & set(OF_THIS_MACHINE)
        # Its model is not here: the one that answers stays.
        there.write(Done(run=there.folder.name, model="there", seconds=9.0))
        there.is_over()
        await until(pilot, lambda: view is not None and view.over, "its end")
        await press(pilot, "w")
        assert app.model_name == model
        assert "gendertui models pull gpu1 there brings it here" in screen(app)


async def test_a_link_that_is_lost_says_what_to_do_and_is_tried_again_by_who_comes_back(
    machines: Machines, there: RunThere, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    machines.install(None)
    world.make_finished()
    app = make_app("gpu1")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "gendertui is not found there" in screen(app), "the list's link")
        await settle(pilot)
        assert "Install it there as here" in screen(app)
        assert listed(app, "name") == [world.FINISHED]
        machines.install('exec {real} "$@"')
        await press(pilot, "w", "r")
        await until(pilot, lambda: len(listed(app, "name")) == 2, "the run there")
        # Somebody who is at the keys is not taken elsewhere.
        assert app.run_view is None
        assert "gendertui is not found there" not in screen(app)
        await press(pilot, "g", "enter")
        await until(pilot, shown(app), "the run there")
        await press(pilot, "q")
    message = capsys.readouterr().err
    assert "Training continues on gpu1" in message
    assert f"gendertui --host gpu1 attach {there.folder.name}" in message


@pytest.mark.long
async def test_a_run_there_is_attached_to_by_a_part_of_its_name(
    machines: Machines, there: RunThere, model: str
) -> None:
    app = make_app("gpu1", attach="films")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, shown(app), "the run there")
        await settle(pilot)
        view, here = app.run_view, RunFolder(there.folder.path)
        assert view is not None and view.info is not None
        assert replace(view.info, host="") == here.info()
        await press(pilot, "l")
        assert "The log is on gpu1" in screen(app)
        for key in "rwc":
            await press(pilot, key)
