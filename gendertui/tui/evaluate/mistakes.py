"""Single lines: those misclassified with most confidence, and those it could not tell. Their text is the corpus's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.corpus.units import NO_UNITS, Units
from gendertui.formatting import count, number, percent
from gendertui.sanitize import escape_control
from gendertui.scoring.verdict import ABSTAIN_MARGIN, CANNOT_TELL, written_like
from gendertui.tui.evaluate.tab import ViewsTab
from gendertui.tui.formatting import literal
from gendertui.tui.line_scene import LineScene
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.report.schema import Mistake
    from gendertui.tui.evaluate.subject import Shown

LISTS = (Item("worst", "most confidently wrong"), Item("uncertain", "most uncertain"))


def columns(units: Units) -> tuple[Column, ...]:
    """Those of what the corpus has, in its own nouns."""
    speaker = (Column("speaker", units.speaker.one, 12),) if units.speaker else ()
    group = (Column("group", units.group.one, 24, wide_only=units.speaker is not None),) if units.group else ()
    return (
        Column("label", "label", 5),
        Column("probability", "p", 5, right=True),
        *speaker,
        Column("text", "line", 24, grow=True),
        *group,
    )


CELL_CHARACTERS = 400


@dataclass(frozen=True)
class MistakeText:
    """What the corpus says of a line, safe for a terminal."""

    line_id: str
    speaker: str
    group: str
    text: str


class MistakesTab(ViewsTab):
    """A list under the choice of lists; the line under the cursor in whole below it, or in its scene beside it."""

    def compose(self) -> ComposeResult:
        yield self.view_line("mistake-lists", LISTS)
        yield Static(id="mistakes-words", classes="beside")
        with Horizontal(id="mistake-body"):
            yield VirtualTable(columns(NO_UNITS), id="mistakes")
            yield LineScene(id="mistake-beside")
        with VerticalScroll(id="mistake", classes="box fitting", can_focus=False):
            yield Static(id="mistake-line")

    def on_mount(self) -> None:
        self._mistakes: Sequence[Mistake] = ()
        self._words: dict[int, MistakeText] | None = None
        self.watch(self.app, "corpus", self._corpus_changed, init=False)
        self.watch(self.query_one(VirtualTable), "cursor", self._cursor_moved, init=False)

    def focus_first(self) -> None:
        self.query_one("#mistakes").focus()

    # The list

    def draw(self, shown: Shown) -> None:
        self._mistakes = getattr(shown.part.mistakes, self.query_one(TabLine).chosen)
        self._words = None
        self._fill()
        self._look_up(self.gendertui.corpus)

    def _corpus_changed(self, corpus: Corpus | None) -> None:
        self._words = None
        self._look_up(corpus)

    def _look_up(self, corpus: Corpus | None) -> None:
        """Find the texts in the corpus that is open, if it is the one the rows are numbered in."""
        shown = self.shown
        if shown is None or corpus is None or not self._is_ours(corpus):
            self._fill()
            return
        rows = [mistake.row for mistake in self._mistakes]
        self.gendertui.background(lambda: look_up(corpus, rows), self._found, group="mistakes", awaited=True)

    def _found(self, words: dict[int, MistakeText]) -> None:
        # The list may have changed since: then the words of its rows are still on their way.
        if self.is_attached and all(mistake.row in words for mistake in self._mistakes):
            self._words = words
            self._fill()

    def _is_ours(self, corpus: Corpus) -> bool:
        return self.shown is not None and corpus.data_hash == self.shown.data_hash

    def _fill(self) -> None:
        table = self.query_one(VirtualTable)
        cursor = table.cursor
        table.show(
            MistakeRows(self._mistakes, self._words, self._label_style),
            range(len(self._mistakes)),
            columns=columns(NO_UNITS if self.shown is None else self.shown.report.units),
        )
        table.cursor = cursor
        self.query_one("#mistakes-words", Static).update(Content(self._says()))
        self._cursor_moved()

    def _label_style(self, label: str) -> Style:
        positive = self.shown is not None and label == self.shown.report.labels[1]
        return self.query_one(VirtualTable).label_style(positive)

    def _says(self) -> str:
        shown = self.shown
        if shown is None:
            return ""
        if not self._mistakes:
            return "This report names no lines: it was written by an older version, or there are none."
        positive = shown.report.labels[1]
        says = f"p is the probability of {positive} at even odds."
        corpus = self.gendertui.corpus
        if corpus is not None and self._is_ours(corpus):
            return f"{says} ⏎ shows the line in the Corpus pane."
        wanted = escape_control(shown.corpus_name or "its corpus")
        if shown.corpus_source is not None:
            return f"{says} The texts are in {wanted}, which is not open: ⏎ opens it."
        digest = f" (sha256 {shown.data_hash[:12]}…)" if shown.data_hash else ""
        return (
            f"These are rows of {wanted}{digest}, which does not come with the model and is not open: only their "
            f"numbers can be shown until it is opened in 1 Corpus. {says}"
        )

    def _cursor_moved(self) -> None:
        box = self.query_one("#mistake")
        box.display = self._words is not None and bool(self._mistakes)
        beside = self.query_one(LineScene)
        if self._words is None or not self._mistakes or self.shown is None:
            beside.set_class(False, "-some")
            return
        mistake = self._mistakes[self.query_one(VirtualTable).cursor]
        beside.set_class(True, "-some")
        beside.show(self.gendertui.corpus, mistake.row)
        words = self._words[mistake.row]
        negative, positive = self.shown.report.labels
        said = _said(mistake.probability, negative, positive)
        box.border_title = literal(" · ".join(part for part in (words.speaker, words.group) if part))
        box.border_subtitle = literal(f"{words.line_id} · labelled {mistake.label}, {said}")
        self.query_one("#mistake-line", Static).update(Content(words.text))

    # The jump

    @on(VirtualTable.Opened)
    async def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        shown, corpus, app = self.shown, self.gendertui.corpus, self.gendertui
        if shown is None:
            return
        if corpus is not None and self._is_ours(corpus):
            await app.show_line(self._mistakes[event.row].row)
        elif shown.corpus_source is not None:
            app.open_corpus(shown.corpus_source, options=shown.reading, data_hash=shown.data_hash)
        else:
            app.say(self._says(), warning=True)


def _said(probability: float, negative: str, positive: str) -> str:
    """What the model makes of the line, in the words of the Predict pane."""
    sure = f"{percent(max(probability, 1 - probability))}"
    if abs(probability - 0.5) < ABSTAIN_MARGIN:
        return f"{CANNOT_TELL}: {sure}"
    return f"{written_like(positive if probability > 0.5 else negative)}: {sure}"


class MistakeRows:
    """The lines of a list; without ``words`` their ids stand in for them.

    :param paint: label → its style.
    """

    def __init__(
        self, mistakes: Sequence[Mistake], words: dict[int, MistakeText] | None, paint: Callable[[str], Style]
    ) -> None:
        self._paint = paint
        self._mistakes = mistakes
        self._words = words

    def __len__(self) -> int:
        return len(self._mistakes)

    def cell(self, row: int, column: str) -> Text:
        mistake = self._mistakes[row]
        words = self._words.get(mistake.row) if self._words is not None else None
        match column:
            case "label":
                return Text(escape_control(mistake.label), self._paint(mistake.label))
            case "probability":
                return Text(number(mistake.probability))
            case "speaker":
                return Text(escape_control(mistake.character or "–") if words is None else words.speaker or "–")
            case "group":
                return Text(escape_control(mistake.group or "–") if words is None else words.group or "–")
            case _:
                return Text(f"row {count(mistake.row)}", "dim") if words is None else Text(words.text[:CELL_CHARACTERS])


def look_up(corpus: Corpus, rows: Sequence[int]) -> dict[int, MistakeText]:
    """The words of some rows; for a thread."""

    def value(name: str, row: int) -> str:
        found = corpus.column(name)[row].as_py() if corpus.has(name) else None
        return escape_control(str(found)) if found is not None else ""

    return {
        row: MistakeText(
            value("line_id", row),
            value("speaker", row) or value("speaker_id", row),
            value("title", row) or value("group_id", row),
            value("text", row),
        )
        for row in rows
        if 0 <= row < len(corpus)
    }
