"""How a screen comes to be as a test wants it, and what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from gendertui.tui.app import GendertuiApp
from gendertui.tui.footer import KeyFooter
from tests.builders import prompt as world
from tests.builders.app import settle

Act = Callable[[Pilot[None]], Any]


def on(pane: str, *presses: str, theme: str | None = None) -> Act:
    """Show a pane, press keys, each after what the last one started is done."""

    async def act(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, GendertuiApp)
        await settle(pilot)
        if theme is not None:
            app.theme = theme
        await app.show_pane(pane)
        await settle(pilot)
        for press in presses:
            await pilot.press(press)
        await settle(pilot)

    return act


def doing(text: str, *presses: str, then: str = "") -> Act:
    """Put a line into the prompt, press keys, and where ``then`` is given change the line to that."""

    async def act(pilot: Pilot[None]) -> None:
        await settle(pilot)
        prompt = pilot.app.query_one("#prompt", Input)
        for line, keys in ((text, presses), (then, ())):
            if line:
                prompt.value = line
                prompt.cursor_position = len(line)
                await settle(pilot)
            for key in keys:
                await pilot.press(key)
                await settle(pilot)

    return act


def pasting(*presses: str) -> Act:
    """Paste the scene into the prompt, press keys."""

    async def act(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.post_message(events.Paste(world.SCENE))
        await settle(pilot)
        for press in presses:
            await pilot.press(press)
            await settle(pilot)

    return act


def rows(app: App[Any]) -> list[str]:
    """The text of the screen, a row each."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def feet(app: GendertuiApp) -> dict[str, str]:
    """Label → key, as the footer shows them."""
    return {entry.label: entry.shown for entry in app.screen.query_one(KeyFooter).entries}
