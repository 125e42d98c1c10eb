"""Which model answers in the app, and what becomes of the one that a run has just published."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import Worker

from gendertui.sanitize import escape_control
from gendertui.tui.at_end import AtEnd

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.scoring.scorer import Scorer
    from gendertui.tui.run_model import ModelQuestion, RunModel


class Answering(AtEnd):
    """Loads the model that answers; after a run asks which that is, see :mod:`gendertui.model.standing`."""

    model_name: reactive[str] = reactive("…", init=False, repaint=False)
    model_figure: reactive[str] = reactive("", init=False, repaint=False)
    """Its balanced accuracy on validation, ``57.9 %``; empty where its report has none."""
    scorer: reactive[Scorer | None] = reactive(None, init=False, repaint=False)
    undecided: reactive[ModelQuestion | None] = reactive(None, init=False, repaint=False)
    """Which model answers from now on, as long as nobody has said; whichever run is followed meanwhile."""
    _answered_before = ""
    """The model that answered before the one of the run that is followed."""

    def use_model(
        self, name: str | None, *, remember: bool = False, chosen: bool = False, then: Callable[[], None] | None = None
    ) -> Worker[None]:
        """Load a model to answer with: ``None`` for the one that answers where none is asked for.

        :param remember: also make it the one that answers from now on (``models use``).
        :param chosen: a person has said that it answers, which is remembered where the rule would say another one; what
            is to be remembered always is.
        :param then: called when it is loaded.
        """
        chosen, open_question = chosen or remember, self.undecided
        if chosen or name is None:
            self.undecided = None

        def job() -> tuple[Scorer, str]:
            from gendertui.model import store
            from gendertui.subprocesses.logits import scorer_of

            # The rule may say another one by now than when the question was asked.
            if name is not None and (remember or (chosen and store.answering() != name)):
                store.use(name)
            scorer = scorer_of(store.opened(name))
            return scorer, scorer.record.evidence.figure

        def done(loaded: tuple[Scorer, str]) -> None:
            before, name = self.model_name, loaded[0].bundle.name
            if chosen and self.scorer is not None and name != before:
                self._answered_before = before
            self.scorer, self.model_figure = loaded
            self.model_name = name
            self._find_run_model(awaited=chosen)
            if then is not None:
                then()

        def failed(error: Exception) -> None:
            if self.scorer is None:
                self.model_name = "none"
            # What cannot be loaded has decided nothing.
            self.undecided = self.undecided or open_question
            self.show_error(error)

        # Whoever has chosen one means it with the next key.
        return self.background(job, done, group="model", failed=failed, awaited=chosen)

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

    def answer_with(self, name: str, asked: ModelQuestion) -> None:
        """Take an answer to which model answers from now on.

        One about another run's model, which came while this one was open, is asked then.
        """
        later = self.undecided

        def then() -> None:
            if later is not None and later != asked:
                self._ask_about(later.new.name, name)

        self.use_model(name, chosen=True, then=then)

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
            self._ask_which_model(view, self._answered_before)
        else:
            # One that was loaded may have been published anew.
            self.use_model(None if self.undecided is None else self.model_name)

    def _caution_of_models(self) -> None:
        """Say, once, that models are kept where some programs delete them."""

        def job() -> str:
            from gendertui.model import place

            return place.caution_once()

        def done(words: str) -> None:
            if words:
                self.say(words, warning=True)

        self.background(job, done, group="models-place")

    def _ask_which_model(self, view: RunView, before: str) -> None:
        """Leave it to the person whether the model of a run that has ended answers from now on, or the one before.

        It is not asked where it was said when the run was started, or there is nothing to choose from.
        """
        from gendertui.runs.folder import RunFolder

        folder = view.folder
        self._ask_about(view.model or "", before, lambda: RunFolder(folder).record().get("use"))

    def _ask_about(self, name: str, before: str, decided: Callable[[], bool | None] = lambda: None) -> None:
        """Ask which of two models answers, unless there is nothing to choose from.

        :param decided: whether it was said before that the first one answers, or not; may read files.
        """
        from gendertui.tui.run_model import question

        def job() -> tuple[ModelQuestion | None, bool | None]:
            use = decided()
            return (question(name, before) if use is None else None), use

        def done(found: tuple[ModelQuestion | None, bool | None]) -> None:
            asked, use = found
            if asked is None:
                # A question that is open already is not decided by a run that has nothing to say to it.
                self.use_model(None if use or self.undecided is None else self.model_name)
                return
            if not self.is_shown("train"):
                key = self.keymap.shown("train.use-model")
                self.say(f"{asked.new.shown} is there. {asked.old.shown} goes on answering; {key} on Train decides.")
            self.undecided = asked
            self._find_run_model()

        self.background(job, done, group="which-model")

    def _find_run_model(self, *, awaited: bool = False) -> None:
        """Say of the model of the run that is followed how good it is, and whether it answers.

        :param awaited: the next key may be meant for the other one of the two.
        """
        view = self.run_view
        if view is None or view.model is None or view.host:
            return
        from gendertui.tui import run_model

        name, before = view.model, self._answered_before

        def done(found: RunModel | None) -> None:
            if self.run_view is not view:
                return
            if found is not None and found.replaced and self.run_model is None and self.undecided is None:
                key = self.keymap.shown("train.use-model")
                self.say(f"{found.shown} answers from now on. {found.replaced} can again: {key} on Train.")
            self.run_model = found

        self.background(lambda: run_model.find(name, before), done, group="run-model", awaited=awaited)

    def unfollow(self) -> None:
        """A run that is not followed any more has gone or is called otherwise, and its model with it."""
        view = self.run_view
        if view is not None and self.undecided is not None and self.undecided.new.name == view.model:
            self.undecided = None
        super().unfollow()

    def is_shown(self, pane: str) -> bool:
        """Whether a pane is shown."""
        raise NotImplementedError

    def left_undecided(self) -> str:
        """What to say to who leaves with the question open, where the rule says another model than is loaded."""
        undecided = self.undecided
        if undecided is None or undecided.default.name == self.model_name:
            return ""
        old = undecided.old
        again = f"gendertui models use {escape_control(old.name)}"
        return f"{undecided.default.shown} answers from now on; {old.shown} does again with: {again}"
