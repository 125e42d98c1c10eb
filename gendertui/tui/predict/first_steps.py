"""What a first launch offers: a corpus, and a model of one's own."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gendertui.tui.session import session_of

OFFERS = (
    ("offer-corpus", "Get the film corpus (9.9 MB)", "to look at and to train on"),
    ("offer-train", "Train quick", "on the bundled messages, in seconds"),
)


class Offers(Vertical):
    """Each is there until it has been taken up; the box goes with the last."""

    def compose(self) -> ComposeResult:
        for name, says, about in OFFERS:
            with Horizontal(id=name):
                yield Button(says, id=f"{name}-button", compact=True)
                yield Static(about)

    def on_mount(self) -> None:
        self.border_title = "To begin with"
        self.watch(self.app, "scorer", self._look)
        self.watch(self.app, "corpus", self._look)

    def _look(self) -> None:
        session_of(self).background(_at_hand, self._show, group="offers")

    def _show(self, at_hand: tuple[bool, bool]) -> None:
        corpus, model = at_hand
        self.set_class(not (corpus and model), "-offered")
        self.query_one("#offer-corpus").display = not corpus
        self.query_one("#offer-train").display = not model

    @on(Button.Pressed, "#offer-corpus-button")
    async def _get_corpus(self) -> None:
        session_of(self).download_corpus()
        await session_of(self).show_pane("corpus")

    @on(Button.Pressed, "#offer-train-button")
    def _train_quick(self) -> None:
        session_of(self).train_quick()


def _at_hand() -> tuple[bool, bool]:
    """Whether the film corpus is on this machine, and whether a model trained here is."""
    from gendertui.corpus.load import CORNELL, download_target
    from gendertui.model.store import list_models

    return download_target(CORNELL).exists(), any(not model.shipped for model in list_models())
