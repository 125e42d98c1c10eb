"""What a first launch offers: a corpus, and a model of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from gendertui import paths
from gendertui.tui.restyling import FewParts
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.runs.view import RunView

OFFERS = (
    ("offer-corpus", "Get the film corpus (9.9 MB)", "to look at and to train on"),
    ("offer-train", "Train quick", "on the bundled messages, in seconds"),
)


class Offers(Vertical, FewParts):
    """Each is there until somebody has a corpus, or a run, of their own; the box goes with the last. While a run is
    training nothing is to begin with."""

    def __init__(self, *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._training = False

    def compose(self) -> ComposeResult:
        for name, says, about in OFFERS:
            with Horizontal(id=name):
                yield Button(says, id=f"{name}-button", compact=True, tooltip=about)
                yield Static(about)

    def on_mount(self) -> None:
        self.border_title = "To begin with"
        self.watch(self.app, "scorer", self._look)
        self.watch(self.app, "corpus", self._look)
        self.watch(self.app, "run_view", self._run_changed)

    def _run_changed(self, view: RunView | None) -> None:
        training = view is not None and view.active
        if training != self._training:
            self._training = training
            self._look()

    def _look(self) -> None:
        session_of(self).background(_had, self._show, group="offers")

    def _show(self, had: tuple[bool, bool]) -> None:
        corpus, run = had
        self.set_class(not self._training and not (corpus and run), "-offered")
        self.query_one("#offer-corpus").display = not corpus
        self.query_one("#offer-train").display = not run

    @on(Button.Pressed, "#offer-corpus-button")
    async def _get_corpus(self) -> None:
        session_of(self).download_corpus()
        await session_of(self).show_pane("corpus")

    @on(Button.Pressed, "#offer-train-button")
    def _train_quick(self) -> None:
        session_of(self).train_quick()


def _had() -> tuple[bool, bool]:
    """Whether somebody here has had a corpus other than the samples, and a run or a model of their own."""
    from gendertui.corpus.load import CORNELL, download_target
    from gendertui.corpus.recent import recent
    from gendertui.model.store import list_models

    corpus = download_target(CORNELL).exists() or bool(recent())
    runs = paths.runs_dir()
    run = runs.is_dir() and any(each.is_dir() for each in runs.iterdir())
    return corpus, run or any(not model.shipped for model in list_models())
