"""Signals and control.json, which the worker checks between two steps of work and never within one."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Literal

from gendertui.runs.control import ControlRequest, read_control
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import State, Status
from gendertui.runs.worker.reserve import Reserve

PAUSE_LOOK = 0.1

Ask = Literal["pause", "stop"]


class StopRequested(BaseException):
    """The run was asked to stop and nothing is left to do; ``why`` goes into its status.

    Not an ``Exception``, since it is raised inside progress callbacks of other packages and must pass through them.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ControlListener:
    """Requests to the worker, and the status it reports.

    SIGTERM and SIGINT request a checkpoint and the end; a second one ends the process at once. SIGHUP is ignored, since
    the worker has no terminal.

    :param insists: whether a second signal is meant; not where a launcher passes on what a scheduler sends to all.
    """

    def __init__(self, run: RunFolder, *, insists: bool = True) -> None:
        self._insists = insists
        self._run = run
        self._status = run.status()
        self._signal: int | None = None
        self._request: Ask | None = None
        self._seen: tuple[int, int] | None = None
        self._check: Callable[[], None] | None = None
        self._reserve = Reserve(run)

    def listen(self) -> None:
        """Install the signal handlers."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def begin(self, check: Callable[[], None] | None = None, *, state: State = "preparing") -> None:
        """Set the status to this worker's, clearing how the last one ended.

        :raises OSError: the disk is full.
        :param check: called before each change from here on; raises if the status is not to be written to any more.
        """
        self._status = self._run.status()
        self._reserve.take()
        self.tell(state=state, why="")
        self._check = check

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._signal = number
        if self._insists:
            signal.signal(number, signal.SIG_DFL)

    @property
    def signalled(self) -> int | None:
        """The signal that requested the end, if any."""
        return self._signal

    @property
    def status(self) -> Status:
        return self._status

    def tell(self, **changes: object) -> None:
        """Change the status and write it if anything changed."""
        status = dataclasses.replace(self._status, **changes)  # type: ignore[arg-type]
        if status != self._status:
            if self._check is not None:
                self._check()
            self._status = status
            if status.over:
                self._reserve.release()
            self._run.write_status(status)

    def tell_failure(self, why: str) -> None:
        """Set the status to failed, even if the disk is full."""
        status = dataclasses.replace(self._status, state="failed", why=why)
        if self._check is not None:
            self._check()
        try:
            self._run.write_status(status)
        except OSError:
            self._reserve.write_status(status)
        else:
            self._reserve.release()

    def ask(self) -> Ask | None:
        """The current request: ``stop``, ``pause`` (for as long as this returns it), or ``None``."""
        request = self._new_request()
        if request is not None:
            self._request = None if request.request == "resume" else request.request
            self.tell(control_id=request.id)
        return "stop" if self._signal is not None else self._request

    def wait_while_paused(self, back_to: State) -> bool:
        """Sleep while a pause is requested; return whether to continue afterwards (otherwise stop)."""
        while self.ask() == "pause":
            self.tell(state="paused", why="asked to pause")
            time.sleep(PAUSE_LOOK)
        if self.ask() == "stop":
            return False
        self.tell(state=back_to, why="")
        return True

    def _new_request(self) -> ControlRequest | None:
        try:
            stat = self._run.control_file.stat()
        except FileNotFoundError:
            return None
        seen = (stat.st_ino, stat.st_mtime_ns)
        if seen == self._seen:
            return None
        self._seen = seen
        control = read_control(self._run)
        return control if control is not None and control.id != self._status.control_id else None
