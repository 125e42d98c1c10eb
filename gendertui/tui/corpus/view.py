"""What the tabs share that compute what they show: off the event loop, and only once they are looked at.

A new one is a module with a :class:`CorpusView`, and its record in the pane's in ``tui.panes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from gendertui.errors import GendertuiError
from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.tui.line_scene import Lines

STEPS = "[corpus.other-before] [corpus.other]"
"""The keys that step through the lists of a view."""


class CorpusView(Vertical):
    """A tab of the pane: a line of words over what it shows of the corpus."""

    @dataclass
    class LinesWanted(Message):
        """The lines that match a query are to be shown."""

        query: str

    class Looked(Message):
        """Something else is under the cursor: see :attr:`looked_at`."""

    corpus: Corpus | None = None
    """The corpus that it shows, or is about to."""

    def show(self, corpus: Corpus) -> None:
        """Show a corpus, which takes a while the first time."""
        if corpus is not self.corpus:
            self.corpus = corpus
            self.compute_again()

    def compute_again(self) -> None:
        """Compute in a thread, then draw; what is computed for another corpus or choice is dropped."""
        corpus = self.corpus
        if corpus is None:
            return
        self.say("Counting…")
        job = self.job(corpus)
        session_of(self).background(job, self._computed, group=f"view-{self.id}", failed=self._failed)

    def job(self, corpus: Corpus) -> Any:
        """What computes, without arguments, to be called in a thread; its result is drawn by :meth:`draw`."""
        raise NotImplementedError

    def draw(self, found: Any) -> None:
        """Put what was computed on the screen."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the focus where up and down do something."""
        raise NotImplementedError

    @property
    def looked_at(self) -> int | Lines | None:
        """The line under the cursor, or the lines that what is under it stands for."""
        return None

    def on_virtual_table_moved(self) -> None:
        self.post_message(self.Looked())

    def step(self, by: int) -> None:
        """← or → was pressed: go to the next thing to choose, if there is any."""

    def say(self, words: str) -> None:
        """The line over the rest."""
        self.query_one(".about-view", Static).update(literal(words))

    def _computed(self, found: Any) -> None:
        if self.is_attached:
            self.draw(found)
            self.post_message(self.Looked())

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, GendertuiError):
            session_of(self).show_error(error)
        elif self.is_attached:
            # What it advises for the command line is a key here.
            reading = session_of(self).keymap.shown("corpus.reading")
            advice = f". Reading ({reading}) can name the label." if self.corpus and self.corpus.absent_labels else ""
            words = literal(f"✗ {error.what}{advice}").stylize("$text-error")
            self.query_one(".about-view", Static).update(words)
