"""What stands in place of everything while the terminal is too small for it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.widgets import Static

from gendertui.doctor.terminal import LEAST_COLUMNS, LEAST_ROWS
from gendertui.tui.hints import keymap_of
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import of_app

LEAST = Size(LEAST_COLUMNS, LEAST_ROWS)
"""Columns and rows that the panes are made for at least."""


def fits(size: Size) -> bool:
    """Whether the panes have room on a terminal of this size."""
    return size.width >= LEAST.width and size.height >= LEAST.height


class TooSmallScreen(Dialog[None]):
    """Says which size there is and which it takes; goes by itself as soon as the terminal has that."""

    ACTIONS = frozenset({"quit", "interrupt"})
    """What keys do meanwhile: nobody sees what any other would change."""
    BINDINGS: ClassVar[list[BindingType]] = [*of_app(*sorted(ACTIONS))]

    def compose(self) -> ComposeResult:
        yield Static(self._words())

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Static).update(self._words())
        self._leave_if_it_fits()

    def on_screen_resume(self) -> None:
        # The terminal may have grown while a dialog stood over this one.
        self._leave_if_it_fits()

    def _leave_if_it_fits(self) -> None:
        if fits(self.app.size) and self.is_current:
            self.dismiss()

    def _words(self) -> str:
        width, height = self.app.size
        leaves = keymap_of(self).shown("app.quit")
        return f"The terminal is {width}×{height}.\ngendertui needs {LEAST.width}×{LEAST.height}.\n\n{leaves} leaves."
