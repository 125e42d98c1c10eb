"""The run that the app follows: what it wrote is read as it comes, and it can be asked to pause, resume or stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.worker import get_current_worker

from gendertui.tui.opening import Opening

if TYPE_CHECKING:
    from gendertui.machine_load import Load
    from gendertui.runs.folder import RunFolder, RunInfo
    from gendertui.runs.follow import Link, Update
    from gendertui.runs.source import Sources
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
    hosts: tuple[str, ...] = ()
    """Other machines whose runs are shown, too."""
    links: reactive[tuple[Link, ...]] = reactive((), init=False, always_update=True, repaint=False)
    """How the link to each of them is; set anew, too, when what one of them lists has changed."""
    was_touched = False
    """Whether somebody has pressed a key or a button of the mouse."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._sources: Sources | None = None
        self._making_sources = threading.Lock()
        self._came_back: set[str] = set()
        """Hosts whose runs were looked through for one that is at work."""

    def follow(self, run: RunFolder) -> None:
        """Show a run's events as they come, those already written first."""
        self.follow_at(run.path, "")

    def follow_at(self, folder: Path, host: str) -> None:
        """The same of a run that may be on another machine.

        :param host: as ssh takes it; empty for this machine.
        """
        from gendertui.runs.view import RunView

        self.run_model = None
        self.run_view = view = RunView(folder, host)
        self.run_worker(lambda: self._poll(view), thread=True, group="follow", exclusive=True, exit_on_error=False)

    def unfollow(self) -> None:
        """Follow no run any more."""
        self.workers.cancel_group(self, "follow")
        self.run_model = self.run_view = None

    @property
    def sources(self) -> Sources:
        """Where runs are. To be asked for in threads, in which what it takes is imported."""
        with self._making_sources:
            if self._sources is None:
                from gendertui.runs.source import Sources

                self._sources = Sources(self.hosts)
            return self._sources

    async def on_unmount(self) -> None:
        if self._sources is not None:
            await asyncio.to_thread(self._sources.close)

    def _poll(self, shown: RunView) -> None:
        """In a thread: read what the run wrote, a few times a second, until it is over.

        What it wrote before is taken in here, and shown once it is complete: that of a long run would keep the screen
        waiting.
        """
        from gendertui.machine_load import Load
        from gendertui.runs.follow import Link
        from gendertui.runs.view import RunView

        worker = get_current_worker()
        before: RunInfo | None = None
        past: RunView | None = RunView(shown.folder, shown.host)
        for came in self.sources[shown.host].follow(shown.folder, lambda: worker.is_cancelled):
            if isinstance(came, Link):
                if past is not None:
                    past.link = came
                self.call_later(self._link_changed, shown.address, came)
                continue
            if isinstance(came, Load):
                self.call_later(self._load_came, shown.address, came)
                continue
            if past is not None:
                past.apply(came)
                if not came.behind:
                    self.call_later(self._caught_up, past)
                    past = None
            elif came.events or came.restarted or came.info != before:
                self.call_later(self._advance, shown.address, came)
            before = came.info

    def _followed(self, address: tuple[str, Path]) -> RunView | None:
        """The run that is followed, if it is still this one."""
        view = self.run_view
        return view if view is not None and view.address == address else None

    def _caught_up(self, view: RunView) -> None:
        if self._followed(view.address) is not None:
            self.run_view = view
            if view.over and not view.host:
                self.run_ended(view, live=False)

    def _advance(self, address: tuple[str, Path], update: Update) -> None:
        view = self._followed(address)
        if view is None:
            return
        was_over = view.over
        view.apply(update)
        self.mutate_reactive(Following.run_view)
        if view.over and not was_over and not view.host:
            self.run_ended(view, live=True)

    def _link_changed(self, address: tuple[str, Path], link: Link) -> None:
        view = self._followed(address)
        if view is not None:
            view.link = link
            self.mutate_reactive(Following.run_view)

    def _load_came(self, address: tuple[str, Path], load: Load) -> None:
        """Kept for who looks at it at a pace of its own."""
        view = self._followed(address)
        if view is not None:
            view.load = load

    # Other machines

    def begin_hosts(self) -> None:
        """Begin to listen for the runs of the other machines, and again where a link was lost."""
        if self.hosts:
            self.background(
                lambda: self.sources.watch(lambda host: self.call_later(self._list_changed, host)), group="hosts"
            )

    def _list_changed(self, host: str) -> None:
        """Tell who watches :attr:`links`. When a list comes for the first time, a run at work is followed."""
        sources = self.sources
        rows = sources[host].rows()
        if rows and host not in self._came_back:
            self._came_back.add(host)
            going = [row.info for row in rows if row.info.active and row.info.state != "queued"]
            if going and self.run_view is None and not self.was_touched:
                newest = max(going, key=lambda info: info.started)
                self.follow_at(newest.folder, host)
        self.links = sources.links

    def find_at(self, host: str, name: str) -> None:
        """Follow a run of another machine by its name, a part of it, or ``latest``."""
        from gendertui.runs.view import RunView

        self.run_view = connecting = RunView(Path(name), host)

        def found(folder: Path) -> None:
            if self.run_view is connecting:
                self.follow_at(folder, host)

        def failed(error: Exception) -> None:
            if self.run_view is connecting:
                self.unfollow()
            self.show_error(error)

        self.background(lambda: self.sources.of_host(host).find(name), found, group="find-run", failed=failed)

    def run_ended(self, view: RunView, *, live: bool) -> None:
        """The run that is followed is over; not called of one on another machine, whose model is not here.

        :param live: it ended while it was followed.
        """
        raise NotImplementedError

    def steer(self, request: str) -> None:
        """Ask the followed run to ``pause``, ``resume`` or ``stop``."""
        view = self.run_view
        if view is None or not view.active:
            self.say("No run is training.", warning=True)
            return

        self.background(
            lambda: self.sources[view.host].ask(view.folder, request),
            lambda _: self.say(f"Asked the run to {request}."),
            group="steer",
        )
