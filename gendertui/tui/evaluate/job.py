"""One long piece of work of a pane's, in a process of its own behind a client: what it is at, and how to end it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from gendertui.formatting import percent

if TYPE_CHECKING:
    from gendertui.tui.background import Background


class CancelledError(Exception):
    """Raised inside a client's progress call, which ends its process."""


class Task:
    """One piece of work, as the thread that does it sees it.

    :param tell: called from that thread with what the work is at.
    """

    def __init__(self, title: str, tell: Callable[[str], object]) -> None:
        self.title = title
        self._tell = tell
        self._cancelled = threading.Event()
        self._end: Callable[[], object] | None = None
        self._last = ""

    def progress(self, stage: str, done: int, total: int) -> None:
        """Say how far it is.

        :raises CancelledError: it was cancelled.
        """
        if self._cancelled.is_set():
            raise CancelledError
        says = f"{self.title}: {stage}" + (f" {percent(done / total, 0)}" if total else "")
        if says != self._last:
            self._last = says
            self._tell(says)

    def on_cancel(self, end: Callable[[], object]) -> None:
        """What ends the work at once, where waiting for its next progress would take long."""
        self._end = end
        if self._cancelled.is_set():
            end()

    def cancel(self) -> None:
        """End it, from any thread."""
        self._cancelled.set()
        if self._end is not None:
            self._end()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()


class Job:
    """At most one task at a time.

    :param group: the worker group; nothing else may use it.
    :param tell: called on the event loop with what the work is at, and with ``None`` when it is over.
    """

    def __init__(self, app: Background, group: str, tell: Callable[[str | None], object]) -> None:
        self._app = app
        self._group = group
        self._tell = tell
        self._task: Task | None = None

    @property
    def going(self) -> bool:
        return self._task is not None

    def start(self, title: str, call: Callable[[Task], object], then: Callable[[], object]) -> None:
        """Run ``call`` in a thread; ``then`` follows on the event loop unless it failed or was cancelled."""
        if self._task is not None:
            self._app.say(f"One thing at a time: {self._task.title.lower()} is still at work.", warning=True)
            return
        task = self._task = Task(title, lambda says: self._app.call_later(self._progress, says))
        self._tell(f"{title}…")

        def job() -> None:
            with suppress(CancelledError):
                call(task)

        def over(_: None) -> None:
            self._over()
            if task.cancelled:
                self._app.say(f"{title}: cancelled.")
            else:
                then()

        def failed(error: Exception) -> None:
            self._over()
            self._app.show_error(error)

        self._app.background(job, over, group=self._group, failed=failed)

    def cancel(self) -> None:
        """Cancel the running task."""
        if self._task is not None:
            self._task.cancel()

    def _progress(self, says: str) -> None:
        if self.going:
            self._tell(says)

    def _over(self) -> None:
        self._task = None
        self._tell(None)
