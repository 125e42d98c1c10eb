"""The groups of a corpus and those who speak in it, with their lines by label."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.corpus.view import STEPS, CorpusView
from gendertui.tui.hints import help_of, keymap_of
from gendertui.tui.session import session_of
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.members import Member
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Noun

NO_GROUPS = "No column groups the lines: a split can only be at random. Reading ([corpus.reading]) can name one."


class GroupsView(CorpusView):
    """A table of the groups, or of the speakers; ⏎ shows the lines of one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._members: list[Member] = []

    def compose(self) -> ComposeResult:
        yield TabLine(lead=keymap_of(self).named(STEPS), help=help_of(self, "corpus.other"), id="groups-kinds")
        yield Static(classes="about-view")
        yield VirtualTable((), id="groups-table")

    def focus_first(self) -> None:
        self.query_one(VirtualTable).focus()

    def show(self, corpus: Corpus) -> None:
        if corpus is not self.corpus:
            kinds = self.query_one(TabLine)
            kinds.items = tuple(Item(name, noun.many) for name, noun in _kinds(corpus).items())
            kinds.chosen = kinds.items[0].id if kinds.items else ""
            kinds.display = len(kinds.items) > 1
            self.query_one(VirtualTable).show(_Members([]), ())
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
        negative, positive = corpus.labels
        columns = (
            Column("name", noun.one, 20, grow=True),
            Column("lines", "lines", 9, right=True),
            Column("negative", negative, max(9, len(negative)), right=True),
            Column("positive", positive, max(9, len(positive)), right=True),
            Column("missing", "?", 9, right=True),
        )
        self.query_one(VirtualTable).show(_Members(found), range(len(found)), columns=columns)

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


class _Members:
    def __init__(self, members: list[Member]) -> None:
        self.members = members

    def __len__(self) -> int:
        return len(self.members)

    def cell(self, row: int, column: str) -> Text:
        value = getattr(self.members[row], column)
        if column == "name":
            return Text(escape_control(value)) if value else Text("–", "dim")
        return Text(count(value), "" if value else "dim")
