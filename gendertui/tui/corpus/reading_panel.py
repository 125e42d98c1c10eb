"""The Reading panel: how the file was read and why, with the runner-up of each choice one key away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import Static

from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control
from gendertui.tui.corpus.reading_rows import CORRECTIONS, LABELS, ROWS, ReadingRow, chosen, reading_rows, shown
from gendertui.tui.corpus.view import STEPS
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.formatting import literal
from gendertui.tui.hints import keymap_of
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

VALUE_CELLS = 24
COLUMNS = (
    Column("field", "", 9),
    Column("value", "read as", VALUE_CELLS),
    Column("others", "or", 15),
    Column("why", "why", 24, grow=True),
)
SHOWN_NAMES = {CORRECTIONS: "by hand"}
"""Field → what its row is called, where that is another word."""
CHOSEN = "● "
"""Before what a person chose, as before a changed field in Configure."""


class ReadingPanel(Vertical):
    """A row a decision; it asks its pane to read the file anew when one is changed."""

    @dataclass
    class Changed(Message):
        """The file is to be read by other options."""

        options: ReadingOptions

    class ProblemsWanted(Message):
        """The rows that were left out are to be shown."""

    def __init__(self) -> None:
        super().__init__(id="reading-panel")
        self._corpus: Corpus | None = None
        self._rows: tuple[ReadingRow, ...] = ()
        self._options = NO_OPTIONS
        self._pending: dict[str, str] = {}
        """Field → value that was chosen and is not read yet."""

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, id="reading-rows")
        yield Static(id="reading-detail")

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def on_mount(self) -> None:
        self.watch(self.query_one(VirtualTable), "cursor", self._explain, init=False)

    def show(self, corpus: Corpus) -> None:
        """How a corpus was read; the cursor stays on its row where it is the same file."""
        table = self.query_one(VirtualTable)
        at = self._row.field if self._rows and self._corpus is not None and self._corpus.path == corpus.path else ""
        self._corpus, self._options, self._pending = corpus, corpus.reading.options, {}
        self._rows = reading_rows(corpus)
        table.styles.height = len(self._rows) + 1
        table.show(_Rows(self._rows, self._pending), range(len(self._rows)))
        self.go_to(at)
        self._explain()

    def go_to(self, field: str) -> None:
        """Put the cursor on a field, where it has a row."""
        cursor = next((place for place, row in enumerate(self._rows) if row.field == field), 0)
        self.query_one(VirtualTable).cursor = cursor

    def say(self, what: str, share: float | None) -> None:
        """How far reading the file anew is."""
        done = "" if share is None else f" {share:.0%}"
        self.query_one("#reading-detail", Static).update(literal(f"{what}…{done}"))

    def refuse(self, error: Exception) -> None:
        """The file cannot be read by what was chosen: what was there before stays."""
        hint = error.hint if isinstance(error, GendertuiError) else ""
        if self._corpus is not None:
            self.show(self._corpus)
        words = literal(f"✗ {getattr(error, 'what', error)}  {hint or ''}").stylize("$text-error")
        self.query_one("#reading-detail", Static).update(words)

    @property
    def field(self) -> str:
        """The field that the cursor is on."""
        return self._row.field

    @property
    def _row(self) -> ReadingRow:
        """The row under the cursor."""
        return self._rows[self.query_one(VirtualTable).cursor]

    @on(DescendantFocus)
    def _explain(self) -> None:
        """Under the rows: why the one under the cursor is as it is, and what else there is."""
        if not self._rows:
            return
        row = self._row
        parts: list[Content | str] = [literal(row.why or "the format says so")]
        if cell_len(row.shown) > VALUE_CELLS - len(CHOSEN):
            parts.insert(0, literal(f"{row.shown}: "))
        if len(row.ring) > 1:
            keys = keymap_of(self).named(STEPS)
            parts.append(Content.assemble((f"   {keys} ", "bold"), literal(f"or {row.others}")))
        if row.field == ROWS:
            parts.append(Content.assemble(("   ⏎ ", "bold"), "shows them"))
        elif row.every or row.field == LABELS:
            parts.append(Content.assemble(("   ⏎ ", "bold"), "lists all"))
        self.query_one("#reading-detail", Static).update(Content.assemble(*parts))

    # Changing

    def step(self, by: int) -> None:
        """Go to the runner-up of the row under the cursor."""
        row = self._row
        if len(row.ring) < 2:
            return
        now = self._pending.get(row.field, row.value)
        self._choose(row.field, row.ring[(row.ring.index(now) + by) % len(row.ring)])

    def as_found(self) -> None:
        """Forget what was chosen for the file."""
        self._pending.clear()
        self._ask(NO_OPTIONS)

    def open_row(self) -> None:
        """All there is to choose in the row under the cursor."""
        row, corpus = self._row, self._corpus
        if corpus is None:
            return
        if row.field == ROWS:
            self.post_message(self.ProblemsWanted())
        elif row.field == LABELS:
            from gendertui.tui.dialogs.label_mapping import LabelMapping

            film = corpus.units.about == "films"
            found = "What the values of the label column stand for."
            mapping = LabelMapping(found, corpus.reading.values, self._options, film=film)
            self.app.push_screen(mapping, lambda options: self._ask(options) if options is not None else None)
        elif row.every:
            answers = [(value, shown(row.field, value), "") for value in row.every]
            at = row.every.index(row.value) if row.value in row.every else 0
            self.app.push_screen(
                Choice(f"Read the {row.field} as", "", answers, at=at),
                lambda value: self._choose(row.field, value) if value is not None else None,
            )

    def type_mapping(self) -> None:
        """Ask for what the values stand for in words, as ``--map`` takes it."""
        from gendertui.corpus.reading.options import parse_mapping

        now = ",".join(f"{value}={label}" for value, label in self._options.mapping)
        question = (
            "VALUE=LABEL, separated by commas; VALUE=? leaves a value unlabelled, VALUE= leaves its rows out, *=? "
            "means all other values."
        )

        def answered(mapping: tuple[tuple[str, str], ...] | None) -> None:
            if mapping is not None:
                self._ask(self._options.changed("labels", None).changed("mapping", mapping))

        self.app.push_screen(Question("Mapping of labels", question, parse_mapping, start=now), answered)

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        self.open_row()

    def _choose(self, field: str, value: str) -> None:
        self._pending[field] = value
        self._ask(chosen(self._options, field, value))

    def _ask(self, options: ReadingOptions) -> None:
        self._options = options
        self.query_one(VirtualTable).refresh()
        self.post_message(self.Changed(options))


class _Rows:
    """What was decided, and what was chosen and is not read yet."""

    def __init__(self, rows: tuple[ReadingRow, ...], pending: dict[str, str]) -> None:
        self._rows = rows
        self._pending = pending

    def __len__(self) -> int:
        return len(self._rows)

    def cell(self, row: int, column: str) -> Text:
        each = self._rows[row]
        if column == "field":
            return Text(SHOWN_NAMES.get(each.field, each.field), "bold")
        if column == "value":
            if (value := self._pending.get(each.field)) is not None:
                return Text(f"{escape_control(shown(each.field, value))}…", "italic")
            return Text(f"{CHOSEN if each.asked else ''}{escape_control(each.shown)}")
        return Text(escape_control(each.others if column == "others" else each.why), "dim")
