"""No sentence of the app names a key that a person has set to another: each asks the keymap."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

import gendertui
from gendertui import settings
from gendertui.tui import keymap as keymaps
from gendertui.tui.app import GendertuiApp
from gendertui.tui.footer import KeyFooter
from gendertui.tui.keymap import ACTIONS
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.tab_line import TabLine
from tests.builders import reports
from tests.builders.app import settle
from tests.builders.screens import feet

App = Callable[..., GendertuiApp]
TUI = Path(gendertui.__file__).parent / "tui"
# A key alone, not part of a word, of a path, of label:f or of an expression.
KEY = re.compile(r"(?<![\w'’\-/.=:+\\])(?<!\d )(\^[a-z]|ctrl\+\w|F\d{1,2}|[B-HJ-Zb-z]|\?|space|←|→)(?=[ ,:;.)]|$)")
NAMED = re.compile(r"\[([a-z]+\.[a-z.-]+)\]")
NO_KEYS = {
    "about n lines": "a number",
    "n lines": "a number",
    "p is the probability": "a symbol",
    "A − B": "two runs",
    "Why not 70 %?": "a question",
    "? (unlabelled)": "a label",
    "Press ctrl+c again": "cannot be set",
    "Keys are a character, F1 to F24, or a name as in ctrl+k": "what a key is called",
    " °C": "a unit",
    "(?:": "a pattern",
    " W": "a unit",
    "T | None": "a type",
    "? ": "a sign",
    "→ ": "a sign",
    "← auto": "a sign",
    " → ": "a sign",
}
"""What looks like the name of a key → what it is."""
STAY = {"m", "f", "^c"}
"""Labels of the corpus that is open, and the one key of these that cannot be set."""


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of the strings of a module, without docstrings and what stands alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def keys_in(text: str) -> set[str]:
    for known in NO_KEYS:
        text = text.replace(known, "")
    return set(KEY.findall(text)) if " " in text else set()


def test_no_sentence_has_the_name_of_a_key_in_it() -> None:
    found, named = {}, set()
    for path in sorted(TUI.rglob("*.py")):
        for line, text in sentences(path):
            named |= set(NAMED.findall(text))
            if keys := keys_in(text):
                found[f"{path.relative_to(TUI)}:{line}"] = keys
    assert found == {}
    assert named and named <= set(ACTIONS)


def test_a_key_in_a_sentence_is_found() -> None:
    assert keys_in("r lists all runs, and F6 compares (^r).") == {"r", "F6", "^r"}
    assert keys_in("I love a line of label:f in a/f.csv") == set()


def test_no_key_but_those_that_are_the_same_everywhere_is_bound_beside_the_tables() -> None:
    same = {*keymaps._CURSOR, *keymaps._BASIC}
    found = set()
    for path in TUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Binding":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found |= {(path.name, key) for key in str(first.value).split(",")}
    assert found and {(where, key) for where, key in found if key not in same} == set()


def other_keys() -> dict[str, str]:
    """Another key for every action that can have one, each its own."""
    signs = [*string.ascii_lowercase, *string.digits, *(f"f{number}" for number in range(1, 25))]
    others = [f"{held}+{sign}" for held in ("alt", "alt+ctrl") for sign in signs]
    others += [f"shift+f{number}" for number in range(1, 25)]
    free = [name for name, key in ACTIONS.items() if key.keys not in keymaps._FIXED]
    return dict(zip(free, others, strict=False)) if len(free) <= len(others) else {}


def words(app: GendertuiApp) -> Iterator[str]:
    """What the screen on top says beside tables and charts, which have a corpus's words."""
    for widget in app.screen.walk_children(Widget):
        if widget.is_on_screen and widget.display:
            yield from (str(title) for title in (widget.border_title, widget.border_subtitle) if title)
            if isinstance(widget, Static):
                yield " ".join(strip.text for strip in widget.render_lines(Region(0, 0, *widget.size)))
            elif isinstance(widget, TabLine):
                yield " ".join((widget._lead, *(item.shown for item in widget.items)))
    if app.screen.query(KeyFooter):
        yield from (f"{key} {label}" for label, key in feet(app).items())


@pytest.mark.parametrize("pane", [pytest.param(pane, marks=[pytest.mark.long] * (pane != "predict")) for pane in PANES])
async def test_no_usual_key_is_on_a_screen_where_all_keys_are_others(make_app: App, pane: str) -> None:
    reports.make_run(test=True)
    settings.write_setting("keys", other_keys())
    settings.write_setting("pane", "predict")
    app = make_app("sample")
    assert len(app.keymap.changed) > 100
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        shown = await app.show_pane(pane)
        await settle(pilot)
        found = [*words(app)]
        for tab in PANES[pane].tabs:
            await app.act(tab.shows.action, shown)
            await settle(pilot)
            while len(app.screen_stack) > 1:
                found += words(app)
                await pilot.press("escape")
                await settle(pilot)
            found += words(app)
        for opens in ("help", "doctor", "messages"):
            await app.act(opens)
            await settle(pilot)
            found += words(app)
            await pilot.press("escape")
            await settle(pilot)
        assert {sentence: keys for sentence in found if (keys := keys_in(sentence) - STAY)} == {}
