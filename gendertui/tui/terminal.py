"""The terminal while the app has it: whole again however the app ends, and without colours where none are wanted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter, Monochrome

from gendertui.ascii_signs import to_ascii

if TYPE_CHECKING:
    from textual.color import Color

    from gendertui.tui.calling import Calling

SIGNALLED = 128
"""A process that was ended by signal N exits with 128 + N."""
GRACE_SECONDS = 3.0
LOOK_SECONDS = 5.0
# What Textual switches on: synchronised output, bracketed paste, reports of size, mouse and focus, the keyboard
# protocol, the alternate screen; and off: line wrap, the cursor.
_LEAVE = (
    "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)


class Greys(Monochrome):
    """Textual's filter for ``NO_COLOR``, for segments without a style too, which charts are made of."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return super().apply([Segment(text, style or Style.null()) for text, style, _ in segments], background)


class AsciiSigns(LineFilter):
    """Every sign as ASCII, what a corpus holds included."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


class TerminalRun:
    """One run of an app on this process's terminal, see :func:`run`."""

    def __init__(self, make: Callable[[], Calling]) -> None:
        self._make = make
        self._app: Calling | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal: int | None = None
        self._left = False
        self._input = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        self._before = self._modes()

    def run(self) -> int:
        previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
        for number, handler in previous.items():
            # nohup, or a shell's background job: what it ignores stays ignored.
            if handler is not signal.SIG_IGN:
                signal.signal(number, self._signalled)
        try:
            # It may ask the terminal for its colour, with other modes meanwhile.
            self._app = self._make()
            asyncio.run(self._main(self._app))
        except Exception:
            # What a terminal that is gone cannot take any more is no crash.
            if self._signal is None:
                raise
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
            self._restore()
            if self._before is not None and self._modes() is None:
                _drop_output()
        if self._signal is not None:
            return SIGNALLED + self._signal
        assert self._app is not None
        if self._app.crash is not None:
            raise self._app.crash
        return self._app.return_code or 0

    async def _main(self, app: Calling) -> None:
        self._loop = asyncio.get_running_loop()
        watch = self._loop.create_task(self._watch_terminal())
        try:
            await app.run_async()
            self._left = True
        finally:
            watch.cancel()

    async def _watch_terminal(self) -> None:
        """A terminal that has gone without SIGHUP, or with it ignored, ends the app: nobody can see or leave it."""
        while self._before is None or self._modes() is not None:
            await asyncio.sleep(LOOK_SECONDS)
        self._signalled(signal.SIGHUP, None)

    def _signalled(self, number: int, _: FrameType | None) -> None:
        if self._signal is not None:
            # Again: whoever asks does not want to wait.
            self._leave_now()
        self._signal = number
        if self._loop is None:
            # Nothing has been drawn yet.
            raise SystemExit(SIGNALLED + number)
        assert self._app is not None
        self._loop.call_soon_threadsafe(self._app.exit, None, SIGNALLED + number)
        # In case something keeps the event loop, or a thread that is at work keeps the process.
        timer = threading.Timer(GRACE_SECONDS, self._leave_now)
        timer.daemon = True
        timer.start()

    def _leave_now(self) -> None:
        # A terminal that takes no more output must not keep the process either.
        writer = threading.Thread(target=self._restore, daemon=True)
        writer.start()
        writer.join(1.0)
        os._exit(SIGNALLED + (self._signal or 0))

    def _modes(self) -> list[Any] | None:
        """The terminal's modes; ``None`` where there is no terminal any more."""
        try:
            return termios.tcgetattr(self._input)
        except termios.error:
            return None

    def _restore(self) -> None:
        """Give the terminal back, unless Textual has done so, or has not taken it yet."""
        modes = self._modes()
        if self._before is None or modes is None:
            return
        # Textual restores the modes first: what it writes after that is written only when its run is over.
        drawn = self._app is not None and self._app._driver is not None and not self._left
        if modes == self._before and not drawn:
            return
        with contextlib.suppress(termios.error, OSError):
            if self._app is not None:
                leave = self._app.notices.leave() + _LEAVE
                os.write(sys.__stderr__.fileno() if sys.__stderr__ is not None else 2, leave.encode())
            termios.tcsetattr(self._input, termios.TCSANOW, self._before)


def _drop_output() -> None:
    """Point output at nothing: the interpreter's last flush has no terminal to go to, and would be the exit code."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)


def can_suspend(app: Calling) -> bool:
    """Whether the app is on a terminal, and something can bring it back from a stop."""
    return app._driver is not None and app._driver.can_suspend and _has_shell()


def _has_shell() -> bool:
    """Whether this process group was started by a shell with job control, which can bring it back from a stop.

    A stopped group without one (a window of tmux, ``ssh HOST gendertui``) would stay so for ever.
    """
    import psutil

    session, group = os.getsid(0), os.getpgrp()
    for parent in psutil.Process().parents():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(parent.pid) != session:
                return False
            if os.getpgid(parent.pid) != group:
                return True
    return False


def suspend(app: Calling) -> None:
    """Give the terminal back, stop this process group as the terminal would by ctrl+z, and go on where that is over.

    In that order: the shell takes the terminal as soon as the first process of the group stands.
    """
    with app.suspend():
        os.killpg(os.getpgrp(), signal.SIGTSTP)


def run(make: Callable[[], Calling]) -> int:
    """Make the app and run it on this terminal until it is left; return the exit code.

    SIGTERM, SIGHUP and SIGINT leave in order, with 128 + N; a second one, or three seconds without effect, at once. In
    any case the terminal's modes are what they were before.

    :raises Exception: what the app crashed with; the terminal is whole by then.
    """
    return TerminalRun(make).run()
