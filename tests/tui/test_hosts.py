"""Runs of other machines beside this one's: listed, followed across a cut, asked; the links by a stand-in for ssh."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from gendertui.evaluation.report.schema import Estimate
from gendertui.gpu import Gpu
from gendertui.machine_load import Load
from gendertui.model import store
from gendertui.runs import control, notes
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.listing import RunRow
from gendertui.runs.remote.protocol import Line, LoadLine, RowsLine, decode, encode
from gendertui.training.events import Done
from gendertui.tui.app import GendertuiApp
from gendertui.tui.keymap import Keymap
from gendertui.tui.train.machine_strip import History, MachineStrip, gpu_words, machine_words
from gendertui.tui.train.run_rows import RunRows
from gendertui.tui.train.run_words import about
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.machines import Machines, RunThere
from tests.builders.processes import wait_for
from tests.builders.replay import BATCHES
from tests.builders.screens import rows

SIZE = (120, 40)
OF_THIS_MACHINE = ("rename", "delete", "mark")


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
        followed = app.run_view
        assert followed is not None
        await until(pilot, lambda: followed.load, "a sample of the machine")
        app.query_one(MachineStrip).ask()
        await settle(pilot)
        assert any("CPU " in row and "· worker " in row for row in rows(app))
        machines.refuse()
        machines.break_links()
        await until(pilot, lambda: "trying again: Connection refused" in screen(app), "the cut to be noticed")
        await settle(pilot)
        assert "gpu1: link down" in rows(app)[0]
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
        await press(pilot, "n", *"good", "enter")
        assert notes.read_note(there.folder) == "good"
        # Its model is not here: the one that answers stays.
        there.write(Done(run=there.folder.name, model="there", seconds=9.0))
        there.is_over()
        await until(pilot, lambda: view is not None and view.over, "its end")
        # What takes its files says how to get them.
        await press(pilot, "c")
        assert "press u once it is over" in " ".join(screen(app).split())
        await press(pilot, "w")
        assert app.model_name == model
        assert "Its model there is on gpu1; u brings it here, to be evaluated and compared." in screen(app)
        with machines.on("gpu1"):
            store.publish(store.shipped_folder(), "there")
        await press(pilot, "u", "enter")
        await until(pilot, lambda: app.model_name == "there", "the model")
        await press(pilot, "f4")
        assert screen(app).count(" there ") > 1


async def test_a_run_that_stopped_there_is_resumed_there(machines: Machines, there: RunThere, model: str) -> None:
    there.is_over("stopped")
    machines.install('[ "$1" = train ] && exit; exec {real} "$@"')
    app = make_app("gpu1")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "stopped" in screen(app), "the list")
        await press(pilot, "R")
        await until(pilot, shown(app), "the run there")
        assert app.run_view is not None and app.run_view.address == ("gpu1", there.folder.path)
    assert [words for words in machines.commands if f"--resume {there.folder.path} --detach --wait" in words]


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
    wait_for(lambda: not [thread for thread in threading.enumerate() if "gpu1" in thread.name])
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
        there.folder.log_file.write_text("\x1b[31mout of memory\x1b[0m\n")
        await press(pilot, "l")
        await until(pilot, lambda: "out of memory" in screen(app), "the log there")
        assert f"gpu1:{there.folder.log_file}"[:60] in screen(app)
        for key in "rwc":
            await press(pilot, key)


ROW = RowsLine(
    [
        RunRow(
            RunInfo("a", Path("/runs/a"), "training", "alive", "", 1, 9, "quick", "ensemble", "films", 1.5, "AUC 0.6"),
            Estimate(0.5, 0.4, 0.6, 9),
            None,
            "a note",
        )
    ],
    ["/runs/b"],
)
LOAD = LoadLine(Load(0.5, 1.5, 3, 4, 5, (Gpu(0, 93, 3, 4, 61, 310.0, 0),)))
SAID: list[Line] = [ROW, LOAD]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\x1b[31m"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def spoiled(value: object, draw: st.DataObject) -> object:
    """The value with something else in one place."""
    if isinstance(value, dict) and value and draw.draw(st.integers(0, 5)):
        name = draw.draw(st.sampled_from(sorted(value)))
        return {**value, name: spoiled(value[name], draw)}
    if isinstance(value, list) and value and draw.draw(st.integers(0, 5)):
        return [spoiled(value[0], draw), *value[1:]]
    return draw.draw(anything)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_another_machine_says_is_refused_or_can_be_shown(data: st.DataObject) -> None:
    said = json.dumps(spoiled(json.loads(encode(data.draw(st.sampled_from(SAID)))), data)).encode()
    try:
        line = decode(said)
    except ValueError:
        return
    assert not isinstance(line, RowsLine) or all(isinstance(row, RunRow) for row in line.rows)
    for row in line.rows if isinstance(line, RowsLine) else []:
        shown = RunRows([row], (), world.NOW)
        for sort in shown.sorts:
            assert len(shown.order("", sort, descending=True)) == 1
        text = "".join(shown.cell(0, column.name).plain for column in shown.columns(200))
        assert "\x1b" not in text + about(row, Keymap()).plain
    if isinstance(line, LoadLine):
        history = History()
        history.add(line.load.cpu)
        rows_of_it = [machine_words(line.load, history.drawn(8), 80)]
        for gpu in line.load.gpus:
            history.add(None if gpu.busy is None else gpu.busy / 100)
            rows_of_it.append(gpu_words(gpu, history.drawn(8), 80))
        assert all(rows_of_it)
