"""The groups of a corpus and those who speak in it, with their lines by label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.corpus.overview import label_styles
from gendertui.tui.corpus.view import STEPS, CorpusView
from gendertui.tui.hints import help_of, keymap_of
from gendertui.tui.line_scene import Lines
from gendertui.tui.session import session_of
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import GAP, Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.members import Member
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Noun

NO_GROUPS = "No column groups the lines: a split can only be at random. Reading ([corpus.reading]) can name one."


BAR_CELLS = 12
"""Of the lines drawn as a bar, at least."""
LINES_CELLS = 7


class GroupsView(CorpusView):
    """A table of the groups, or of the speakers; ⏎ shows the lines of one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._members: list[Member] = []

    def compose(self) -> ComposeResult:
        yield TabLine(lead=keymap_of(self).named(STEPS), help=help_of(self, "corpus.other"), id="groups-kinds")
        yield Static(classes="about-view")
        yield VirtualTable((), id="groups-table")

    @property
    def looked_at(self) -> Lines | None:
        table, corpus, column = self.query_one(VirtualTable), self.corpus, self.query_one(TabLine).chosen
        if corpus is None or not len(table.order):
            return None
        member = self._members[table.row_at(table.cursor)]

        def rows() -> Sequence[int]:
            from gendertui.corpus.members import rows_of

            return rows_of(corpus, column, member.id)

        return Lines(member.name, rows)

    @property
    def _table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def show(self, corpus: Corpus) -> None:
        if corpus is not self.corpus:
            kinds = self.query_one(TabLine)
            kinds.items = tuple(Item(name, noun.many) for name, noun in _kinds(corpus).items())
            kinds.chosen = kinds.items[0].id if kinds.items else ""
            kinds.display = len(kinds.items) > 1
            self.query_one(VirtualTable).show(MemberRows([], self._table, label_styles(self)), ())
        super().show(corpus)

    def step(self, by: int) -> None:
        kinds = self.query_one(TabLine)
        if len(kinds.items) > 1:
            kinds.chosen = kinds.step(by)
            self.compute_again()

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        event.stop()
        self.query_one(TabLine).chosen = event.id
        self.compute_again()

    def job(self, corpus: Corpus) -> Callable[[], Any]:
        kind = self.query_one(TabLine).chosen

        def job() -> list[Member]:
            from gendertui.corpus.members import members

            return members(corpus, kind) if kind else []

        return job

    def draw(self, found: list[Member]) -> None:
        corpus, kind = self.corpus, self.query_one(TabLine).chosen
        if corpus is None:
            return
        if not kind:
            self.say(session_of(self).keymap.named(NO_GROUPS))
            return
        self._members = found
        noun = _kinds(corpus)[kind]
        both = sum(bool(each.negative and each.positive) for each in found)
        self.say(f"{noun.counted(len(found))}, {count(both)} with lines of both labels. ⏎ shows the lines of one.")
        columns = member_columns(corpus, noun)
        rows = MemberRows(found, self._table, label_styles(self))
        self._table.show(rows, range(len(found)), columns=columns)

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self.corpus is not None:
            noun = _kinds(self.corpus)[self.query_one(TabLine).chosen]
            self.post_message(self.LinesWanted(f'{noun.one}:"{self._members[event.row].name}"'))


def _kinds(corpus: Corpus) -> dict[str, Noun]:
    """The columns that there are members of, and what they are called."""
    nouns = {"group_id": corpus.units.noun("group"), "speaker_id": corpus.units.noun("speaker")}
    return {column: noun for column, noun in nouns.items() if corpus.has(column)}


def member_columns(corpus: Corpus, noun: Noun, *, missing: bool = True) -> tuple[Column, ...]:
    """Name and lines by label.

    :param missing: those without a label, too.
    """
    negative, positive = corpus.labels
    name = Column("name", noun.one, 16, grow=1)
    labels = [
        Column(column, label, max(7, len(label)), right=True)
        for column, label in (("negative", negative), ("positive", positive))
    ]
    if missing:
        labels.append(Column("missing", "?", 7, right=True))
    # The sum goes first where there is no room for all numbers, the picture before it.
    needs = name.width + sum(GAP + each.width for each in labels) + GAP + LINES_CELLS
    lines = Column("lines", "lines", LINES_CELLS, right=True, needs=needs)
    bar = Column("bar", "", BAR_CELLS, grow=1, needs=needs + GAP + BAR_CELLS)
    return (name, bar, lines, *labels)


class MemberRows:
    """Groups or speakers, one a row.

    :param table: whose bars are as wide as its column.
    :param paint: the styles of the labels, negative and positive, and of a missing one.
    """

    def __init__(self, members: Sequence[Member], table: VirtualTable, paint: Callable[[], Sequence[Style]]) -> None:
        self._members = members
        self._table = table
        self._paint = paint

    def __len__(self) -> int:
        return len(self._members)

    def cell(self, row: int, column: str) -> Text:
        if column == "bar":
            return self._bar(self._members[row])
        value = getattr(self._members[row], column)
        if column == "name":
            return Text(escape_control(value)) if value else Text("–", "dim")
        return Text(count(value), "" if value else "dim")

    def _bar(self, member: Member) -> Text:
        """Its lines by label, one after the other; of who has the most, as wide as the column."""
        cells, most = self._table.cells("bar"), max(each.lines for each in self._members)
        bar, end = Text(), 0
        done = 0
        for number, style in zip((member.negative, member.positive, member.missing), self._paint(), strict=True):
            done += number
            until = round(cells * done / most)
            bar.append("█" * (until - end), style)
            end = until
        return bar
