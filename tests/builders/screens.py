"""What a picture is taken of: a pane at a size, after some keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from gendertui.tui.app import GendertuiApp
from tests.builders.app import settle

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


def on(pane: str, *presses: str, theme: str | None = None) -> Callable[[Pilot[None]], Any]:
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
