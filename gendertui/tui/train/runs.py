"""The Runs tab: any run of the list is followed, resumed, renamed, deleted, noted or marked from here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.train.run_list import RunListView
from gendertui.tui.train.run_words import RESUMABLE
from gendertui.tui.train.tab import TrainTab

if TYPE_CHECKING:
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.manage import Discarded, Renaming

Result = TypeVar("Result")

LOOK_SECONDS = 3.0
"""How often the list is read anew while it is shown."""
OF_QUEUED = {"sooner", "later", "drop"}
"""What is done with a run that waits in the queue."""
OF_THIS_MACHINE = {"rename", "delete", "mark"}
"""What is not done with a run of another machine from here."""
OF_A_RUN = {"resume", "rename", "delete", "note", "mark", *OF_QUEUED}
"""What is done with the run under the cursor."""


class RunsTab(TrainTab, can_focus=True):
    """The list, and what can be done with the run under its cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].tab("runs").own_keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._deleted: list[Discarded] = []

    def compose(self) -> ComposeResult:
        yield RunListView()

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._look)

    @property
    def runs(self) -> RunListView:
        return self.query_one(RunListView)

    def focus_first(self) -> None:
        """Read the list, too, before the next key acts on it: the event of being shown comes a paint later."""
        self.runs.look(awaited=True)
        self.runs.focus_first()
        # Somebody who comes back may have mended what a link was lost for.
        self.gendertui.begin_hosts()

    def on_show(self) -> None:
        self.runs.look()

    def _look(self) -> None:
        if self.is_shown:
            self.runs.look()

    def offers(self, action: str) -> bool:
        return action == "show_tab"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing to do with is not offered."""
        row = self.runs.at
        if action in ("filter", "sort") and self.runs.empty:
            return False
        if action in OF_A_RUN and row is None:
            return False
        if action in OF_THIS_MACHINE and row is not None and row.info.host:
            return False
        if action == "resume" and row is not None and row.info.shown not in RESUMABLE:
            return False
        if action in ("rename", "delete") and row is not None and not row.info.over:
            return False
        if action in OF_QUEUED and row is not None and not row.place:
            return False
        if action == "undelete" and not self._deleted:
            return False
        if action == "leave_filter" and not isinstance(self.screen.focused, Input):
            return False
        return super().check_action(action, parameters)

    @on(RunListView.Moved)
    def _moved(self, event: RunListView.Moved) -> None:
        event.stop()
        self.refresh_bindings()

    # Keys

    @on(RunListView.Opened)
    def _opened(self, event: RunListView.Opened) -> None:
        event.stop()
        self.gendertui.follow_at(event.run.info.folder, event.run.info.host)

    def action_resume(self) -> None:
        run, row = self._run(), self.runs.at
        if run is None or row is None:
            return
        if not row.info.host:
            self.gendertui.resume_run(run, {})
            return
        host, sources = row.info.host, self.gendertui.sources
        self.gendertui.say(f"Starting a worker on {host} …")
        self._change(lambda: sources.of_host(host).resume(run.path), lambda _: self.gendertui.follow_at(run.path, host))

    def action_note(self) -> None:
        run, row = self._run(), self.runs.at
        if run is None or row is None:
            return
        from gendertui.runs import notes

        def answered(text: str | None) -> None:
            if text is not None:
                source = self.gendertui.sources[row.info.host]
                self._change(lambda: source.note(run.path, text), lambda _: self.runs.look(awaited=True))

        question = "One line about this run; an empty one takes the note away."
        self.app.push_screen(Question(f"Note on {run.name}", question, notes.checked, start=row.note), answered)

    def action_rename(self) -> None:
        run = self._run()
        if run is None:
            return
        from gendertui.runs import manage

        def named(title: str | None) -> None:
            if title is not None:
                self._change(lambda: manage.Renaming.of(run, title), lambda found: self._ask_of_model(found, title))

        def read(title: str) -> str:
            manage.renamed(run, title)
            return title

        question = "Its new name; the time at which it began stays in front."
        self.app.push_screen(Question(f"Rename {run.name}", question, read, start=manage.title(run)), named)

    def _ask_of_model(self, renaming: Renaming, title: str) -> None:
        """Rename at once where there is no model to be asked about."""

        def answered(model: bool | None) -> None:
            if model is not None:
                self._rename(renaming, title, model)

        if renaming.model is None or renaming.model == renaming.new_model:
            self._rename(renaming, title, True)
            return
        answers = [
            (True, "Rename its model, too", f"{renaming.model} becomes {renaming.new_model}"),
            (False, "Only the run", f"the model stays {renaming.model}"),
        ]
        self.app.push_screen(Choice("Rename", "", answers), answered)

    def _rename(self, renaming: Renaming, title: str, model: bool) -> None:
        from gendertui.runs import manage

        def done(run: RunFolder) -> None:
            view = self.gendertui.run_view
            if view is not None and view.address == ("", renaming.run.path):
                self.gendertui.unfollow()
            if model and self.gendertui.model_name == renaming.model:
                self.gendertui.use_model(None)
            self.runs.look(run.path, awaited=True)

        self._change(lambda: manage.rename(renaming.run, title, model=model), done)

    def action_delete(self) -> None:
        run = self._run()
        if run is None:
            return
        from gendertui.runs import manage

        def done(discarded: Discarded) -> None:
            self._deleted.append(discarded)
            view = self.gendertui.run_view
            if view is not None and view.address == ("", run.path):
                self.gendertui.unfollow()
            undo = self.gendertui.keymap.shown("train.runs.undelete")
            self.gendertui.say(f"{run.name} is deleted. {undo} brings it back until you leave the list.")
            self.runs.look(awaited=True)

        self._change(lambda: manage.discard(run), done)

    def action_undelete(self) -> None:
        from gendertui.runs import manage

        if self._deleted:
            discarded = self._deleted[-1]

            def done(run: RunFolder) -> None:
                self._deleted.remove(discarded)
                self.runs.look(run.path, awaited=True)

            self._change(lambda: manage.restore(discarded), done)

    def on_hide(self) -> None:
        """The list is left: what was deleted is gone for good."""
        deleted, self._deleted = self._deleted, []
        if deleted:
            self.gendertui.background(lambda: _remove(deleted), group="remove-runs")

    def on_unmount(self) -> None:
        _remove(self._deleted)

    def _run(self) -> RunFolder | None:
        """The run under the cursor."""
        from gendertui.runs.folder import RunFolder

        row = self.runs.at
        return None if row is None else RunFolder(row.info.folder)

    def _change(self, job: Callable[[], Result], then: Callable[[Result], object]) -> None:
        """Do in a thread what the next keys wait for."""
        self.gendertui.background(job, then, group="change-run", awaited=True)

    def action_sooner(self) -> None:
        self._move(-1)

    def action_later(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        """Move the run under the cursor in the queue."""
        row = self.runs.at
        if row is None or not row.place:
            return
        source, info, place = self.gendertui.sources[row.info.host], row.info, max(row.place + by, 1)
        self._change(lambda: source.move(info.folder, place), lambda _: self.runs.look(awaited=True))

    def action_drop(self) -> None:
        row = self.runs.at
        if row is None:
            return
        info = row.info

        def done(_: None) -> None:
            self.gendertui.say(f"{info.name} leaves the queue.")
            self.runs.look(awaited=True)

        self._change(lambda: self.gendertui.sources[info.host].ask(info.folder, "stop"), done)

    def action_filter(self) -> None:
        self.runs.focus_filter()

    def action_leave_filter(self) -> None:
        self.runs.focus_first()

    def action_sort(self) -> None:
        self.runs.sort()

    def action_mark(self) -> None:
        self.runs.mark()


def _remove(deleted: Sequence[Discarded]) -> None:
    if deleted:
        from gendertui.runs import manage

        for discarded in deleted:
            manage.remove_for_good(discarded)
