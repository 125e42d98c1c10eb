"""All sweeps in a table, and below it more about the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of
from gendertui.tui.sweep.curves import TrialCurves
from gendertui.tui.sweep.rows import SweepRows
from gendertui.tui.sweep.words import about_sweep
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from gendertui.tui.sweep.reading import Listed

FEW = 3
"""Below so many sweeps a low screen has room for a chart."""


class SweepList(Vertical):
    """The list; opening one is up to the tab around it."""

    @dataclass
    class Opened(Message):
        """A sweep was opened, by its name."""

        name: str

    def __init__(self) -> None:
        super().__init__(id="sweep-list")
        self._rows: SweepRows | None = None
        self.at: str | None = None
        """Name of the sweep under the cursor."""

    def compose(self) -> ComposeResult:
        yield VirtualTable(SweepRows.COLUMNS, id="sweeps-table", enter="Open")
        yield StableStatic(id="sweep-about", classes="box")
        yield TrialCurves(id="sweep-preview")

    @property
    def table(self) -> VirtualTable:
        return self.query_one("#sweeps-table", VirtualTable)

    @property
    def listed(self) -> Listed | None:
        """The sweep under the cursor."""
        rows = self._rows
        return None if rows is None or not len(rows) else rows.listed[self.table.row_at(self.table.cursor)]

    def show(self, listed: Sequence[Listed]) -> None:
        """Show what a look found; the cursor stays on its sweep."""
        if (under := self.listed) is not None:
            self.at = under.sweep.name
        self._rows = SweepRows(listed, session_of(self).clock())
        names = [each.sweep.name for each in listed]
        cursor = names.index(self.at) if self.at in names else 0
        self.table.update(self._rows, range(len(names)), columns=SweepRows.COLUMNS, sorted_by=None, cursor=cursor)
        self._show_about()

    def _show_about(self) -> None:
        listed = self.listed
        if listed is None:
            return
        self.at = listed.sweep.name
        box = self.query_one("#sweep-about", StableStatic)
        if (title := literal(listed.sweep.name)).markup != box.border_title:
            box.border_title = title
        box.update(about_sweep(listed, session_of(self).clock()))
        preview = self.query_one(TrialCurves)
        preview.display = listed.view is not None and (
            len(self._rows or ()) <= FEW or not self.screen.has_class("-short")
        )
        if listed.view is not None:
            preview.show_trials(listed.view, {})

    @on(VirtualTable.Moved, "#sweeps-table")
    def _moved(self, event: VirtualTable.Moved) -> None:
        event.stop()
        self._show_about()

    @on(VirtualTable.Opened, "#sweeps-table")
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._rows is not None:
            self.post_message(self.Opened(self._rows.listed[event.row].sweep.name))
