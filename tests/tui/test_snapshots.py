"""Pictures of every pane: `make snapshots` makes them anew; look at each before committing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.form import FieldRow
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.screens import SIZES, on

Snap = Callable[..., bool]
App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]


@pytest.mark.parametrize("size", SIZES)
def test_corpus(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("corpus"))


@pytest.mark.parametrize("size", SIZES)
def test_corpus_picker(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=on("corpus"))


def test_corpus_filtered(snap_compare: Snap, make_app: App, model: str) -> None:
    presses = ["slash", *"label", "colon", "f", "space", *"door", "enter"]
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("corpus", *presses))


def test_corpus_problems(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("corpus", "p"))


def test_corpus_line(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("corpus", "down", "enter"))


@pytest.mark.parametrize("size", SIZES)
def test_configure(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("configure"))


def test_configure_changed_and_wrong(snap_compare: Snap, make_app: App, model: str) -> None:
    presses = ["tab", "tab", "tab", "tab", "backspace", "9", "tab", "backspace", "backspace", "backspace", "0"]
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("configure", *presses))


def test_configure_leaks(snap_compare: Snap, make_app: App, model: str) -> None:
    async def leaking(pilot: Pilot[None]) -> None:
        await on("configure")(pilot)
        pilot.app.query_one("#row-split", FieldRow).text = "random"
        await settle(pilot)

    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=leaking)


def test_vectors_missing(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=(80, 24), run_before=on("configure", "end", "ctrl+r"))


@pytest.mark.parametrize("size", SIZES)
def test_train(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    assert snap_compare(make_app(), terminal_size=size, run_before=on("train"))


@pytest.mark.parametrize("size", SIZES)
def test_train_preparing(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_preparing())
    assert snap_compare(make_app(), terminal_size=size, run_before=on("train"))


def test_train_finished_runs(snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    world.make_finished()
    alive(world.make_training())
    assert snap_compare(make_app(None, world.FINISHED), terminal_size=(80, 24), run_before=on("train", "r"))


def test_train_without_a_run(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("train"))


@pytest.mark.parametrize("size", SIZES)
def test_first_launch(
    size: tuple[int, int], snap_compare: Snap, make_app: App, monkeypatch: pytest.MonkeyPatch, home: Any
) -> None:
    world.ship_model(home / "shipped", monkeypatch)
    assert snap_compare(make_app(), terminal_size=size, run_before=settle)


def test_help(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("predict", "escape", "question_mark"))


def test_palette(snap_compare: Snap, make_app: App, model: str) -> None:
    search = on("predict", "ctrl+p", *"start")

    async def searched(pilot: Pilot[None]) -> None:
        await search(pilot)
        # The palette gathers its answers in a task of its own, and shows them a moment after the last key.
        answers = pilot.app.screen.query_one(CommandList)
        for _ in range(600):
            if answers.option_count == 1:
                break
            await pilot.pause(0.1)
        await settle(pilot)

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=searched)


def test_light(snap_compare: Snap, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=on("train", theme="gendertui-light"))


def test_huge(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app("sample"), terminal_size=(200, 60), run_before=on("corpus"))
