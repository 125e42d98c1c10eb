"""Texts that a corpus has more than once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Static
from textual.worker import get_current_worker

from gendertui.corpus.units import Noun
from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.corpus.line_screen import LineScreen
from gendertui.tui.corpus.rows import CELL_CHARACTERS
from gendertui.tui.corpus.view import STEPS, CorpusView
from gendertui.tui.hints import help_of, keymap_of
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.duplicates import Duplicates
    from gendertui.corpus.table import Corpus

LISTED = 200
"""Examples of each kind."""
TEXT, LINE = Noun.of("text"), Noun.of("line")
KINDS = (Item("ambiguous", "under both labels"), Item("repeated", "the same"), Item("near", "nearly the same"))


@dataclass(frozen=True)
class _Row:
    """A row of the table: a line's number, and what stands before its text."""

    row: int
    cells: dict[str, str]


class DuplicatesView(CorpusView):
    """A table of repeated texts, a kind at a time; ⏎ opens the first line that has one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._found: Duplicates | None = None
        self._rows: list[_Row] = []

    def compose(self) -> ComposeResult:
        lead, help = keymap_of(self).named(STEPS), help_of(self, "corpus.other")
        yield TabLine(KINDS, lead=lead, help=help, id="duplicates-kinds")
        yield Static(classes="about-view")
        yield VirtualTable((), id="duplicates-table")

    @property
    def looked_at(self) -> int | None:
        table = self.query_one(VirtualTable)
        return self._rows[table.row_at(table.cursor)].row if len(table.order) else None

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def step(self, by: int) -> None:
        self._choose(self.query_one(TabLine).step(by))

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        event.stop()
        self._choose(event.id)

    def _choose(self, kind: str) -> None:
        self.query_one(TabLine).chosen = kind
        if self._found is not None:
            self.draw(self._found)
            self.post_message(self.Looked())

    def compute_again(self) -> None:
        self._found = None
        self.query_one(VirtualTable).show(_Rows(self.corpus, []), ())
        super().compute_again()

    def job(self, corpus: Corpus) -> Callable[[], Any]:
        def job() -> Duplicates:
            from gendertui.corpus.duplicates import find_duplicates

            worker = get_current_worker()

            def progress(stage: str, _done: int, _total: int) -> None:
                if not worker.is_cancelled:
                    self.app.call_later(self._say_progress, stage)

            return find_duplicates(corpus, examples=LISTED, progress=progress)

        return job

    def _say_progress(self, stage: str) -> None:
        if self.is_attached and self._found is None:
            self.say(f"Comparing: {stage}…")

    def draw(self, found: Duplicates) -> None:
        self._found = found
        corpus, kind = self.corpus, self.query_one(TabLine).chosen
        if corpus is None:
            return
        texts, lines = {
            "repeated": (found.repeated_texts, found.repeated_lines),
            "ambiguous": (found.ambiguous_texts, found.ambiguous_lines),
            "near": (found.near_texts, found.near_lines),
        }[kind]
        name = next(item.name for item in KINDS if item.id == kind)
        self.say(
            f"{name.capitalize()}: {TEXT.counted(texts)} in {LINE.counted(lines)}. The corpus has "
            f"{count(found.texts)} different texts in {count(found.lines)} lines. ⏎ opens a line."
        )
        if kind == "near":
            columns: tuple[Column, ...] = (
                Column("similarity", "alike", 6, right=True),
                Column("text", "text", 20, grow=True),
            )
            self._rows = [
                _Row(row, {"similarity": f"{pair.similarity:.2f}" if place == 0 else ""})
                for pair in found.near
                for place, row in enumerate(pair.rows)
            ]
        else:
            negative, positive = corpus.labels
            columns = (
                Column("lines", "lines", 7, right=True),
                Column("negative", negative, max(7, min(len(negative), 14)), right=True),
                Column("positive", positive, max(7, min(len(positive), 14)), right=True),
                Column("text", "text", 20, grow=True),
            )
            self._rows = [
                _Row(
                    text.rows[0],
                    {
                        "lines": count(text.lines),
                        "negative": count(text.labelled[0]),
                        "positive": count(text.labelled[1]),
                    },
                )
                for text in (found.repeated if kind == "repeated" else found.ambiguous)
            ]
        self.query_one(VirtualTable).show(_Rows(corpus, self._rows), range(len(self._rows)), columns=columns)

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self.corpus is not None:
            self.app.push_screen(LineScreen(self.corpus, self._rows[event.row].row))


class _Rows:
    def __init__(self, corpus: Corpus | None, rows: list[_Row]) -> None:
        self._corpus = corpus
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def cell(self, row: int, column: str) -> Text:
        each = self._rows[row]
        if column == "text" and self._corpus is not None:
            return Text(escape_control(self._corpus.column("text")[each.row].as_py()[:CELL_CHARACTERS]))
        return Text(each.cells[column])
