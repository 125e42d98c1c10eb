"""The run that the app follows: what it wrote is read as it comes, and it can be asked to pause, resume or stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import get_current_worker

from gendertui.tui.opening import Opening

if TYPE_CHECKING:
    from gendertui.runs.folder import RunFolder, RunInfo
    from gendertui.runs.follow import Update
    from gendertui.runs.view import RunView
    from gendertui.tui.run_model import RunModel


class Following(Opening):
    """Follows one run at a time."""

    run_view: reactive[RunView | None] = reactive(None, init=False, repaint=False)
    run_model: reactive[RunModel | None] = reactive(None, init=False, repaint=False)
    """The model of the run that is followed, once that has one."""
    marked: reactive[tuple[Path, ...]] = reactive((), init=False, repaint=False)
    """Folders of the runs that are marked in the list, to be compared, in the order in which they were."""
    run_asked: str | None = None
    """The run that is to be followed from the start, where one was asked for or is at work."""

    def follow(self, folder: RunFolder) -> None:
        """Show a run's events as they come, those already written first."""
        from gendertui.runs.view import RunView

        self.run_model = None
        self.run_view = RunView(folder.path)
        self.run_worker(lambda: self._poll(folder), thread=True, group="follow", exclusive=True, exit_on_error=False)

    def unfollow(self) -> None:
        """Follow no run any more."""
        self.workers.cancel_group(self, "follow")
        self.run_model = self.run_view = None

    def _poll(self, folder: RunFolder) -> None:
        """In a thread: read what the run wrote, a few times a second, until it is over.

        What it wrote before is taken in here, and shown once it is complete: that of a long run would keep the screen
        waiting.
        """
        from gendertui.runs.follow import follow
        from gendertui.runs.view import RunView

        worker = get_current_worker()
        before: RunInfo | None = None
        past: RunView | None = RunView(folder.path)
        for update in follow(folder, stop=lambda: worker.is_cancelled, thin=True):
            if past is not None:
                past.apply(update)
                if not update.behind:
                    self.call_later(self._caught_up, past)
                    past = None
            elif update.events or update.restarted or update.info != before:
                self.call_later(self._advance, folder.path, update)
            before = update.info

    def _caught_up(self, view: RunView) -> None:
        if self.run_view is not None and self.run_view.folder == view.folder:
            self.run_view = view
            if view.over:
                self.run_ended(view, live=False)

    def _advance(self, folder: Path, update: Update) -> None:
        view = self.run_view
        if view is None or view.folder != folder:
            return
        was_over = view.over
        view.apply(update)
        self.mutate_reactive(Following.run_view)
        if view.over and not was_over:
            self.run_ended(view, live=True)

    def run_ended(self, view: RunView, *, live: bool) -> None:
        """The run that is followed is over.

        :param live: it ended while it was followed.
        """
        raise NotImplementedError

    def steer(self, request: str) -> None:
        """Ask the followed run to ``pause``, ``resume`` or ``stop``."""
        view = self.run_view
        if view is None or not view.active:
            self.say("No run is training.", warning=True)
            return

        def job() -> None:
            from gendertui.runs.control import request as ask

            ask(view.folder, request)

        self.background(job, lambda _: self.say(f"Asked the run to {request}."), group="steer")
