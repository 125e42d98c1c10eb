"""The ``?`` screen: what the pane is for, and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.keymap import Keymap, span
from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing

KEY_CELLS = 8
"""Width of the keys; of keys that a person has set up to twice as many, and then in rows."""


class HelpScreen(Dialog[None]):
    """Closes with esc, the key that opened it, or the one that leaves the app."""

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape", "help")]

    def __init__(self, pane: str, about: str, keymap: Keymap) -> None:
        super().__init__()
        self._pane = PANES[pane]
        self._about = about
        self._keymap = keymap

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def compose(self) -> ComposeResult:
        keymap = self._keymap
        with VerticalScroll(classes="dialog") as box:
            box.border_title = f"Help: {self._pane.title}"
            box.border_subtitle = hints(self, CLOSES)
            yield Static(Text(self._about), classes="about")
            yield Static(_table(f"In {self._pane.title}", keymap.keys(self._pane.keys)))
            for tab in self._pane.tabs:
                if tab.own_keys:
                    yield Static(_table(f"In {tab.title}", keymap.keys(tab.own_keys)))
            yield Static(_table("Everywhere", _everywhere(keymap)))


def _everywhere(keymap: Keymap) -> list[Key]:
    """The app's keys, those of the panes folded into one row for each kind."""
    return [
        Key(span(keymap.keys(DIGITS)), "", "", "Show a pane, outside text fields."),
        Key(span(keymap.keys(FUNCTION_KEYS)), "", "", "Show a pane, from anywhere."),
        *keymap.keys(APP_KEYS),
    ]


def _table(title: str, rows: Sequence[Key]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.title = Text(title, style="bold")
    table.title_justify = "left"
    table.add_column(width=min(max(KEY_CELLS, *(cell_len(key.shown) for key in rows)), 2 * KEY_CELLS), style="bold")
    table.add_column(ratio=1)
    for key in rows:
        table.add_row(key.shown, key.help)
    return table
