"""All lines of a character that was held out, each between what is said before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.tui.evaluate.suspect_lines import line_of
from gendertui.tui.formatting import literal
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.suspects.listing import Passage


class HeldOutLines(Dialog[None]):
    """Closes with esc.

    :param row: one that the character says. :param title: its name. :param about: what is known of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape,enter", "passage")]

    def __init__(self, corpus: Corpus, row: int, title: str, about: Content) -> None:
        super().__init__()
        self._corpus = corpus
        self._row = row
        self._title = title
        self._about = about

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="held-out-lines") as box:
            box.border_title = literal(self._title)
            box.border_subtitle = hints(self, CLOSES)
            yield Static(self._about)
            yield Static(id="held-out-passages")

    def on_mount(self) -> None:
        corpus, row = self._corpus, self._row
        self.query_one(VerticalScroll).focus()
        session_of(self).background(lambda: _passages(corpus, row), self._show, group="held-out-lines", awaited=True)

    def _show(self, passages: Sequence[Passage]) -> None:
        if self.is_attached:
            self.query_one("#held-out-passages", Static).update(Content("\n").join(map(line_of, passages)))


def _passages(corpus: Corpus, row: int) -> list[Passage]:
    """For a thread."""
    from gendertui.corpus.corrections.unit import key_of
    from gendertui.evaluation.suspects.listing import passages_of

    return passages_of(corpus, key_of(corpus, corpus.units.whole, row))
