"""Jump mode: every control on the screen is a key and its label away, in fields and dialogs, too."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, OptionList

from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.jump import LETTERS, JumpScreen, labels
from gendertui.tui.pane import Pane
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


async def test_a_label_goes_to_a_tab_a_field_a_table_and_from_inside_a_field(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)
        before = rows(app)
        await pilot.press("ctrl+g")
        await settle(pilot)
        assert isinstance(app.screen, JumpScreen)
        marked = rows(app)
        # The tabs of the panes, the prompt, what is below it; all else stays as it was.
        changed = [(x, y) for y, (old, new) in enumerate(zip(before, marked, strict=True)) for x in differing(old, new)]
        assert {(x, y): marked[y][x] for x, y in changed} == {
            (target.at.x, target.at.y): label for label, target in app.screen._labelled.items()
        }
        assert len(changed) >= 6
        await pilot.press("a")
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "corpus"
        # In one packet: the label waits for the labels to be there.
        send(pilot, "ctrl+g", "j")
        await settle(pilot)
        assert app.query_one("#corpus-tabs").chosen == "reading"  # type: ignore[attr-defined]
        await pilot.press("l")
        await settle(pilot)
        for focus in (Input, VirtualTable):
            await pilot.press("ctrl+g")
            await settle(pilot)
            place = app.query_one("#filter" if focus is Input else "#lines", focus).content_region.offset
            assert isinstance(app.screen, JumpScreen)
            label = next(label for label, target in app.screen._labelled.items() if target.at == place)
            await pilot.press(label)
            await settle(pilot)
            assert isinstance(app.focused, focus)


async def test_each_control_of_a_pane_is_two_keys_away(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        inside = [widget for widget in app.screen.focus_chain if widget.parent is not None and widget.is_on_screen]
        await pilot.press("ctrl+g")
        await settle(pilot)
        assert isinstance(app.screen, JumpScreen)
        places = [target.at for target in app.screen._labelled.values()]
        controls = [widget for widget in inside if not isinstance(widget, Pane) and widget.id is not None]
        assert len(places) == len(set(places)) >= len(controls)
        assert all(len(label) == 1 for label in app.screen._labelled)
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_what_is_no_label_leaves_and_a_dialog_can_be_jumped_in(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f5", "ctrl+o")
        await settle(pilot)
        assert isinstance(app.screen, Choice)
        for keys in (("ctrl+g", "ctrl+g"), ("ctrl+g", "0"), ("ctrl+g", "a")):
            await pilot.press(*keys)
            await settle(pilot)
            assert isinstance(app.screen, Choice)
        assert isinstance(app.focused, OptionList)


@given(st.integers(0, 400))
def test_no_label_begins_another(count: int) -> None:
    made = labels(count)
    assert len(made) == len(set(made)) == count
    assert not [
        pair
        for pair in itertools.permutations(made[-60:] + made[:40], 2)
        if pair[0] != pair[1] and pair[1].startswith(pair[0])
    ]
    assert all(len(label) == 1 for label in made) == (count <= len(LETTERS))


def differing(old: str, new: str) -> list[int]:
    """Where two rows are not the same."""
    return [x for x, (was, is_) in enumerate(zip(old.ljust(len(new)), new.ljust(len(old)), strict=True)) if was != is_]
