"""Keys that arrive at once, as one late packet of a slow line delivers them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from gendertui import paths
from gendertui.tui.app import GendertuiApp
from tests.builders import app as world
from tests.builders import prompt
from tests.builders.app import LOOK_SECONDS, settle

App = Callable[..., GendertuiApp]


def send(pilot: Pilot[None], *pressed: str) -> None:
    """All of them in the app's queue before the first is handled."""
    for key in pressed:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_letters_and_the_keys_that_correct_them_act_in_their_order(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        send(pilot, *"abcdefgh", *["backspace"] * 6, *"xyz", "left", "left", *"QQ", "backspace", *"0123456789")
        await settle(pilot)
        assert app.query_one("#prompt", Input).value == "abxQ0123456789yz"
        send(pilot, "home", "delete", *"A", "end", "ctrl+w", *"!")
        await settle(pilot)
        assert app.query_one("#prompt", Input).value == "!"


@pytest.mark.parametrize("after", ["x", "m", "question_mark", "3"])
async def test_what_is_pressed_after_q_asks_nothing_of_somebody_who_is_leaving(make_app: App, after: str) -> None:
    prompt.make_model()
    world.write_history(paths.history_file())
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        send(pilot, "q", after, after)
        while app.is_running:
            await asyncio.sleep(LOOK_SECONDS)
    assert app.return_code == 0
