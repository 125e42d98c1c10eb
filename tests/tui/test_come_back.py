"""Coming back to a run that is at work, and to the pane of last time; going away from both."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Tabs

from gendertui import paths, settings
from gendertui.runs import lock
from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.command import gendertui
from tests.builders.terminal import Terminal

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SIZE = (100, 30)


def test_the_newest_run_at_work_is_found_by_its_lock_alone(alive: Hold, tmp_path: Path) -> None:
    assert lock.newest_held(tmp_path / "none") is None
    for name in ("20260101-000000-a", "20260102-000000-b", "20260103-000000-c"):
        (paths.runs_dir() / name).mkdir(parents=True)
    assert lock.newest_held(paths.runs_dir()) is None
    alive(RunFolder(paths.runs_dir() / "20260101-000000-a"))
    alive(RunFolder(paths.runs_dir() / "20260102-000000-b"))
    assert lock.newest_held(paths.runs_dir()) == paths.runs_dir() / "20260102-000000-b"


async def test_the_app_opens_on_the_run_that_is_at_work(make_app: App, model: str, alive: Hold) -> None:
    settings.write_setting("pane", "predict")
    world.make_finished()
    run = alive(world.make_training())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "train"
        assert app.query_one(Tabs).active == "train"
        assert app.run_view is not None and app.run_view.folder == run.path
    assert settings.read_settings()["pane"] == "predict", "nobody chose another pane"


async def test_what_the_command_line_asks_for_comes_before_a_run_at_work(
    make_app: App, model: str, alive: Hold
) -> None:
    ended = world.make_finished()
    run = alive(world.make_training())
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "corpus"
        assert app.run_view is not None and app.run_view.folder == run.path
    app = make_app(attach=str(ended.path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "train"
        assert app.run_view is not None and app.run_view.folder == ended.path


async def test_the_pane_is_remembered_when_it_is_shown(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "pane" not in settings.read_settings()
        await pilot.press("f4")
        await settle(pilot)
        assert settings.read_settings()["pane"] == "evaluate"


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, *(pytest.param(n, marks=pytest.mark.long) for n in (signal.SIGTERM, signal.SIGHUP))]
)
def test_the_pane_is_remembered_however_the_app_ends(number: int, model: str) -> None:
    with Terminal(size=SIZE) as terminal:
        terminal.until_shows("A line of dialogue")
        terminal.press("\x1bOQ")
        terminal.until_shows("Presets")
        terminal.until(lambda: settings.read_settings().get("pane") == "configure", "the pane to be remembered")
        terminal.process.send_signal(number)
        terminal.wait()
    with Terminal(size=SIZE) as terminal:
        terminal.until_shows("Presets")


@pytest.mark.parametrize("keys", ["q", "\x03\x03"], ids=["q", "ctrl+c twice"])
def test_who_leaves_during_a_run_reads_its_name_and_how_to_come_back(keys: str, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    with Terminal(size=SIZE) as terminal:
        terminal.until_shows(run.name)
        terminal.press(keys)
        words = terminal.rest()
        assert "Training continues in the background" in words
        assert f"gendertui attach {run.name}" in words
        assert terminal.process.returncode == 0


def test_who_leaves_without_a_run_reads_nothing(model: str) -> None:
    world.make_finished()
    with Terminal(size=SIZE) as terminal:
        terminal.until_shows("A line of dialogue")
        terminal.press("\x1b[21~")
        assert "gendertui attach" not in terminal.rest()


def test_attach_alone_is_the_newest_run(model: str) -> None:
    world.make_finished()
    newest = world.make_training()
    with Terminal("attach", size=SIZE) as terminal:
        terminal.until_shows(newest.name)
    offered = gendertui(_GENDERTUI_COMPLETE="bash_complete", COMP_WORDS="gendertui attach ", COMP_CWORD="2").stdout
    assert "latest" in offered
    assert newest.name in offered
