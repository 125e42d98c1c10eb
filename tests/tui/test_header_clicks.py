"""The parts of the header can be clicked."""

from __future__ import annotations

from collections.abc import Callable

from gendertui.tui.app import GendertuiApp
from gendertui.tui.header import Header
from tests.builders.app import settle
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


async def test_a_click_on_a_part_of_the_header_shows_its_pane(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for part, pane in (("device", "configure"), ("run", "train"), ("model", "predict"), ("gendertui", "predict")):
            at = rows(app)[0].index(part) - app.query_one(Header).content_region.x
            await pilot.click(Header, offset=(at + 2, 0))
            await settle(pilot)
            assert app.pane is not None and app.pane.id == pane
