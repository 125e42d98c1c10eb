"""The worker's ear: signals and control.json, listened to between two steps of work and never inside one."""

from __future__ import annotations

import dataclasses
import signal
import time
from types import FrameType
from typing import Literal

from gendertui.runs.control import ControlRequest, read_control
from gendertui.runs.folder import RunFolder, State, Status

PAUSE_LOOK = 0.1

Ask = Literal["pause", "stop"]


class StopRequested(BaseException):
    """The run was asked to stop, and there is nothing more to do; ``why`` goes into its status.

    No ``Exception``: it is raised inside other rooms' progress callbacks and must come through.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ControlListener:
    """What the worker has been asked, and its status as the outside sees it.

    SIGTERM and SIGINT ask for a checkpoint and the end; a second one is obeyed at once. SIGHUP is ignored: the
    worker has no terminal to lose.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._status = run.status()
        self._signal: int | None = None
        self._request: Ask | None = None
        self._seen: tuple[int, int] | None = None

    def listen(self) -> None:
        """Take over the signals."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def begin(self) -> None:
        """The run is this worker's now: say so, forgetting how the last one ended."""
        self._status = self._run.status()
        self.tell(state="preparing", why="")

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._signal = number
        signal.signal(number, signal.SIG_DFL)

    @property
    def signalled(self) -> int | None:
        """The signal that asked for the end, if one did."""
        return self._signal

    @property
    def status(self) -> Status:
        return self._status

    def tell(self, **changes: object) -> None:
        """Change the status and write it down, where anything changed."""
        status = dataclasses.replace(self._status, **changes)  # type: ignore[arg-type]
        if status != self._status:
            self._status = status
            self._run.write_status(status)

    def ask(self) -> Ask | None:
        """What is asked of the worker now: to ``stop``, to ``pause`` (for as long as this says so), or nothing."""
        request = self._new_request()
        if request is not None:
            self._request = None if request.request == "resume" else request.request
            self.tell(control_id=request.id)
        return "stop" if self._signal is not None else self._request

    def wait_while_paused(self, back_to: State) -> bool:
        """Sleep for as long as a pause is asked for; whether work goes on afterwards (else: stop)."""
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
