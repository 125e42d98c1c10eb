"""Which model answers in the app, and what becomes of the one that a run has just published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import Worker

from gendertui.sanitize import escape_control
from gendertui.tui.at_end import AtEnd

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.scoring.scorer import Scorer
    from gendertui.tui.run_model import RunModel


class Answering(AtEnd):
    """Loads the model that answers; after a run asks which that is, see :mod:`gendertui.model.standing`."""

    model_name: reactive[str] = reactive("…", init=False, repaint=False)
    model_figure: reactive[str] = reactive("", init=False, repaint=False)
    """Its balanced accuracy on validation, ``57.9 %``; empty where its report has none."""
    scorer: reactive[Scorer | None] = reactive(None, init=False, repaint=False)
    _answered_before = ""
    """The model that answered before the one of the run that is followed."""

    def use_model(self, name: str | None, *, remember: bool = False) -> Worker[None]:
        """Load a model to answer with: ``None`` for the one that answers where none is asked for.

        :param remember: also make it the one that answers from now on (``models use``).
        """

        if remember and self.scorer is not None and name != self.model_name:
            self._answered_before = self.model_name

        def job() -> tuple[Scorer, str]:
            from gendertui.model import store
            from gendertui.subprocesses.logits import scorer_of

            if remember and name is not None:
                store.use(name)
            scorer = scorer_of(store.opened(name))
            return scorer, scorer.record.evidence.figure

        def done(loaded: tuple[Scorer, str]) -> None:
            self.scorer, self.model_figure = loaded
            self.model_name = self.scorer.bundle.name
            self._find_run_model()

        def failed(error: Exception) -> None:
            if self.scorer is None:
                self.model_name = "none"
            self.show_error(error)

        # Whoever has chosen one means it with the next key.
        return self.background(job, done, group="model", failed=failed, awaited=remember)

    def bring_model(self, host: str, name: str, *, answers: bool) -> None:
        """Fetch a model from another machine.

        :param answers: let it answer from now on.
        """

        def done(taken: str) -> None:
            self.say(f"{taken} is here.")
            if answers:
                self.use_model(taken, remember=True)

        self.say(f"Fetching {name} from {host} …")
        self.background(lambda: self.sources.of_host(host).pull(name), done, group="bring-model")

    def answer_with(self, name: str, *, default: str) -> None:
        """Take an answer to which model answers from now on. Written down is only what the rule would not say."""
        self.use_model(name, remember=name != default)

    def run_ended(self, view: RunView, *, live: bool) -> None:
        """A finished run has a model: ask which answers, or where that is decided already, see whether it is another.

        Until it is decided the model that was loaded goes on answering: somebody may be typing lines to it.
        """
        super().run_ended(view, live=live)
        if view.model is None:
            return
        self._answered_before = self.model_name if self.scorer is not None else ""
        self._caution_of_models()
        if live and self._answered_before not in ("", view.model):
            self._find_run_model(ask=True)
        else:
            self.use_model(None)

    def _caution_of_models(self) -> None:
        """Say, once, that models are kept where some programs delete them."""

        def job() -> str:
            from gendertui.model import place

            return place.caution_once()

        def done(words: str) -> None:
            if words:
                self.say(words, warning=True)

        self.background(job, done, group="models-place")

    def _find_run_model(self, *, ask: bool = False) -> None:
        """Say of the model of the run that is followed how good it is, and which answers.

        :param ask: leave that to the person, unless it was said when the run was started.
        """
        view = self.run_view
        if view is None or view.model is None or view.host:
            return
        from gendertui.tui.run_model import find

        name, before, folder = view.model, self._answered_before, view.folder

        def job() -> RunModel | None:
            from gendertui.runs.folder import RunFolder

            return find(name, before, ask=ask and RunFolder(folder).record().get("use") is None)

        def done(found: RunModel | None) -> None:
            if self.run_view is not view:
                return
            use = self.keymap.shown("train.use-model")
            if found is not None and found.replaced and self.run_model is None:
                self.say(f"{found.shown} answers from now on. {found.replaced} can again: {use} on Train.")
            if found is not None and found.undecided is not None and not self.is_shown("train"):
                old = found.undecided.old.shown
                self.say(f"{found.shown} is there. {old} goes on answering; {use} on Train decides.")
            self.run_model = found
            if ask and (found is None or found.undecided is None):
                self.use_model(None)

        self.background(job, done, group="run-model")

    def is_shown(self, pane: str) -> bool:
        """Whether a pane is shown."""
        raise NotImplementedError

    def left_undecided(self) -> str:
        """What to say to who leaves with the question open, where the rule says another model than is loaded."""
        undecided = None if self.run_model is None else self.run_model.undecided
        if undecided is None or undecided.default == self.model_name:
            return ""
        new, old = undecided.new, undecided.old
        again = f"gendertui models use {escape_control(old.name)}"
        return f"{new.shown} answers from now on; {old.shown} does again with: {again}"
