"""The sweep that is open: how far it is, its trials, and the views of them that the screen has room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static

from gendertui.corpus.units import NO_UNITS
from gendertui.tui.session import session_of
from gendertui.tui.sweep.curves import TrialCurves
from gendertui.tui.sweep.importance import importance_text
from gendertui.tui.sweep.reading import Found, newest_run
from gendertui.tui.sweep.rows import SORTS, TrialRows
from gendertui.tui.sweep.settings import Settings
from gendertui.tui.sweep.words import about_trial, head
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import VirtualTable
from gendertui.tui.widgets.terms import terms_text
from gendertui.tui.widgets.tips import of_term

if TYPE_CHECKING:
    from gendertui.runs.folder import RunFolder
    from gendertui.sweeps.trials import SweepView, TrialRow

VIEWS = ("trials", "importance", "settings", "curves")
"""One at a time on a low screen; on a higher one the trials and the settings stay, with one of the others."""
BESIDE = ("importance", "curves")
TERMS = ("importance",)
"""What is explained where there is room for it, by the glossary's keys."""


class OneSweep(Vertical):
    """One sweep; what is done with it is up to the tab around it."""

    @dataclass
    class Opened(Message):
        """A trial was opened."""

        trial: TrialRow

    def __init__(self) -> None:
        super().__init__(id="one-sweep")
        self._found: Found | None = None
        self._rows: TrialRows | None = None
        self._name = ""
        self._at: int | None = None
        self._sort, self._descending = SORTS[0], True
        self._view = VIEWS[0]

    def compose(self) -> ComposeResult:
        yield StableStatic(id="sweep-head")
        with Container(id="sweep-body"):
            with Vertical(id="sweep-trials"):
                yield VirtualTable((), id="trials-table", enter="Follow run")
                yield StableStatic(id="trial-about")
            yield Settings(id="sweep-settings")
            with Vertical(id="sweep-importance", classes="box") as box:
                box.border_title = "Importance"
                box.tooltip = of_term("importance")
                yield StableStatic(id="importance-words")
                yield Static(terms_text(TERMS, NO_UNITS), id="sweep-terms")
            yield TrialCurves(id="sweep-curves")

    def on_mount(self) -> None:
        self._choose(VIEWS[0])

    @property
    def table(self) -> VirtualTable:
        return self.query_one("#trials-table", VirtualTable)

    @property
    def view(self) -> SweepView | None:
        """The sweep as it was read last."""
        return None if self._found is None or self._found.opened is None else self._found.opened.view

    @property
    def _last_words(self) -> str:
        return "" if self._found is None or self._found.opened is None else self._found.opened.last_words

    @property
    def at(self) -> TrialRow | None:
        """The trial under the cursor."""
        table = self.table
        return self._rows.trials[table.row_at(table.cursor)] if self._rows is not None and len(table.order) else None

    @property
    def run(self) -> RunFolder | None:
        """The run that is followed from where the cursor is."""
        trial = self.at
        return None if trial is None else newest_run(trial)

    def show(self, found: Found) -> None:
        """Show what a look found of the sweep that is open."""
        self._found = found
        view = self.view
        if view is None:
            return
        if view.name != self._name:
            self._name, self._at = view.name, None
        under = self.at
        if under is not None and self._rows is not None and self._rows.view.name == view.name:
            self._at = under.number
        self._rows = TrialRows(view, session_of(self).clock())
        self._draw()

    def sort(self) -> None:
        """By figure, or the newest first."""
        self._sort, self._descending = SORTS[self._sort == SORTS[0]], True
        self._draw()

    # Views

    @property
    def has_views(self) -> bool:
        """Whether there is a view that is not shown."""
        return not (self.screen.has_class("-huge") and not self.screen.has_class("-short"))

    def shows(self, view: str) -> bool:
        """Whether a view is in sight."""
        return bool(self.query_one(f"#sweep-{view}").styles.display == "block")

    def next_view(self) -> None:
        """Show the next view: on a low screen in place of this one, on a higher one beside the settings."""
        views = VIEWS if self.screen.has_class("-short") else BESIDE
        self._choose(views[(views.index(self._view) + 1) % len(views)] if self._view in views else views[1])

    def _choose(self, view: str) -> None:
        self._view = view
        for each in VIEWS:
            self.set_class(each == view, f"-{each}")
        self.call_after_refresh(self._draw)

    # Drawing

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        view, rows = self.view, self._rows
        if view is None or rows is None or not self.is_attached:
            return
        self.query_one("#sweep-head", StableStatic).update(head(view, session_of(self).clock(), self._last_words))
        table = self.table
        order = rows.order(self._sort, descending=self._descending)
        numbers = [rows.trials[row].number for row in order]
        cursor = numbers.index(self._at) if self._at in numbers else 0
        columns = rows.columns(table.size.width - table.styles.scrollbar_size_vertical)
        table.update(rows, order, columns=columns, sorted_by=(self._sort, self._descending), cursor=cursor)
        words = self.query_one("#importance-words", StableStatic)
        if words.size.width:
            room = self.query_one("#sweep-importance").content_size.height
            words.update(importance_text(view, words.size.width, room))
        curves = {} if self._found is None else self._found.curves
        self.query_one(TrialCurves).show_trials(view, curves)
        self._show_about()

    def _show_about(self) -> None:
        view, trial = self.view, self.at
        self._at = None if trial is None else trial.number
        if view is None:
            return
        self.query_one(Settings).show(view, self._at)
        about = self.query_one("#trial-about", StableStatic)
        if about.display != (trial is not None):
            about.display = trial is not None
        if trial is not None:
            about.update(about_trial(view, trial, newest_run(trial) is not None))

    @on(VirtualTable.Moved, "#trials-table")
    def _moved(self, event: VirtualTable.Moved) -> None:
        event.stop()
        self._show_about()

    @on(VirtualTable.HeaderClicked, "#trials-table")
    def _header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        event.stop()
        if event.column != "mark":
            self._descending = not self._descending if event.column == self._sort else True
            self._sort = event.column
            self._draw()

    @on(VirtualTable.Opened, "#trials-table")
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._rows is not None:
            self.post_message(self.Opened(self._rows.trials[event.row]))
