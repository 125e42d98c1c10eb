"""The ``?`` screen: what the pane is for, and its keys from the one table."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gendertui.tui import keys


class HelpScreen(ModalScreen[None]):
    """Closes with esc, ``?`` or q."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "dismiss(None)", "Close")]

    def __init__(self, pane: str, about: str) -> None:
        super().__init__()
        self._pane = pane
        self._about = about

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as box:
            box.border_title = f"Help: {self._pane.capitalize()}"
            box.border_subtitle = "esc closes"
            yield Static(Text(self._about), classes="about")
            yield Static(_table(f"In {self._pane.capitalize()}", keys.of(self._pane)))
            yield Static(_table("Everywhere", _everywhere()))


def _everywhere() -> list[keys.Key]:
    """The app's keys, the five of the panes folded into one row each."""
    rest = [key for key in keys.of(keys.APP) if key.action_name != "show_pane"]
    panes = [
        keys.Key(keys.APP, "1–5", "", "", "Show a pane, outside text fields."),
        keys.Key(keys.APP, "F1–F5", "", "", "Show a pane, from anywhere."),
    ]
    return panes + rest


def _table(title: str, rows: list[keys.Key]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.title = Text(title, style="bold")
    table.title_justify = "left"
    table.add_column(width=8, no_wrap=True, style="bold")
    table.add_column(ratio=1)
    for key in rows:
        table.add_row(key.shown, key.help)
    return table
