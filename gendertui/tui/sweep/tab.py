"""The Sweeps tab: all searches for the best settings, or the one that is open, read anew while it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher
from textual.worker import Worker

from gendertui import paths
from gendertui.corpus.units import NO_UNITS
from gendertui.errors import GendertuiError
from gendertui.formatting import number
from gendertui.sweeps.definition import Sweep
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.sweep.one_sweep import OneSweep
from gendertui.tui.sweep.reading import Found, Readers, newest_run
from gendertui.tui.sweep.sweep_list import SweepList
from gendertui.tui.sweep.words import NO_SWEEPS, READING, command, error_in_words
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.widgets.stable_static import StableStatic

if TYPE_CHECKING:
    from gendertui.sweeps.trials import SweepView

LOOK_SECONDS = 3.0
"""How often it is read anew while it is shown."""
TERMS = ("sweep", "trial", "fold", "auc", "pruned", "importance", "set aside", "interval")
"""What is explained, by the glossary's keys."""


class SweepsTab(TrainTab, can_focus=True):
    """Words, where there is nothing else to show; the list; or one sweep."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].tab("sweeps").own_keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._readers = Readers()
        self._reading: Worker[None] | None = None
        self._open: str | None = None
        """Name of the sweep that is open."""
        self._listing = False
        """Whether somebody went back to the list, where there is but one sweep, too."""

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="sweep-states", initial="sweep-words"):
            with VerticalScroll(id="sweep-words"):
                yield StableStatic(literal(READING), id="sweep-said")
            yield SweepList()
            yield OneSweep()

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._look_again)

    def on_show(self) -> None:
        self._look()

    def focus_first(self) -> None:
        """Read, too, before the next key acts on it: the event of being shown comes a paint later."""
        self._look(awaited=True)
        self._focus()

    def offers(self, action: str) -> bool:
        return action == "show_tab"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing to do with is not offered."""
        view = self._shown_view
        if action == "sort" and (self._open is None or view is None):
            return False
        if action == "next_view" and (self._open is None or view is None or not self._one.has_views):
            return False
        if action == "leave_sweep" and self._open is None:
            return False
        if action in ("copy_command", "explain") and view is None:
            return False
        if action == "add_worker" and (view is None or view.complete):
            return False
        if action == "stop_sweep" and (view is None or view.stopped or view.complete):
            return False
        return super().check_action(action, parameters)

    # Reading

    @property
    def _one(self) -> OneSweep:
        return self.query_one(OneSweep)

    @property
    def _list(self) -> SweepList:
        return self.query_one(SweepList)

    @property
    def _state(self) -> str:
        return str(self.query_one("#sweep-states", ContentSwitcher).current)

    @property
    def _shown_view(self) -> SweepView | None:
        """The sweep that is open, or under the cursor of the list."""
        if self._state == "one-sweep":
            return self._one.view
        listed = self._list.listed if self._state == "sweep-list" else None
        return None if listed is None else listed.view

    def _look_again(self) -> None:
        if self.is_shown:
            self._look()

    def _look(self, *, awaited: bool = False) -> None:
        """Read anew, in a thread.

        :param awaited: keys wait for it, and it is read though it is being read already.
        """
        if not awaited and self._reading is not None and not self._reading.is_finished:
            # A storage that takes longer than the pause between two looks would never be shown.
            return
        opened, alone = self._open, not self._listing

        def done(found: Found) -> None:
            if self.is_attached and opened == self._open:
                self._show(found)

        def failed(error: Exception) -> None:
            if not isinstance(error, GendertuiError):
                self.gendertui.show_error(error)
            elif self.is_attached:
                self._say(error_in_words(error))

        self._reading = self.gendertui.background(
            lambda: self._readers.look(opened, alone=alone), done, group="sweeps", failed=failed, awaited=awaited
        )

    def _show(self, found: Found) -> None:
        opened = found.opened
        self._open = None if opened is None else opened.sweep.name
        if opened is not None and opened.view is None:
            assert opened.error is not None
            self._say(error_in_words(opened.error))
        elif opened is not None:
            self._one.show(found)
            self._switch("one-sweep")
        elif found.listed:
            self._list.show(found.listed)
            self._switch("sweep-list")
        else:
            self._say(literal(NO_SWEEPS.format(corpus="CORPUS")))

    def _say(self, words: Content) -> None:
        self.query_one("#sweep-said", StableStatic).update(words)
        self._switch("sweep-words")

    def _switch(self, state: str) -> None:
        if state != self._state:
            had_focus = self.has_focus_within or self.has_focus or self.screen.focused is None
            self.query_one("#sweep-states", ContentSwitcher).current = state
            if had_focus and self.is_shown:
                self._focus()
        self.refresh_bindings()

    def _focus(self) -> None:
        match self._state:
            case "sweep-list":
                self._list.table.focus()
            case "one-sweep" if self._one.shows("trials"):
                self._one.table.focus()
            case _:
                self.focus(scroll_visible=False)

    # Keys

    @on(SweepList.Opened)
    def _opened(self, event: SweepList.Opened) -> None:
        event.stop()
        self._open = event.name
        self._look(awaited=True)

    @on(OneSweep.Opened)
    def _trial_opened(self, event: OneSweep.Opened) -> None:
        event.stop()
        run = newest_run(event.trial)
        if run is not None:
            self.gendertui.follow_at(run.path, "")
        elif event.trial.runs:
            self.gendertui.say(f"The runs of trial {event.trial.number} are not on this machine.", warning=True)
        else:
            self.gendertui.say(f"Trial {event.trial.number} has no run yet.", warning=True)

    def action_leave_sweep(self) -> None:
        self._list.at, self._open, self._listing = self._open, None, True
        self._look(awaited=True)

    def action_sort(self) -> None:
        self._one.sort()

    def action_next_view(self) -> None:
        self._one.next_view()
        self._focus()

    def action_copy_command(self) -> None:
        view = self._shown_view
        if view is not None:
            self.app.copy_to_clipboard(command(view))
            self.gendertui.say(f"Copied: {command(view)}")

    def action_explain(self) -> None:
        """Say what the words mean, with the figures of the sweep."""
        view = self._shown_view
        if view is None:
            return
        from gendertui.evaluation.glossary import Value

        values = {}
        best = view.row(view.best)
        if best is not None and best.value is not None:
            values["auc"] = Value(f"trial {best.number}, the best so far", number(best.value), best.value)
        self.app.push_screen(TermsScreen(TERMS, NO_UNITS, values))

    def action_add_worker(self) -> None:
        view = self._shown_view
        if view is None:
            return

        def job(sweep: Sweep) -> None:
            from gendertui.sweeps import manage, start

            manage.take_up(sweep)
            start.start_worker(sweep)

        many = f"{view.workers} work on it already. " if view.workers > 1 else ""
        many = "One works on it already. " if view.workers == 1 else many
        question = (
            f"Start a worker of {view.name} on this machine? {many}It trains one trial after the other until none is "
            "left, also when this program is closed."
        )
        answers = [(True, "Start it", ""), (False, "Not now", "")]
        self._ask("Work on the sweep", question, answers, job)

    def action_stop_sweep(self) -> None:
        view = self._shown_view
        if view is None:
            return
        name = view.name

        def job(sweep: Sweep) -> None:
            from gendertui.sweeps import manage

            manage.stop(sweep)

        question = (
            f"Stop the sweep {name}? No further trial begins; its workers let their runs write a checkpoint, and end. "
            f"gendertui sweep work {name} --resume continues it."
        )
        answers = [(True, "Stop it", ""), (False, "Let it continue", "")]
        self._ask("Stop the sweep", question, answers, job)

    def _ask(
        self, title: str, question: str, answers: list[tuple[bool, str, str]], job: Callable[[Sweep], None]
    ) -> None:
        """Do something with the sweep that is shown, if that is meant, and read it anew."""
        view = self._shown_view
        if view is None:
            return
        sweep = Sweep(paths.sweeps_dir() / view.name)

        def answered(meant: bool | None) -> None:
            if meant:
                self.gendertui.background(
                    lambda: job(sweep), lambda _: self._look(awaited=True), group="change-sweep", awaited=True
                )

        self.app.push_screen(Choice(title, question, answers), answered)
