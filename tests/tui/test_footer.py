"""The footer shows the way on at every width, and what Enter does to what has the focus."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from gendertui.tui.app import GendertuiApp
from gendertui.tui.footer import Entry, KeyFooter, fitting
from gendertui.tui.panes import PANES
from tests.builders.app import settle
from tests.builders.screens import feet, rows

App = Callable[..., GendertuiApp]


async def test_the_footer_shows_the_way_on_at_every_width(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(60, 24)) as pilot:
        await settle(pilot)
        for pane in PANES:
            await app.show_pane(pane)
            found = []
            for width in (60, 80):
                await pilot.resize_terminal(width, 24)
                await settle(pilot)
                shown = feet(app)
                in_text = isinstance(app.focused, Input)
                assert shown["Panes"] == ("F1–F5" if in_text else "1–5"), pane
                assert in_text or shown["Help"] == "?", pane
                assert sum(entry.cells for entry in app.query_one(KeyFooter).entries) <= width, pane
                found.append(set(shown))
            assert found[0] <= found[1], pane
        assert feet(app)["Model"] == "^o"


async def test_the_footer_says_what_enter_does_to_what_has_the_focus(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert (feet(app)["Open"], feet(app)["Show"]) == ("o", "⏎")
        await pilot.press("slash")
        await settle(pilot)
        assert feet(app)["To the lines"] == "⏎"
        await pilot.press("f5")
        await settle(pilot)
        assert feet(app)["Keep"] == "⏎"


@given(
    entries=st.lists(
        st.builds(
            Entry,
            key=st.just("x"),
            shown=st.text("xyz", min_size=1, max_size=3),
            label=st.text("abc", max_size=12),
            action=st.just(""),
            enabled=st.just(True),
            tooltip=st.just(""),
            rank=st.integers(0, 3),
        ),
        max_size=12,
    ),
    cells=st.integers(0, 120),
)
def test_what_is_left_out_is_of_the_highest_rank_and_only_where_there_is_no_room(
    entries: list[Entry], cells: int
) -> None:
    kept = fitting(entries, cells)
    used = sum(entry.cells for entry in kept)
    assert used <= cells or all(entry.rank == 0 for entry in kept)
    assert [entry for entry in entries if any(entry is each for each in kept)] == kept
    left_out = [entry for entry in entries if not any(entry is each for each in kept)]
    if left_out:
        assert used + min(entry.cells for entry in left_out) > cells or max(e.rank for e in left_out) >= max(
            (entry.rank for entry in kept), default=0
        )


async def test_a_click_in_the_footer_is_its_key_and_the_mouse_over_it_says_what_it_does(
    make_app: App, model: str
) -> None:
    app = make_app("sample")
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        footer = app.query_one(KeyFooter)
        at = rows(app)[-1].index("/ Filter") + 3
        await pilot.hover(KeyFooter, offset=(at, 0))
        assert footer.pointed is not None and footer.pointed.label == "Filter"
        assert footer.tooltip == footer.pointed.tooltip != ""
        await pilot.click(KeyFooter, offset=(at, 0))
        await settle(pilot)
        assert isinstance(app.focused, Input)
        assert footer.entry_at(119) is None
