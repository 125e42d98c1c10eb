"""The words that one label uses more than the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.corpus.overview import Labels
from gendertui.tui.corpus.view import CorpusView
from gendertui.tui.formatting import literal
from gendertui.tui.widgets.bars import REST, bar
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.distinctive import DistinctiveWord, DistinctiveWords
    from gendertui.corpus.table import Corpus

LISTED = 200
"""Words of each label."""
BAR_FROM = 60
"""Cells of a table from which on the scores are drawn, too."""
SIDES = ("negative", "positive")


class WordsView(CorpusView):
    """A table for each label, the most typical word first; ⏎ shows the lines with one."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._words: dict[str, Sequence[DistinctiveWord]] = {}

    def compose(self) -> ComposeResult:
        yield Static(classes="about-view")
        with Horizontal():
            for side in SIDES:
                with Vertical(id=f"words-box-{side}", classes="box"):
                    yield VirtualTable((), id=f"words-{side}")

    def focus_first(self) -> None:
        self.query_one("#words-negative").focus()

    def step(self, by: int) -> None:
        left = self.query_one("#words-negative")
        (self.query_one("#words-positive") if left.has_focus else left).focus()

    def job(self, corpus: Corpus) -> Callable[[], Any]:
        def job() -> DistinctiveWords:
            from gendertui.corpus.distinctive import distinctive_words
            from gendertui.corpus.splits.split import make_split
            from gendertui.training.config import TrainingConfig

            config = TrainingConfig()
            return distinctive_words(corpus, make_split(corpus, config.split, config.split_seed), limit=LISTED)

        return job

    def draw(self, found: DistinctiveWords) -> None:
        corpus = self.corpus
        if corpus is None:
            return
        from gendertui.corpus.splits import PROTOCOLS

        units = corpus.units
        noun = units.noun("group" if found.grouped else "line")
        split = PROTOCOLS[found.protocol].described(units)
        self.say(
            f"z-scores of log-odds with a Dirichlet prior, on {count(sum(found.lines))} training lines of the {split}; "
            f"words in at least {found.minimum_groups} {noun.many}. ⏎ shows the lines with a word."
        )
        self._words = {"negative": found.negative, "positive": found.positive}
        for side, label, lines in zip(SIDES, found.labels, found.lines, strict=True):
            box = self.query_one(f"#words-box-{side}")
            box.border_title = literal(f"{'−+'[side == 'positive']} {label}")
            box.border_subtitle = f"{count(lines)} lines"
            columns = (
                Column("word", "word", 10, grow=True),
                Column("z", "z", 6, right=True),
                Column("bar", "", 12, grow=5, needs=BAR_FROM),
                Column("times", "times", 6, right=True),
                Column("groups", noun.many, max(6, len(noun.many)), right=True),
            )
            words = self._words[side]
            table = self.query_one(f"#words-{side}", VirtualTable)
            rows = _Words(words, side == "positive", table, lambda side=side: self._paint(side))  # type: ignore[misc]
            table.show(rows, range(len(words)), columns=columns)

    def _paint(self, side: str) -> Style:
        return self.app.query_one(Labels).get_component_rich_style(f"labels--{side}", partial=True)

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        side = str(event.table.id).removeprefix("words-")
        self.post_message(self.LinesWanted(rf"/\b{re.escape(self._words[side][event.row].word)}\b/"))


class _Words:
    def __init__(
        self, words: Sequence[DistinctiveWord], positive: bool, table: VirtualTable, paint: Callable[[], Style]
    ) -> None:
        self._words = words
        self._positive = positive
        self._table = table
        self._paint = paint

    def __len__(self) -> int:
        return len(self._words)

    def cell(self, row: int, column: str) -> Text:
        word = self._words[row]
        if column == "word":
            return Text(escape_control(word.word))
        if column == "z":
            return Text(f"{abs(word.z):.1f}")
        if column == "bar":
            drawn = bar(abs(word.z) / abs(self._words[0].z), self._table.cells("bar"), Style(), Style())
            return Text(drawn.plain.rstrip(REST), self._paint())
        return Text(count(word.counts[self._positive] if column == "times" else word.groups), "dim")
