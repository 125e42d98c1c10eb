"""The program on a real pseudo-terminal: what it writes, what a person would see of that, and the terminal's modes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import pyte

from gendertui.tui.panes import PANES
from tests import environment

LEFT = {
    "the alternate screen": ("\x1b[?1049h", "\x1b[?1049l"),
    "hidden cursor": ("\x1b[?25l", "\x1b[?25h"),
    "mouse reports": ("\x1b[?1000h", "\x1b[?1000l"),
    "all mouse motion": ("\x1b[?1003h", "\x1b[?1003l"),
    "focus reports": ("\x1b[?1004h", "\x1b[?1004l"),
    "bracketed paste": ("\x1b[?2004h", "\x1b[?2004l"),
    "no line wrap": ("\x1b[?7l", "\x1b[?7h"),
    "keyboard protocol": ("\x1b[>", "\x1b[<u"),
    "the tab's title": ("\x1b[22;0t", "\x1b[23;0t"),
    "progress in the tab": ("\x1b]9;4;1", "\x1b]9;4;0"),
}
"""What the app may switch on → how, and how it is switched off again."""
FUNCTION_KEYS = dict(zip(PANES, ("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~"), strict=False))

_BELOW_HEADER = re.compile(rb"\x1b\[(?!1;)\d+;\d+H")


class Terminal:
    """``gendertui`` with these words, the leader of a session whose terminal this is.

    :param variables: the environment beside that of all tests; ``None`` takes a name away.
    :param ignored: signals that whoever starts it ignores, as ``nohup`` does.
    """

    def __init__(
        self,
        *words: str,
        size: tuple[int, int] = (80, 24),
        variables: dict[str, str | None] | None = None,
        ignored: Sequence[int] = (),
        command: Sequence[str] = (sys.executable, "-m", "gendertui"),
    ) -> None:
        self._controller, self._line = pty.openpty()
        fcntl.ioctl(self._line, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = self.modes()
        self.written = bytearray()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._interpreted = 0
        changed = {**os.environ, **(variables or {})}

        def child() -> None:
            environment.reset_signals()
            for number in ignored:
                signal.signal(number, signal.SIG_IGN)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [*command, *words],
            stdin=self._line,
            stdout=self._line,
            stderr=self._line,
            env={name: value for name, value in changed.items() if value is not None},
            start_new_session=True,
            preexec_fn=child,
        )

    def modes(self) -> list[Any]:
        """The terminal's modes, as the kernel has them."""
        return termios.tcgetattr(self._line)

    def resize(self, columns: int, lines: int) -> None:
        """Another size, as when somebody drags the window: the kernel says SIGWINCH."""
        self._interpret()
        self._screen.resize(lines, columns)
        fcntl.ioctl(self._controller, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._controller, keys.encode())

    def seconds_to_answer(self, keys: str, at_most: float = 2.0) -> float | None:
        """Press and read; how long until something was written below the header's row, which changes by itself.

        ``None`` if nothing was.
        """
        begun, seen = time.perf_counter(), len(self.written)
        self.press(keys)
        while (passed := time.perf_counter() - begun) < at_most:
            if select.select([self._controller], [], [], at_most - passed)[0]:
                arrived = time.perf_counter() - begun
                self.read(0.0)
                if _BELOW_HEADER.search(self.written, seen):
                    return arrived
        return None

    def rows(self) -> list[str]:
        """What is on the screen."""
        self._interpret()
        return list(self._screen.display)

    def shows(self, text: str) -> bool:
        """Whether the text is on a row of the screen, spaces aside."""
        return any(text in " ".join(row.split()) for row in self.rows())

    def until(self, condition: Callable[[], object], what: str, seconds: float = 90.0) -> None:
        """Read until it is so; a test that waits longer than this has failed."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"no {what} within {seconds:.0f} s:\n" + "\n".join(self.rows())
            assert self.read() or self.process.poll() is None, f"ended before {what}:\n" + "\n".join(self.rows())

    def read(self, seconds: float = 0.05) -> bool:
        """Take what has been written; whether there was any."""
        try:
            if not select.select([self._controller], [], [], seconds)[0]:
                return False
            block = os.read(self._controller, 65536)
        except OSError:  # Linux says EIO when the last writer is gone.
            return False
        self.written += block
        return bool(block)

    def _interpret(self) -> None:
        """Draw what was written since the last time; not before somebody looks, since it takes longer than reading."""
        written, self._interpreted = self.written[self._interpreted :], len(self.written)
        # pyte takes the keyboard protocol's sequences for others.
        self._stream.feed(re.sub(rb"\x1b\[[<>=?][0-9;]*u", b"", bytes(written)))

    def until_shows(self, text: str) -> None:
        self.until(lambda: self.shows(text), repr(text))

    def read_for(self, seconds: float) -> int:
        """Take what is written for so long; the number of bytes."""
        before, until = len(self.written), time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self.read(left) and self.process.poll() is not None:
                raise AssertionError("ended:\n" + "\n".join(self.rows()))
        return len(self.written) - before

    def quiet(self, seconds: float = 0.4, *, at_most: int = 0) -> None:
        """Read until hardly anything is written for so long: a busy machine may rest before it is done."""
        while self.process.poll() is None and self.read_for(seconds) > at_most:
            pass

    def wait(self, seconds: float = 60.0) -> int:
        """Read until the process has ended; its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "the process does not end:\n" + "\n".join(self.rows())
            self.read()
        while self.read(0.0):
            pass
        return self.process.returncode

    def rest(self) -> str:
        """What is on the shell's screen once the app has ended."""
        self.wait()
        return " ".join(" ".join(self.rows()).split())

    def hang_up(self) -> None:
        """The other end of the terminal goes away, as a lost SSH link does."""
        os.close(self._controller)
        os.close(self._line)
        self._controller = self._line = -1

    def left_on(self) -> list[str]:
        """What was switched on and not off again."""
        text = self.written.decode("utf-8", "replace")
        return [what for what, (on, off) in LEFT.items() if text.rfind(on) > text.rfind(off)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self._controller, self._line):
            if descriptor >= 0:
                os.close(descriptor)
