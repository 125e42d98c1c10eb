"""What the run does just now: how far it is, how long it still takes, how validation goes, how fast it trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize

from gendertui.formatting import duration
from gendertui.runs.view_words import fitting, how_far, loss, rates, standing, state_word
from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of
from gendertui.tui.train.progress_line import ProgressLine
from gendertui.tui.widgets.stable_static import StableStatic

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.tui.run_model import RunModel

BEFORE_FIRST = "validation follows the first epoch"


class NowBox(Vertical):
    """Of each row as many parts as there is room for: the first say most."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="box")
        self._shown: tuple[RunView, RunModel | None] | None = None

    def compose(self) -> ComposeResult:
        yield StableStatic(id="now-words")
        yield StableStatic(id="now-standing")
        yield ProgressLine(id="now-bar")
        yield StableStatic(id="now-rates")

    def on_resize(self, _: Resize) -> None:
        if self._shown is not None:
            self.show(*self._shown)

    def show(self, view: RunView, model: RunModel | None) -> None:
        """Draw what has changed.

        :param model: the run's, once it has one.
        """
        self._shown = view, model
        title = literal(f"{view.name} · {view.host}" if view.host else view.name)
        state = state_word(view)
        if (self.border_title, self.border_subtitle) != (title.markup, state):
            self.border_title, self.border_subtitle = title, state
        self._row("#now-words", _words(view, model, session_of(self).keymap.shown("app.evaluate")))
        # The row is there from the first batch on: all below would be laid out, and drawn, anew for it.
        before_first = [BEFORE_FIRST] * (view.batch is not None and not view.over)
        self._row("#now-standing", standing(view, self.content_size.width) or before_first)
        self._row("#now-rates", rates(view))
        share = view.share()
        self.set_class(share is not None, "-training")
        self.query_one(ProgressLine).share = 1.0 if view.done else share or 0.0

    def _row(self, row: str, parts: Sequence[str]) -> None:
        static = self.query_one(row, StableStatic)
        if static.display != bool(parts):
            static.display = bool(parts)
        # What is hidden has no size, and the whole screen would be laid out to find it one.
        if parts:
            static.update(Content(fitting(parts, self.content_size.width)))


def _words(view: RunView, model: RunModel | None, evaluate: str) -> list[str]:
    """What it is at, or what came of it; ``evaluate`` is the key that shows that."""
    words = [view.headline().capitalize()]
    if view.active:
        return words + how_far(view) + loss(view)
    if view.done is not None:
        shown = view.done.model if model is None or model.name != view.done.model else model.shown
        words += [f"in {duration(view.done.seconds)}", *([f"model {shown}"] if shown else [])]
        if not view.host:
            words.append(f"{evaluate} shows how good it is")
    return words
