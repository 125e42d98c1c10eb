"""Every line of the corpus in a table, filtered as you type and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.tui.corpus.line_screen import LineScreen
from gendertui.tui.corpus.overview import Labels
from gendertui.tui.corpus.rows import LineRows, line_columns
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of
from gendertui.tui.session import session_of
from gendertui.tui.widgets.table import VirtualTable
from gendertui.tui.widgets.text_field import Field

if TYPE_CHECKING:
    from gendertui.arrays import Ints
    from gendertui.corpus.query.filter import Filter
    from gendertui.corpus.table import Corpus

PAUSE_SECONDS = 0.03
"""Of a burst of keys, only what stands after it is looked for."""


LONG_ROWS = 1_000_000
"""From so many rows on, it is said how far a filter is."""


class LinesView(Vertical):
    """A filter over the table of lines."""

    class Shown(Message):
        """The first page of a corpus is shown."""

    class Looked(Message):
        """Another line is under the cursor: see :attr:`row`."""

    def __init__(self) -> None:
        super().__init__(id="lines-view")
        self._corpus: Corpus | None = None
        self._sort: str | None = None
        self._descending = False
        self._pause: Timer | None = None
        self._filter: Filter | None = None
        self._shown: Corpus | None = None
        self._wanted: int | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="find"):
            yield Static("filter", id="find-label")
            field = Field(id="filter", compact=True, select_on_focus=False, enter="To the lines")
            yield field.with_tooltip(help_of(self, "corpus.filter"))
            yield Static(id="found")
        yield VirtualTable((), id="lines")

    def focus_first(self) -> None:
        self.query_one("#lines").focus()

    def show(self, corpus: Corpus, *, again: bool = False) -> None:
        """Show a corpus's lines; ``again``: the same file read otherwise, whose filter and order stay."""
        self._corpus = corpus
        if not again:
            self._sort, self._descending, self._wanted = None, False, None
            self._set_filter("")
        elif self._sort not in {column.name for column in line_columns(corpus)}:
            self._sort = None
        examples = [f"label:{corpus.labels[1]}"]
        for noun in (corpus.units.group, corpus.units.speaker):
            examples += [f"{noun.one}:…"] if noun is not None and " " not in noun.one else []
        self.query_one("#filter", Field).placeholder = literal(f"words, or {'  '.join(examples)}").plain
        self._look()

    def _set_filter(self, query: str) -> None:
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = query

    @property
    def row(self) -> int | None:
        """The line under the cursor."""
        table = self.query_one("#lines", VirtualTable)
        return table.row_at(table.cursor) if len(table.order) else None

    def filter(self, query: str) -> None:
        """Show the lines that match a query."""
        self._set_filter(query)
        self._look()
        self.focus_first()

    def focus_filter(self) -> None:
        self.query_one("#filter").focus()

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._look)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one("#lines").focus()
        self._look()

    def _look(self) -> None:
        """Filter and sort in a thread, then show; a newer look takes the place of an older one."""
        if self._pause is not None:
            self._pause.stop()
        corpus = self._corpus
        if corpus is None:
            return
        query = self.query_one("#filter", Input).value
        sort, descending = self._sort, self._descending

        def progress(done: int, total: int) -> None:
            if total >= LONG_ROWS:
                self.app.call_later(self._say_progress, query, done / total)

        def job() -> Ints | None:
            return self._filter_of(corpus).rows(query, sort=sort, descending=descending, progress=progress)

        def done(rows: Ints | None) -> None:
            if rows is None:
                return
            self.query_one("#lines", VirtualTable).show(
                LineRows(corpus, self._paint),
                rows,
                columns=line_columns(corpus),
                sorted_by=(sort, descending) if sort else None,
            )
            shown, every = len(rows), len(corpus)
            self.query_one("#found", Static).update(
                f"{count(shown)} of {count(every)}" if shown != every else f"all {count(every)}"
            )
            self._to_wanted()
            self.post_message(self.Looked())
            if self._shown is not corpus:
                self._shown = corpus
                self.post_message(self.Shown())
                # The first key would wait for it.
                session_of(self).background(self._filter_of(corpus).prepare, group="prepare-filter")

        def failed(error: Exception) -> None:
            # Half a query is no reason for a notice: what is wrong with it stands beside it.
            what = error.what if isinstance(error, GendertuiError) else str(error)
            self.query_one("#found", Static).update(literal(what))

        session_of(self).background(job, done, group="look", failed=failed, awaited=True)

    def _say_progress(self, query: str, share: float) -> None:
        if self.is_attached and query == self.query_one("#filter", Input).value and share < 1:
            self.query_one("#found", Static).update(f"{share:.0%} …")

    def _filter_of(self, corpus: Corpus) -> Filter:
        """The filter that knows what was found on this corpus before."""
        from gendertui.corpus.query.filter import Filter

        if self._filter is None or self._filter.corpus is not corpus:
            self._filter = Filter(corpus)
        return self._filter

    def go_to(self, row: int) -> None:
        """Put the cursor on a line; a filter that hides it is taken away."""
        self._wanted = row
        self.focus_first()
        if not self._to_wanted():
            self._set_filter("")
            self._look()

    def _to_wanted(self) -> bool:
        """Whether the line that is wanted is among those shown; the cursor then stands on it."""
        if self._wanted is None:
            return False
        import numpy as np

        table = self.query_one("#lines", VirtualTable)
        places = np.flatnonzero(np.asarray(table.order) == self._wanted)
        if not len(places):
            return False
        table.cursor, self._wanted = int(places[0]), None
        return True

    def _paint(self) -> tuple[Style, Style]:
        labels = self.app.query_one(Labels)
        return (
            labels.get_component_rich_style("labels--negative", partial=True),
            labels.get_component_rich_style("labels--positive", partial=True),
        )

    def sort(self) -> None:
        """Sort by the next column."""
        if self._corpus is None:
            return
        names = [column.name for column in line_columns(self._corpus) if column.name != "label"]
        sorts = [None, "label", *names]
        self._sort = sorts[(sorts.index(self._sort) + 1) % len(sorts)]
        self._descending = False
        self._look()

    def reverse(self) -> None:
        """Turn the order round."""
        self._descending = not self._descending
        self._look()

    @on(VirtualTable.HeaderClicked, "#lines")
    def _header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self._descending = self._sort == event.column and not self._descending
        self._sort = event.column
        self._look()

    @on(VirtualTable.Moved, "#lines")
    def _moved(self) -> None:
        self.post_message(self.Looked())

    @on(VirtualTable.Opened, "#lines")
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._corpus is not None:
            self.app.push_screen(LineScreen(self._corpus, event.row))
