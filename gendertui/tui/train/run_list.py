"""All runs in a table, filtered as you type and sorted, and below it more about the one under the cursor."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Input, Static
from textual.worker import Worker

from gendertui.formatting import count
from gendertui.runs.view_words import of_link
from gendertui.tui.charts.series import LETTERS
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of
from gendertui.tui.session import session_of
from gendertui.tui.train.run_preview import RunPreview
from gendertui.tui.train.run_rows import SORTS, RunRows, falls
from gendertui.tui.train.run_words import about
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import VirtualTable
from gendertui.tui.widgets.text_field import Field

if TYPE_CHECKING:
    from gendertui.runs.follow import Link
    from gendertui.runs.listing import RunRow

NO_RUNS = (
    "There is no run yet.\n\nPress [app.configure] to configure one and start it. It will stand here, with its figures,"
    " for as long as you keep it."
)
NO_HOSTS = "\n\ngendertui --host HOST lists the runs of another machine, too."


class RunListView(Vertical):
    """The list; what is done with a run is up to the tab around it."""

    @dataclass
    class Opened(Message):
        """A run was opened."""

        run: RunRow

    class Moved(Message):
        """The cursor stands on another run, or what is under it is in another state."""

    def __init__(self) -> None:
        super().__init__()
        self._one_at_a_time = threading.Lock()
        self._reading: Worker[None] | None = None
        self._rows: RunRows | None = None
        self._at: tuple[str, Path] | None = None
        self._said: tuple[object, ...] = ()
        self._sort, self._descending = SORTS[0], falls(SORTS[0])

    def compose(self) -> ComposeResult:
        yield StableStatic(id="runs-links")
        with ContentSwitcher(id="runs-states", initial="all-runs"):
            with Vertical(id="no-runs"):
                session = session_of(self)
                words = session.keymap.named(NO_RUNS + ("" if session.hosts else NO_HOSTS))
                yield Static(words, id="no-runs-words")
            with Vertical(id="all-runs"):
                with Horizontal(id="runs-find"):
                    yield Static("filter", id="runs-find-label")
                    yield Field(
                        id="runs-filter",
                        compact=True,
                        select_on_focus=False,
                        placeholder="words of a name, corpus, state, note",
                    ).with_tooltip(help_of(self, "train.runs.filter"))
                    yield StableStatic(id="runs-found")
                with Container(id="runs-body"):
                    yield VirtualTable((), id="runs-table")
                    with Vertical(id="runs-side"):
                        yield StableStatic(id="runs-about", classes="box")
                        yield RunPreview()

    def on_mount(self) -> None:
        self.watch(self.app, "links", self._links_changed)

    def _links_changed(self, links: tuple[Link, ...]) -> None:
        """Say of other machines which are not reached, and why; and read the list, which may be another one."""
        words = "\n".join(said for link in links if (said := of_link(link)))
        static = self.query_one("#runs-links", StableStatic)
        if static.display != bool(words):
            static.display = bool(words)
        if words:
            static.update(literal(words))
        if links and self.query_ancestor(TrainTab).is_shown:
            self.look()

    def focus_first(self) -> None:
        """Into the table; where there is no run, onto the tab, so that its keys and the pane's act."""
        if self.empty:
            self.query_ancestor(TrainTab).focus(scroll_visible=False)
        else:
            self._table.focus()

    @property
    def empty(self) -> bool:
        """Whether there is no run, filtered or not."""
        return self._rows is not None and not len(self._rows)

    def focus_filter(self) -> None:
        self.query_one("#runs-filter").focus()

    @property
    def _table(self) -> VirtualTable:
        return self.query_one("#runs-table", VirtualTable)

    # The list

    def look(self, at: Path | None = None, *, awaited: bool = False) -> None:
        """Read the list anew, in a thread.

        :param at: the run to put the cursor on; by default it stays where it is. :param awaited: keys wait for it, and
            it is read though it is being read already.
        """
        if not awaited and self._reading is not None and not self._reading.is_finished:
            # One that takes longer than the pause between two looks would never be shown.
            return

        session = session_of(self)

        def job() -> list[RunRow]:
            with self._one_at_a_time:
                return session.sources.rows()

        def done(rows: list[RunRow]) -> None:
            if self.is_attached:
                # Where a key has just moved the cursor to, which has not been told yet.
                under = self.at
                self._at = ("", at) if at else self._at if under is None else under.info.address
                self._show(rows)

        self._reading = session.background(job, done, group="runs", awaited=awaited)

    def _show(self, rows: list[RunRow]) -> None:
        session = session_of(self)
        folders = {row.info.folder for row in rows if not row.info.host}
        session.marked = tuple(folder for folder in session.marked if folder in folders)
        self._rows = RunRows(rows, session.marked, session.clock())
        states = self.query_one("#runs-states", ContentSwitcher)
        if (state := "all-runs" if rows else "no-runs") != states.current:
            focused = self.screen.focused in (None, self._table, self.query_ancestor(TrainTab))
            states.current = state
            if focused and self.query_ancestor(TrainTab).is_shown:
                self.focus_first()
        self._arrange()

    def _arrange(self) -> None:
        """Filter, sort and draw the rows that were read last."""
        if self._rows is None:
            return
        rows, table = self._rows, self._table
        order = rows.order(self.query_one("#runs-filter", Input).value, self._sort, descending=self._descending)
        places = {rows.rows[row].info.address: place for place, row in enumerate(order)}
        cursor = places.get(self._at, min(table.cursor, len(order) - 1)) if self._at else 0
        # Columns do not jump when there come to be more runs than rows.
        columns = rows.columns(table.size.width - table.styles.scrollbar_size_vertical)
        table.update(rows, order, columns=columns, sorted_by=(self._sort, self._descending), cursor=cursor)
        shown, every = len(order), len(rows)
        found = f"{count(shown)} of {count(every)}" if shown != every else f"all {count(every)}"
        marked = f"{len(session_of(self).marked)} marked" if session_of(self).marked else ""
        self.query_one("#runs-found", StableStatic).update(" · ".join(part for part in (found, marked) if part))
        self._show_about()

    @property
    def at(self) -> RunRow | None:
        """The run under the cursor."""
        table = self._table
        return self._rows.rows[table.row_at(table.cursor)] if self._rows is not None and len(table.order) else None

    def _show_about(self) -> None:
        row = self.at
        self._at = None if row is None else row.info.address
        self.query_one(RunPreview).show_run(row)
        box = self.query_one("#runs-about", StableStatic)
        box.display = row is not None
        if row is not None:
            if (title := literal(row.info.name)).markup != box.border_title:
                box.border_title = title
            box.update(about(row, session_of(self).keymap))
        said = () if row is None else (row.info.address, row.info.shown)
        if said != self._said:
            self._said = said
            self.post_message(self.Moved())

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self._arrange)

    @on(VirtualTable.Moved, "#runs-table")
    def _moved(self, event: VirtualTable.Moved) -> None:
        event.stop()
        self._show_about()

    @on(VirtualTable.HeaderClicked, "#runs-table")
    def _header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        event.stop()
        if event.column in SORTS:
            self._descending = not self._descending if event.column == self._sort else falls(event.column)
            self._sort = event.column
            self._arrange()

    @on(Input.Changed, "#runs-filter")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self._arrange()

    @on(Input.Submitted, "#runs-filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._table.focus()

    @on(VirtualTable.Opened, "#runs-table")
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._rows is not None:
            self.post_message(self.Opened(self._rows.rows[event.row]))

    def mark(self) -> None:
        """Mark the run under the cursor, or take its mark away, and go on to the next."""
        row, session = self.at, session_of(self)
        if row is None or self._rows is None:
            return
        folder = row.info.folder
        if folder in session.marked:
            session.marked = tuple(marked for marked in session.marked if marked != folder)
        elif len(session.marked) >= len(LETTERS):
            session.say(f"At most {len(LETTERS)} runs are compared at once.", warning=True)
            return
        else:
            session.marked = (*session.marked, folder)
        self._table.action_move(1)
        self._at = None if self.at is None else self.at.info.address
        self._show(list(self._rows.rows))

    def sort(self) -> None:
        """Sort by the next column."""
        sorts = SORTS if self._rows is None else self._rows.sorts
        self._sort = sorts[(sorts.index(self._sort) + 1) % len(sorts)] if self._sort in sorts else sorts[0]
        self._descending = falls(self._sort)
        self._arrange()
