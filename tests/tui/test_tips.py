"""What the mouse is on is explained: by the glossary, or by the sentence on the key that does the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Tab

from gendertui.tui.app import GendertuiApp
from gendertui.tui.header import Header
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.tab_line import TabLine
from gendertui.tui.widgets.table import VirtualTable
from gendertui.tui.widgets.tips import Tips
from tests.builders import app as world
from tests.builders import reports
from tests.builders.app import settle

App = Callable[..., GendertuiApp]
NO_TIP = {
    "Pane": "it takes the focus for what is in it",
    "VerticalScroll": "it scrolls",
    "CollapsibleTitle": "it says what it folds",
    "Tabs": "each of its tabs has one",
    "PaneTab": "as a pane",
    "problems": "its columns are words of the file",
    "log-lines": "lines of a file",
    **{
        f"split-{name}-{unit}": "its rows are names out of the corpus, in a box that says of which set"
        for name in ("train", "validation", "test")
        for unit in ("group", "speaker")
    },
    "OptionList": "the words beside it are about the option under the cursor",
}
"""Class or id of what takes the focus or a click, and explains itself otherwise → how."""


async def tip(pilot: Pilot[None], widget: Widget, at: tuple[int, int]) -> str:
    """What is said where the mouse is, from the upper left corner of a widget's content."""
    place = Offset(*at) + widget.gutter.top_left
    await pilot.hover(widget, offset=(place.x, place.y))
    await settle(pilot)
    return str(widget.tooltip or "")


def explains(widget: Widget) -> bool:
    """Whether something is said somewhere on a widget, or the footer names what Enter does."""
    if widget.tooltip or getattr(widget, "enter", ""):
        return True
    cells = (Offset(x, y) for y in range(-1, widget.size.height + 1) for x in range(widget.size.width))
    return isinstance(widget, Tips) and any(map(widget.tip_at, cells))


@pytest.mark.parametrize("pane", [pytest.param(pane, marks=[pytest.mark.long] * (pane != "predict")) for pane in PANES])
async def test_what_can_be_used_is_explained(make_app: App, pane: str) -> None:
    reports.make_run(test=True)
    world.make_training()
    app = make_app("sample")
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        shown = await app.show_pane(pane)
        await settle(pilot)
        silent = set()
        for tab in (None, *PANES[pane].tabs):
            if tab is not None and not tab.action:
                await app.act(tab.shows.action, shown)
                await settle(pilot)
            used = [each for each in app.screen.walk_children(Widget) if each.focusable or isinstance(each, Tips | Tab)]
            silent |= {
                each for each in used if each.is_on_screen and each.size and not explains(each) and not _otherwise(each)
            }
        assert silent == set()


def _otherwise(widget: Widget) -> bool:
    return any(name in NO_TIP for name in (widget.id, *(kind.__name__ for kind in type(widget).__mro__)))


async def test_a_part_of_a_widget_is_explained_by_glossary_and_keys(make_app: App) -> None:
    reports.make_run()
    app = make_app("sample")
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        await app.show_pane("evaluate")
        await settle(pilot)
        tabs = app.query_one("#evaluate-tabs", TabLine)
        (_, verdict), (_, speakers), *_ = tabs.places()
        assert await tip(pilot, tabs, (verdict, 0)) == "Show the verdict in one sentence, with figures."
        assert await tip(pilot, tabs, (speakers, 0)) == "Show what all lines of a speaker tell together."
        header = app.query_one(Header)
        assert "A click: Show Configure, from anywhere. (F2)" in await tip(pilot, header, (16, 0))
        assert "Balanced accuracy. Of 100 lines" in await tip(pilot, header, (60, 0))
        intervals = app.query("#verdict-report Intervals, #tab-verdict Intervals").first()
        assert "of 100." in await tip(pilot, intervals, (2, 0))
        confusion = app.query_one("#tab-verdict Confusion")
        assert "lines labelled" in await tip(pilot, confusion, (12, 1))
        await app.act("show_tab('slices')", app.pane)
        await settle(pilot)
        table = app.query_one("#tab-slices VirtualTable", VirtualTable)
        heads = {str(table.tip_at(Offset(x, 0))) for x in range(table.size.width)}
        assert any(head.startswith("AUC. Take one line") for head in heads)
        assert await tip(pilot, table, (2, 1)) == ""
