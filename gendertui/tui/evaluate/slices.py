"""The same figures on parts of the lines: by length, group, genre, year, credit position, speaker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import MISSING, count, percent, percent_interval
from gendertui.model.answers import GUESSING
from gendertui.sanitize import escape_control
from gendertui.tui.evaluate.metric_table import interval
from gendertui.tui.evaluate.tab import ViewsTab
from gendertui.tui.formatting import literal
from gendertui.tui.pane import Pane
from gendertui.tui.widgets.intervals import LEVEL_SIGN, Axis
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.report.schema import Slice
    from gendertui.tui.evaluate.subject import Shown

COLUMNS = (
    Column("name", "part", 12, grow=True),
    Column("rows", "lines", 6, right=True),
    Column("positive", "labelled", 8, right=True),
    Column("balanced", "balanced", 8, right=True, term="balanced_accuracy"),
    Column("between", "95 %", 9, wide_only=True, term="interval"),
    Column("auc", "AUC", 19),
    Column("bar", "AUC, drawn", 13, grow=True),
)
KINDS = {
    "length": ("length", "Lines by their number of tokens."),
    "group": ("{group}", "{Groups} by title where the corpus is open, else by id. One {group} alone has no interval."),
    "genre": ("genre", "A line counts in each genre of its {group}."),
    "year": ("year", "{Groups} by decade."),
    "credit": ("credit", "Lines by their {speaker}'s position in the credits."),
    "speaker": ("{speaker}", "{Speakers} by name where the corpus is open, else by id. One alone has no interval."),
}
"""Property → its name and a sentence about it, in the corpus's nouns."""
SHORT, LONG = ("length", "genre", "year", "credit"), ("group", "speaker")
"""Side by side, lists of a few parts and those of many."""
LOOKED_UP = {"group": ("group_id", "title"), "speaker": ("speaker_id", "speaker")}
"""Slices that a report names by id → the corpus's columns of id and name."""
NONE = "This report has no slices: it was written by an older version."


class SlicesTab(ViewsTab):
    """A table for each property that lines are sliced by: the chosen one, or where there is room all of them."""

    def compose(self) -> ComposeResult:
        yield self.view_line("slice-kinds", lead="by")
        yield Static(id="slice-none", classes="beside")
        with Container(id="slice-tables"):
            for column in (SHORT, LONG):
                with VerticalScroll(classes="slice-column", can_focus=False):
                    for kind in column:
                        with Vertical(classes="slice", id=f"slice-{kind}"):
                            yield Prose(classes="beside")
                            yield VirtualTable(COLUMNS, enter="")

    def on_mount(self) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self.watch(self.app, "corpus", self._corpus_changed, init=False)

    def _table(self, kind: str) -> VirtualTable:
        return self.query_one(f"#slice-{kind} VirtualTable", VirtualTable)

    def focus_first(self) -> None:
        chosen = self.query_one(TabLine).chosen
        # Where there are none to show, the pane's keys act all the same.
        (self._table(chosen) if chosen else self.query_ancestor(Pane)).focus(scroll_visible=False)

    def draw(self, shown: Shown) -> None:
        kinds = shown.part.slices
        line = self.query_one(TabLine)
        line.items = tuple(Item(kind, _worded(name, shown)) for kind, (name, _) in KINDS.items() if kind in kinds)
        if line.chosen not in kinds:
            line.chosen = line.items[0].id if line.items else ""
        none = self.query_one("#slice-none", Static)
        none.display = not line.items
        none.update(Content(shown.why_none(NONE)))
        self._names = {}
        for kind in KINDS:
            self._fill(shown, kind)
            self._look_up(kind)
        self._arrange()

    def choose(self, view: str) -> None:
        super().choose(view)
        # What is hidden now had the focus.
        self.focus_first()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Show the chosen kind, or where there is room all there are."""
        line, all_of_them = self.query_one(TabLine), self.screen.has_class("-huge")
        for column in self.query(".slice-column"):
            for box in column.children:
                kind = str(box.id).removeprefix("slice-")
                box.display = kind == line.chosen or (all_of_them and any(item.id == kind for item in line.items))
            column.display = any(box.display for box in column.children)

    def _fill(self, shown: Shown, kind: str) -> None:
        slices = shown.part.slices.get(kind, ())
        box, table = self.query_one(f"#slice-{kind}"), self._table(kind)
        name, about = (_worded(words, shown) for words in KINDS[kind])
        box.border_title = literal(f"By {name}")
        if omitted := shown.part.slices_omitted.get(kind):
            about += f" The {count(len(slices))} with the most lines; {count(omitted)} are not shown."
        self.query_one(f"#slice-{kind} Static", Static).update(
            Content(f"{about} {LEVEL_SIGN} marks guessing, an AUC of {GUESSING}.")
        )
        cursor = table.cursor
        rows = SliceRows(slices, shown.report.labels[1], self._names.get(kind, {}), table)
        table.show(rows, range(len(slices)))
        table.cursor = cursor

    # Names of ids

    def _corpus_changed(self, _: Corpus | None) -> None:
        for kind in LOOKED_UP:
            self._look_up(kind)

    def _look_up(self, kind: str) -> None:
        columns, corpus, shown = LOOKED_UP.get(kind), self.gendertui.corpus, self.shown
        if columns is None or corpus is None or shown is None or corpus.data_hash != shown.data_hash:
            return

        def found(names: dict[str, str]) -> None:
            if self.is_attached and self.shown is shown:
                self._names[kind] = names
                self._fill(shown, kind)

        self.gendertui.background(lambda: names_of(corpus, *columns), found, group=f"slices-{kind}", awaited=True)


def _worded(template: str, shown: Shown) -> str:
    group, speaker = (shown.report.units.noun(unit) for unit in ("group", "speaker"))
    return template.format(
        group=group.one, Groups=group.many.capitalize(), speaker=speaker.one, Speakers=speaker.many.capitalize()
    )


class SliceRows:
    """Slices in the report's order.

    :param positive: the label whose share is shown.
    :param names: id → name, for ids that have one.
    :param table: the table they stand in, whose bars are as wide as its column.
    """

    def __init__(self, slices: Sequence[Slice], positive: str, names: dict[str, str], table: VirtualTable) -> None:
        self._slices = slices
        self._positive = positive
        self._names = names
        self._table = table
        self._axis = Axis.around([interval(part.name, part.auc, "auc") for part in slices if part.auc], GUESSING)

    def __len__(self) -> int:
        return len(self._slices)

    def cell(self, row: int, column: str) -> Text:
        part = self._slices[row]
        balanced = part.balanced_accuracy
        match column:
            case "name":
                return Text(escape_control(self._names.get(part.name, part.name)))
            case "rows":
                return Text(count(part.rows))
            case "positive":
                share = percent(part.counts.get(self._positive, 0) / max(part.rows, 1), 0)
                return Text(escape_control(f"{share} {self._positive}"))
            case "balanced":
                return Text(MISSING if balanced is None else percent(balanced.value))
            case "between":
                return Text("" if balanced is None else percent_interval(balanced.low, balanced.high), "dim")
            case "auc":
                return self._auc(part)
            case _:
                if part.auc is None:
                    return Text()
                return Text(self._axis.draw(interval(part.name, part.auc, "auc"), self._table.cells("bar"), "●"))

    def _auc(self, part: Slice) -> Text:
        if part.auc is not None:
            return Text(part.auc.text())
        # One label alone has no AUC.
        return Text("one label" if part.accuracy is None else f"accuracy {percent(part.accuracy.value)}", "dim")


def names_of(corpus: Corpus, ids: str, names: str) -> dict[str, str]:
    """Id → name of a corpus's groups or speakers; for a thread."""
    import numpy as np
    import pyarrow as pa

    if not (corpus.has(ids) and corpus.has(names)):
        return {}
    first = pa.array(np.unique(corpus.groups(ids), return_index=True)[1])
    pairs = zip(corpus.column(ids).take(first).to_pylist(), corpus.column(names).take(first).to_pylist(), strict=True)
    return {key: name for key, name in pairs if key and name}
