"""Pictures of the Predict pane: `make snapshots` makes them anew; look at each before committing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from gendertui import paths
from gendertui.tui.app import GendertuiApp
from tests.builders import prompt as world
from tests.builders.app import settle, write_history
from tests.builders.prompt import answered

Snap = Callable[..., bool]
App = Callable[..., GendertuiApp]
Before = Callable[[Pilot[None]], Any]

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]
LINE = "I love you, but I have to go."
LONG = "Love! Love you, rain. Sorry, the ship! " * 2


@pytest.fixture(autouse=True)
def model() -> None:
    world.make_model()
    write_history(paths.history_file())


def doing(text: str, *presses: str, then: str = "") -> Before:
    """Put a line into the prompt, press keys, and where ``then`` is given change the line to that."""

    async def act(pilot: Pilot[None]) -> None:
        await settle(pilot)
        prompt = pilot.app.query_one("#prompt", Input)
        for line, keys in ((text, presses), (then, ())):
            if line:
                prompt.value = line
                prompt.cursor_position = len(line)
                await answered(pilot)
            for key in keys:
                await pilot.press(key)
                await answered(pilot)

    return act


def pasting(*presses: str) -> Before:
    """Paste the scene, press keys."""

    async def act(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.post_message(events.Paste(world.SCENE))
        await answered(pilot)
        for press in presses:
            await pilot.press(press)
            await answered(pilot)

    return act


@pytest.mark.parametrize("size", SIZES)
def test_explained(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=doing(LINE))


def test_explained_long(snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=doing(LONG))


@pytest.mark.parametrize("size", SIZES)
def test_compared(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    run_before = doing(LINE, "f6", then="I love the ship, but I have to go.")
    assert snap_compare(make_app(), terminal_size=size, run_before=run_before)


def test_odds(snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=doing(LINE, "f7", "down"))


@pytest.mark.parametrize("size", [*SIZES, pytest.param((200, 60), id="200x60")])
def test_scene(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=pasting())


def test_scene_saving(snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=pasting("w"))


def test_history_search(snap_compare: Snap, make_app: App) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=doing("", "ctrl+r", *"rain"))
