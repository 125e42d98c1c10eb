"""Lines one after another: one of a corpus between its neighbours, or those that belong together.

As data, as text, and as a box beside a list for screens that have room for one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of
from gendertui.tui.widgets.prose import Prose

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

LONGEST = 20_000
"""Characters of an opened line that are shown: a row may hold a book."""
LONGEST_AROUND = 400
CARD_ROWS = 7
ROWS_A_LINE = 2
"""Of the box, on average, of a spoken line."""
PAUSE_SECONDS = 0.1
"""What a cursor goes past is not read."""
HERE, NOT_HERE = "▶ ", "  "
INDENT = 4
"""Of a line's text that goes on below: about where it begins."""


@dataclass(frozen=True)
class Spoken:
    """A line of the scene: label ``None`` is missing."""

    row: int
    line_id: str
    label: str | None
    speaker: str
    text: str


@dataclass(frozen=True)
class Opened:
    """A line with a card of what is known of it, and its neighbours; without a line the lines alone."""

    row: int | None
    card: tuple[tuple[str, str], ...]
    scene: tuple[Spoken, ...]
    labels: tuple[str, str]


@dataclass(frozen=True)
class Lines:
    """Lines that belong together, to be looked at beside a list."""

    title: str
    rows: Callable[[], Sequence[int]]
    """For a thread."""


def open_line(corpus: Corpus, row: int, around: int) -> Opened:
    """A row with what is known of it and its neighbours; a tenth of a second for 300,000 lines: for a thread."""
    import numpy as np

    from gendertui.corpus.query.neighbours import neighbours

    def value(name: str) -> str:
        return _value(corpus, name, row, LONGEST)

    units = corpus.units
    who = [value("speaker") or value("speaker_id")]
    if corpus.has("speaker_id"):
        speakers = corpus.groups("speaker_id")
        who.append(f"{count(int(np.count_nonzero(speakers == speakers[row])))} lines")
    if value("credit"):
        who.append(f"credit {value('credit')}")
    where = [value(corpus.film_column), value("year"), value("genres").replace(",", ", ")]
    card = (
        (units.speaker.one if units.speaker else "speaker", " · ".join(filter(None, who))),
        (units.group.one if units.group else "group", " · ".join(filter(None, where))),
        ("label", value("label") or "? (unlabelled)"),
        ("line", value("line_id")),
        ("set", value("split")),
    )
    scene = tuple(_spoken(corpus, at, whole=at == row) for at in neighbours(corpus, row, around))
    return Opened(row, tuple((name, words) for name, words in card if words), scene, corpus.labels)


def _value(corpus: Corpus, name: str, row: int, longest: int) -> str:
    found = corpus.column(name)[row].as_py() if corpus.has(name) else None
    return escape_control(str(found)[:longest]) if found is not None else ""


def _spoken(corpus: Corpus, row: int, *, whole: bool = False) -> Spoken:
    def value(name: str) -> str:
        return _value(corpus, name, row, LONGEST if whole else LONGEST_AROUND)

    return Spoken(row, value("line_id"), corpus.column("label")[row].as_py(), value("speaker"), value("text"))


def card_text(opened: Opened) -> Content:
    """What is known of the line, a name and its value a line."""
    edge = max((len(name) for name, _ in opened.card), default=0) + 2
    card: list[str | tuple[str, str]] = []
    for name, words in opened.card:
        card += [(f"{name:<{edge}}", "dim"), f"{words}\n"]
    return Content.assemble(*card).rstrip()


def scene_text(opened: Opened) -> Content:
    """The lines, that which was opened in bold behind a sign."""
    return Content("\n").join(_line(opened, line) for line in opened.scene)


def _line(opened: Opened, line: Spoken) -> Content:
    here = line.row == opened.row
    label = line.label or "?"
    style = "dim" if line.label is None else "$label-second" if label == opened.labels[1] else "$label-first"
    return Content.assemble(
        HERE if here else NOT_HERE,
        (f"{escape_control(label)} ", style),
        (f"{line.speaker}  " if line.speaker else "", "bold" if here else ""),
        (line.text, "bold" if here else "dim"),
    )


class LineScene(VerticalScroll):
    """The box. It reads nothing while it is not seen."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="box line-scene", can_focus=False)
        self._wanted: tuple[Corpus, int | Lines] | None = None
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(classes="card")
        yield Prose(indent=INDENT, classes="scene")

    def show(self, corpus: Corpus | None, what: int | Lines | None) -> None:
        """Show a row of the corpus in its scene, or lines that belong together, as soon as they are read."""
        self._wanted = None if corpus is None or what is None else (corpus, what)
        if self._wanted is None:
            self._fill(Opened(None, (), (), ("", "")))
        elif self._pause is None:
            self._pause = self.set_timer(PAUSE_SECONDS, self._read)
        else:
            self._pause.reset()

    def on_show(self) -> None:
        self._read()

    def on_resize(self) -> None:
        self._read()

    def _read(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        wanted, rows = self._wanted, self.size.height
        if wanted is None or not rows or not self.is_on_screen:
            return
        corpus, what = wanted

        def job() -> Opened:
            if isinstance(what, int):
                return open_line(corpus, what, max(rows - CARD_ROWS, 0) // (2 * ROWS_A_LINE))
            return Opened(None, (), tuple(_spoken(corpus, row) for row in what.rows()[:rows]), corpus.labels)

        def found(opened: Opened) -> None:
            if self.is_attached and self._wanted is wanted:
                self.border_title = "Line" if isinstance(what, int) else literal(what.title)
                self._fill(opened)

        session_of(self).background(job, found, group=f"scene-{self.id}")

    def _fill(self, opened: Opened) -> None:
        card = self.query_one(".card", Static)
        card.display = bool(opened.card)
        card.update(card_text(opened))
        self.query_one(".scene", Static).update(scene_text(opened))
        self.scroll_home(animate=False)
