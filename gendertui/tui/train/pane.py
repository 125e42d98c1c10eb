"""The Train pane: its tabs, and what can be done with the run that is followed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import ContentSwitcher, Input

from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.tabbed_pane import TabbedPane
from gendertui.tui.train.runs import RunsTab
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.train.watch import WatchTab
from gendertui.tui.train.which_model import which_model
from gendertui.tui.widgets.tab_line import Item, TabLine

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.tui.run_model import ModelQuestion

RECORD = PANES["train"]
WATCH, RUNS = "watch", "runs"


class TrainPane(TabbedPane[TrainTab]):
    """Its tabs are made when first shown; only the one that is shown is drawn."""

    ABOUT: ClassVar[str] = (
        "Runs has all there are, the newest first. The one that is opened is followed in Watch: while it prepares, its "
        "stages; then, epoch by epoch, loss and AUC on train and validation, with the baselines as reference lines: a "
        "model that does not pass TF-IDF + LR has learnt nothing that counting words would not have. Accuracy by epoch "
        "is measured before the model is calibrated, so the verdict's may differ a little; AUC is the same.\n\n"
        "The run is a process of its own: leave, close the terminal, come back, and attach to it. A paused run keeps "
        "its memory. Stopping keeps the best epoch so far as its model. A run that is over can be trained for more "
        "epochs: it continues where it was, and publishes its model anew. Where refit is all, a run that is not "
        "stopped trains once more, on all labelled lines, and publishes that model; the figures remain those of the "
        "first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._state: tuple[object, ...] = ()
        self._asked: ModelQuestion | None = None
        self._awaited_view: RunView | None = None
        """The run that was asked for last, and not seen yet then."""

    def compose(self) -> ComposeResult:
        items = [
            Item(tab.name, tab.title, self.gendertui.keymap.shown(f"{RECORD.name}.{tab.name}"), tab.help)
            for tab in RECORD.tabs
        ]
        yield TabLine(items, id="train-tabs")
        # A run that is asked for is followed in a moment.
        followed = self.gendertui.run_view is not None or self.gendertui.run_asked is not None
        first = WatchTab(id=f"tab-{WATCH}") if followed else RunsTab(id=f"tab-{RUNS}")
        with ContentSwitcher(id="train-views", initial=first.id):
            yield first

    def on_mount(self) -> None:
        if self.tab is not None:
            self.tab_line.chosen = self.tab.record_name
        self.watch(self.app, "run_view", self._run_changed)
        self.watch(self.app, "run_model", lambda _: self.refresh_bindings(), init=False)
        self.watch(self.app, "undecided", self._question_changed, init=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing to do with is not offered."""
        view = self.gendertui.run_view
        if action in ("pause", "stop") and (view is None or not view.active):
            return False
        if action in ("pause", "stop") and view is not None and not view.reached:
            return False
        if action in ("more_epochs", "smaller_batches") and view is not None and view.host:
            # Its files are there.
            return False
        if action == "pause" and view is not None and view.state == "queued":
            return False
        if action == "more_epochs" and (view is None or not view.over or view.state == "unreadable"):
            return False
        if action == "smaller_batches" and (view is None or not view.over or not view.resume_with):
            return False
        if action == "use_model":
            there = view is not None and view.host and view.model
            here = self.gendertui.run_model is not None and self.gendertui.run_model.other
            if not (there or here or self.gendertui.undecided is not None):
                return False
        if self.tab is not None and not self.tab.offers(action):
            return False
        return super().check_action(action, parameters)

    def focus_first(self) -> None:
        super().focus_first()
        self._ask_which_model()

    # Tabs

    def refresh_tab(self, tab: TrainTab) -> None:
        tab.run_changed(self.gendertui.run_view)

    # The run

    def on_show(self) -> None:
        """What came while another pane was shown."""
        if self.tab is not None:
            self.refresh_tab(self.tab)

    def _run_changed(self, view: RunView | None) -> None:
        if view is not None and view.info is None and view is not self._awaited_view:
            # It has just been asked for.
            self._awaited_view = view
            if not isinstance(self.tab, WatchTab):
                self.call_later(self.show_tab, WATCH)
        if self.tab is not None and self.gendertui.pane is self:
            self.refresh_tab(self.tab)
        state = () if view is None else (view.address, view.state, view.active, view.reached)
        if state != self._state:
            self._state = state
            self.refresh_bindings()

    def _question_changed(self, _: ModelQuestion | None) -> None:
        self.refresh_bindings()
        self._ask_which_model()

    def _ask_which_model(self) -> None:
        """Ask, once, which model answers from now on: when the run ends, or when somebody comes here after that; never
        over a dialog or somebody's typing. The key asks again."""
        question = self.gendertui.undecided
        focused = self.screen.focused
        typing = isinstance(focused, Input) and self in focused.ancestors
        busy = typing or self.app.screen is not self.screen
        if question is None or question == self._asked or self.gendertui.pane is not self or busy:
            return
        self._asked = question
        self._ask(question)

    def _ask(self, question: ModelQuestion) -> None:
        self.app.push_screen(which_model(question), partial(self._decided, question))

    # Actions

    def action_use_model(self) -> None:
        view, model, question = self.gendertui.run_view, self.gendertui.run_model, self.gendertui.undecided
        if view is not None and view.host and view.model:
            self._ask_to_bring(view.host, view.model)
        elif question is not None:
            self._ask(question)
        elif model is not None and model.other:
            self.gendertui.use_model(model.other, remember=True)

    def _ask_to_bring(self, host: str, model: str) -> None:
        """Fetch the model of a run on another machine, if that is wanted."""

        def answered(answer: str | None) -> None:
            if answer in ("use", "bring"):
                self.gendertui.bring_model(host, model, answers=answer == "use")

        choices = [
            ("use", "Bring it here and let it answer", ""),
            ("bring", "Bring it here", "It waits until it is chosen."),
            ("leave", "Leave it there", ""),
        ]
        self.app.push_screen(Choice("Model", f"The model {model} is on {host}.", choices), answered)

    def _decided(self, undecided: ModelQuestion, name: str | None) -> None:
        if name is not None:
            self.gendertui.answer_with(name, undecided)

    def action_pause(self) -> None:
        view = self.gendertui.run_view
        self.gendertui.steer("resume" if view is not None and view.state == "paused" else "pause")

    def action_stop(self) -> None:
        view = self.gendertui.run_view
        if view is None or not view.active:
            self.gendertui.steer("stop")
            return

        def answered(stop: bool | None) -> None:
            if stop:
                self.gendertui.steer("stop")

        best = f"the best epoch so far, {view.best}," if view.best else "what it has"
        if view.after is not None:
            best = f"the model of epoch {view.best}, which has learnt from the train set alone,"
        answers = [(True, "Stop it", ""), (False, "Let it continue", "")]
        self.app.push_screen(Choice("Stop", f"Stop {view.name}, and keep {best} as its model?", answers), answered)

    def action_more_epochs(self) -> None:
        view = self.gendertui.run_view
        if view is None:
            return
        from gendertui.tui.train.more_epochs import Continuation, question

        def ask(found: Continuation) -> None:
            def answered(epochs: int | None) -> None:
                if epochs is not None:
                    self.gendertui.resume_run(found.run, {"epochs": epochs})

            self.app.push_screen(question(found), answered)

        self.gendertui.background(lambda: Continuation.of(view.folder), ask, group="more-epochs", awaited=True)

    def action_smaller_batches(self) -> None:
        view = self.gendertui.run_view
        if view is None or not view.resume_with:
            return
        from gendertui.runs.folder import RunFolder

        self.gendertui.resume_run(RunFolder(view.folder), view.resume_with)
