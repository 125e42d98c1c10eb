"""Pictures of whole panes, one for each breakpoint that lays it out anew; wording is checked as text elsewhere.

`make snapshots` makes them anew; look at each before committing it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from gendertui import paths
from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from tests.builders import app as world
from tests.builders import held_out, prompt, reports
from tests.builders.letters import letters
from tests.builders.screens import doing, on, pasting

Snap = Callable[..., bool]
App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]

NARROW = pytest.param((80, 24), id="80x24")
WIDE = pytest.param((120, 40), id="120x40")
HUGE = pytest.param((200, 60), id="200x60")
LINE = "I love you, but I have to go."


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
def test_corpus(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("corpus"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_authors(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, tmp_path: Path) -> None:
    assert snap_compare(make_app(str(letters(tmp_path))), terminal_size=size, run_before=on("corpus"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_reading(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, tmp_path: Path) -> None:
    before = on("corpus", "e", *["down"] * 7)
    assert snap_compare(make_app(str(letters(tmp_path))), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_question(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, {"answered": ["yes", "no"]})

    async def ask(pilot: Pilot[None]) -> None:
        # The pane first: the footer under the dialog is what it was when the dialog came.
        await on("corpus")(pilot)
        cast("GendertuiApp", pilot.app).open_corpus(str(path))
        await world.settle(pilot)

    assert snap_compare(make_app(), terminal_size=size, run_before=ask)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_configure(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("configure"))


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
def test_train(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    assert snap_compare(make_app(), terminal_size=size, run_before=on("train"))


def test_train_preparing(snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_preparing())
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("train"))


def test_train_in_the_light(snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=on("train", theme="gendertui-light"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_verdict(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate"))


def test_characters(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=(200, 60), run_before=on("evaluate", "c"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_characters_one_by_one(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    held_out.make(reports.make_run())
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("evaluate", "c", "n", "n", "down"))


def test_what_the_score_of_characters_reads(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("evaluate", "c", "n"))


def test_mistakes(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("evaluate", "i", "down"))


def test_curves(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=on("evaluate", "u", "n", "n"))


def test_slices(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("evaluate", "s", "n", "n"))


def test_learning_curve(snap_compare: Snap, make_app: App) -> None:
    reports.keep_learning_curve(reports.make_run())
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("evaluate", "h"))


def test_leaks(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    reports.keep_audit()
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=on("evaluate", "l"))


def test_compare(snap_compare: Snap, make_app: App) -> None:
    reports.make_two_runs()
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=on("evaluate", "o", "enter"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_predict(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    prompt.make_model()
    world.write_history(paths.history_file())
    assert snap_compare(make_app(), terminal_size=size, run_before=doing(LINE))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_scene(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    prompt.make_model(whole=True)
    world.write_history(paths.history_file())
    assert snap_compare(make_app(), terminal_size=size, run_before=pasting())


def test_scene_reasons(snap_compare: Snap, make_app: App) -> None:
    prompt.make_model(whole=True)
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=pasting("shift+tab", "enter"))


def test_first_launch(snap_compare: Snap, make_app: App, monkeypatch: pytest.MonkeyPatch, home: Any) -> None:
    world.ship_model(home / "shipped", monkeypatch)
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=world.settle)
