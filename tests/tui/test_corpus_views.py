"""The tabs of the Corpus pane that compute what they show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from gendertui.corpus.readers import suffixes
from gendertui.tui.app import GendertuiApp
from gendertui.tui.corpus.reading_panel import ReadingPanel
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SIZE = (80, 24)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def said(app: GendertuiApp) -> str:
    """The screen with its runs of spaces made one."""
    return "\n".join(" ".join(row.split()) for row in rows(app))


async def test_groups_and_speakers_are_counted_and_lead_to_their_lines(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "u")
        assert "u Films" in said(app)
        assert "24 films, 24 with lines of both labels" in said(app)
        assert "low orbit laundry 64 36 17 11" in said(app)
        await press(pilot, "right")
        assert "120 characters, 0 with lines of both labels" in said(app)
        assert "ANTON 21 21 0 0" in said(app)
        await press(pilot, "left", "enter")
        assert app.query_one("#filter", Input).value == 'film:"low orbit laundry"'
        assert len(app.query_one("#lines", VirtualTable).order) == 64


@pytest.mark.skipif(".csv" not in suffixes(), reason="no reader of CSV files")
async def test_a_corpus_without_groups_says_what_that_means(make_app: App, model: str) -> None:
    app = make_app("messages")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "u")
        assert "u Authors" in said(app)
        assert "authors, " in said(app)
        await press(pilot, "e")
        app.query_one(ReadingPanel).go_to("group")
        await press(pilot, "left", "u")
        assert app.corpus is not None and app.corpus.units.group is None
        assert "a split can only be at random" in said(app)
