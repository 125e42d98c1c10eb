"""One line, opened: who says it, what it belongs to, and what is said around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.line_scene import Opened, Spoken, card_text, open_line, scene_text
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

AROUND = 4


class LineScreen(Dialog[None]):
    """Closes with esc; ↑ and ↓ go to the neighbours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape,enter", "passage"),
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
        session_of(self).background(lambda: open_line(corpus, row, AROUND), self._show, group="line", awaited=True)

    def _show(self, opened: Opened) -> None:
        if not self.is_attached:
            return
        self._scene = opened.scene
        self.query_one("#card", Static).update(card_text(opened))
        self.query_one("#scene", Static).update(scene_text(opened))

    def action_step(self, by: int) -> None:
        place = next((at for at, line in enumerate(self._scene) if line.row == self._row), None)
        if place is not None and 0 <= place + by < len(self._scene):
            self._open(self._scene[place + by].row)
