"""The characters that were held out, one by one: which the model gets wrong, and what pulled where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import count, number, probability
from gendertui.sanitize import escape_control
from gendertui.tui.evaluate.held_out_lines import HeldOutLines
from gendertui.tui.evaluate.held_out_rows import ORDERS, HeldOutRows
from gendertui.tui.formatting import literal
from gendertui.tui.line_scene import Lines, LineScene
from gendertui.tui.session import session_of
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gendertui.corpus.table import Corpus
    from gendertui.tui.evaluate.subject import Shown

NO_RUN = "The list is kept with the run, which is not on this machine."
SHOW_LINES = " ⏎ lines · [evaluate.order] order"
OPEN_CORPUS = " ⏎ opens the corpus"


@dataclass(frozen=True, eq=False)
class Listed:
    """The list as it was read."""

    rows: HeldOutRows
    phrases: Mapping[str, str]
    """Part → what it reads."""


class HeldOutList(Vertical):
    """A table, and the parts of the score of the one under the cursor below it. Read when it is first shown."""

    def compose(self) -> ComposeResult:
        yield Static(id="held-out-about", classes="beside")
        with Horizontal(id="held-out-body"):
            yield VirtualTable((), id="held-out-table")
            yield LineScene(id="held-out-beside")
        with VerticalScroll(classes="box fitting", id="held-out", can_focus=False):
            yield Prose(id="held-out-parts")

    def on_mount(self) -> None:
        self._shown: Shown | None = None
        self._listed: Listed | None = None
        self._order = ORDERS[0]
        self.watch(self.query_one(VirtualTable), "cursor", self._cursor_moved, init=False)
        self.watch(self.app, "corpus", self._corpus_changed, init=False)

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def show(self, shown: Shown) -> None:
        """Read the list of another run or set."""
        if shown is self._shown:
            return
        self._shown = shown
        self._listed = None
        self.query_one(VirtualTable).show(HeldOutRows((), {}, shown.report.units), ())
        self._cursor_moved()
        self._read()

    def _corpus_changed(self, _: Corpus | None) -> None:
        if self._listed is not None:
            self._read()

    def _read(self) -> None:
        shown, corpus = self._shown, self._ours()
        if shown is None:
            return
        if not shown.subject.run:
            self._say(NO_RUN)
            return

        def found(listed: Listed) -> None:
            if self.is_attached and self._shown is shown:
                self._listed = listed
                self._fill()

        session_of(self).background(
            lambda: _read(shown, corpus), found, group="held-out", failed=self._failed, awaited=True
        )

    def _ours(self) -> Corpus | None:
        """The open corpus, if it is the one that the characters are of."""
        corpus = session_of(self).corpus
        shown = self._shown
        return corpus if corpus is not None and shown is not None and corpus.data_hash == shown.data_hash else None

    def _failed(self, error: Exception) -> None:
        if self.is_attached:
            self._say(f"✗ {error}")

    def _say(self, words: str) -> None:
        self.query_one("#held-out-about", Static).update(literal(words))

    def _fill(self) -> None:
        listed = self._listed
        if listed is None or self._shown is None:
            return
        rows = listed.rows
        wrong = sum(each.against > 0 for each in rows.characters)
        noun = self._shown.report.units.noun(self._shown.report.units.whole)
        keys = session_of(self).keymap.named(SHOW_LINES if self._ours() is not None else OPEN_CORPUS)
        self._say(f"{noun.counted(len(rows))}; the score contradicts the label of {count(wrong)}.{keys}")
        table = self.query_one(VirtualTable)
        table.show(
            rows, rows.order(self._order), columns=rows.columns(), sorted_by=(self._order, self._order != "name")
        )
        self._cursor_moved()

    def order_next(self) -> None:
        """Order the list by the next column."""
        self._order_by(ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)])

    @on(VirtualTable.HeaderClicked)
    def _header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        event.stop()
        if event.column in ORDERS:
            self._order_by(event.column)

    def _order_by(self, column: str) -> None:
        self._order = column
        self._fill()

    def _row(self) -> int | None:
        table = self.query_one(VirtualTable)
        return table.row_at(table.cursor) if self._listed is not None and len(table.order) else None

    def _cursor_moved(self) -> None:
        row, listed, box = self._row(), self._listed, self.query_one("#held-out")
        box.display = row is not None
        beside, corpus = self.query_one(LineScene), self._ours()
        beside.set_class(row is not None and corpus is not None, "-some")
        if row is None or listed is None:
            return
        if corpus is not None:
            beside.show(corpus, _lines(corpus, listed.rows.characters[row].row, self._title(row).plain))
        each = listed.rows.characters[row]
        box.border_title = self._title(row)
        pulls = [(pull, listed.phrases[name]) for name, pull in each.parts.items()]
        pulls.append((each.log_odds - sum(each.parts.values()), "the same for everyone"))
        parts = " · ".join(f"{number(pull, 2, sign=True)} {phrase}" for pull, phrase in pulls)
        said = f" · log-odds of {escape_control(each.labels[1])} {number(each.log_odds, 2, sign=True)}"
        self.query_one("#held-out-parts", Static).update(Content.assemble(self._about(row), said, "\n", parts))

    def _title(self, row: int) -> Content:
        rows = self._listed.rows if self._listed is not None else None
        names = (rows.name(row), rows.group(row)) if rows is not None else ()
        return literal(" · ".join(name for name in names if name))

    def _about(self, row: int) -> Content:
        """``labelled m · scored f 97 % · 34 lines``."""
        assert self._listed is not None, "a list is shown"
        each = self._listed.rows.characters[row]
        label = "without a label" if each.label is None else f"labelled {each.label}"
        scored = f"scored {each.scored} {probability(each.probability)}"
        return literal(f"{label} · {scored} · {count(each.lines)} lines").stylize("bold")

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        shown, corpus, listed, app = self._shown, self._ours(), self._listed, session_of(self)
        if shown is None or listed is None:
            return
        if corpus is not None:
            row = listed.rows.characters[event.row].row
            self.app.push_screen(HeldOutLines(corpus, row, self._title(event.row).plain, self._about(event.row)))
        elif shown.corpus_source is not None:
            app.open_corpus(shown.corpus_source, options=shown.reading, data_hash=shown.data_hash)


def _lines(corpus: Corpus, row: int, title: str) -> Lines:
    """All that who says a line says."""
    column = "speaker_id" if corpus.units.whole == "speaker" else "group_id"

    def rows() -> Sequence[int]:
        from gendertui.corpus.members import rows_of

        return rows_of(corpus, column, corpus.column(column)[row].as_py())

    return Lines(title, rows)


def _read(shown: Shown, corpus: Corpus | None) -> Listed:
    """For a thread.

    :raises GendertuiError: the run has no list, or a file of it cannot be read.
    """
    from gendertui.model.characters import PARTS, part_phrase
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.characters import held_out, known

    found = held_out(RunFolder(shown.subject.folder), shown.report, shown.which)
    units = shown.report.units
    names = {} if corpus is None else known(corpus, found)
    return Listed(HeldOutRows(found, names, units), {name: part_phrase(name, units) for name in PARTS})
