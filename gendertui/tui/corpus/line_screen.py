"""One line, opened: who says it, what it belongs to, and what is said around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.screen_keys import closing
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

AROUND = 4
LONGEST = 20_000
"""Characters of an opened line that are shown: a row may hold a book."""
LONGEST_AROUND = 400


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
    """A line with a card of what is known of it, and its neighbours."""

    card: tuple[tuple[str, str], ...]
    scene: tuple[Spoken, ...]


class LineScreen(ModalScreen[None]):
    """Closes with esc; ↑ and ↓ go to the neighbours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape,enter", "app.quit"),
        Binding("up,k", "step(-1)", "Line before"),
        Binding("down,j", "step(1)", "Line after"),
    ]

    def __init__(self, corpus: Corpus, row: int) -> None:
        super().__init__()
        self._corpus = corpus
        self._row = row
        self._scene: tuple[Spoken, ...] = ()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="line-dialog") as box:
            box.border_title = "Line"
            box.border_subtitle = hints(self, "↑ ↓ neighbours", CLOSES)
            yield Static(id="card")
            yield Static(id="scene")

    def on_mount(self) -> None:
        self._open(self._row)

    def _open(self, row: int) -> None:
        self._row = row
        corpus = self._corpus
        session_of(self).background(lambda: open_line(corpus, row), self._show, group="line", awaited=True)

    def _show(self, opened: Opened) -> None:
        if not self.is_attached:
            return
        self._scene = opened.scene
        edge = max(len(name) for name, _ in opened.card) + 2
        card: list[str | tuple[str, str]] = []
        for name, value in opened.card:
            card += [(f"{name:<{edge}}", "dim"), f"{value}\n"]
        self.query_one("#card", Static).update(Content.assemble(*card).rstrip())
        self.query_one("#scene", Static).update(Content("\n").join(self._spoken(line) for line in opened.scene))

    def _spoken(self, line: Spoken) -> Content:
        here = line.row == self._row
        label = line.label or "?"
        style = "dim" if line.label is None else "$label-second" if label == self._corpus.labels[1] else "$label-first"
        mark = "▶ " if here else "  "
        return Content.assemble(
            mark,
            (f"{escape_control(label)} ", style),
            (f"{line.speaker}  " if line.speaker else "", "bold" if here else ""),
            (line.text, "bold" if here else "dim"),
        )

    def action_step(self, by: int) -> None:
        place = next((at for at, line in enumerate(self._scene) if line.row == self._row), None)
        if place is not None and 0 <= place + by < len(self._scene):
            self._open(self._scene[place + by].row)


def open_line(corpus: Corpus, row: int) -> Opened:
    """Everything the screen shows of a row; a tenth of a second for 300,000 lines: for a thread."""
    import numpy as np

    from gendertui.corpus.query.neighbours import neighbours

    def value(name: str, at: int = row) -> str:
        found = corpus.column(name)[at].as_py() if corpus.has(name) else None
        return escape_control(str(found)[: LONGEST if at == row else LONGEST_AROUND]) if found is not None else ""

    def spoken(at: int) -> Spoken:
        label = corpus.column("label")[at].as_py()
        return Spoken(at, value("line_id", at), label, value("speaker", at), value("text", at))

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
    around = tuple(spoken(at) for at in neighbours(corpus, row, AROUND))
    return Opened(tuple((name, words) for name, words in card if words), around)
