"""Whether the terminal is dark or light, asked of itself (OSC 11), for the setting ``theme`` at ``auto``.

The question is followed by one that every terminal answers (DA1), so that one that does not know the first costs no
wait. What was typed meanwhile is the app's; an answer that comes later, over a slow line, is taken out of the input
and still counts.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
LIMIT_SECONDS = 0.1
"""So long the first paint waits for the answer."""
LATE_SECONDS = 5.0
_LOOK_SECONDS = 0.1
_COLOUR = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]*(?:\x07|\x1b\\)"
)
_LAST = re.compile(rb"\x1b\[\?[0-9;]*c")
# The beginning of either, up to what has come.
_BEGUN = re.compile(rb"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?|\[(?:\?[0-9;]{0,64})?)?\Z")
# COLORFGBG's colours that are light: white and the bright ones, without black's.
_LIGHT_COLOURS = frozenset({"7", *map(str, range(9, 16))})


def by_environment(environment: Mapping[str, str]) -> bool | None:
    """Whether the terminal is dark by ``COLORFGBG``, as rxvt and Konsole set it; ``None`` if it does not say."""
    colour = environment.get("COLORFGBG", "").rpartition(";")[2]
    return colour not in _LIGHT_COLOURS if colour.isdecimal() else None


class Question:
    """The question, and what comes back: ``dark`` is the answer, ``None`` while there is none."""

    def __init__(self) -> None:
        self.dark: bool | None = None
        self.typed = b""
        """What came that was no answer; who takes it empties it."""
        self.over = False
        self._left = b""
        self._modes: list[Any] | None = None

    def ask(self, source: int, target: int, *, limit_seconds: float = LIMIT_SECONDS) -> None:
        """Ask on the descriptor ``target``, and wait for the answer on ``source``, a terminal, for so long.

        Where it has not come by then the terminal does not show what is typed until :meth:`let_go`.
        """
        self._modes = termios.tcgetattr(source)
        silent = termios.tcgetattr(source)
        silent[3] &= ~(termios.ECHO | termios.ICANON)
        silent[6][termios.VMIN] = 1
        termios.tcsetattr(source, termios.TCSANOW, silent)
        try:
            os.write(target, QUESTION)
            self._read_until(source, time.monotonic() + limit_seconds)
        finally:
            if self.over:
                self.let_go(source)

    def let_go(self, source: int) -> None:
        """Give the terminal the modes it had."""
        if self._modes is not None:
            termios.tcsetattr(source, termios.TCSANOW, self._modes)
            self._modes = None

    def rest(self, source: int, stop: Callable[[], bool]) -> Iterator[bytes]:
        """What was typed, from the first on, until the answer has come or is not to be expected any more."""
        end = time.monotonic() + LATE_SECONDS
        while not (self.over or stop()) and time.monotonic() < end:
            yield self._take()
            self._read_until(source, min(end, time.monotonic() + _LOOK_SECONDS))
        self.over = True
        self.feed(b"")
        yield self._take()

    def _take(self) -> bytes:
        typed, self.typed = self.typed, b""
        return typed

    def _read_until(self, source: int, end: float) -> None:
        while not self.over and select.select([source], [], [], max(end - time.monotonic(), 0.0))[0]:
            block = os.read(source, 4096)
            if not block:
                return
            self.feed(block)

    def feed(self, block: bytes) -> None:
        """Take in what the terminal sent: the answers out of it, and the beginning of one until the rest is there."""
        came = self._left + block
        self._left = b""
        if (colour := _COLOUR.search(came)) is not None:
            self.dark = _is_dark(*colour.groups())
            came = came[: colour.start()] + came[colour.end() :]
        if (last := _LAST.search(came)) is not None:
            self.over = True
            came = came[: last.start()] + came[last.end() :]
        if not self.over and (begun := _BEGUN.search(came)) is not None:
            came, self._left = came[: begun.start()], came[begun.start() :]
        self.typed += came


def ask() -> Question | None:
    """Ask this process's terminal; ``None`` where there is none."""
    if sys.__stdin__ is None or sys.__stderr__ is None or not (sys.__stdin__.isatty() and sys.__stderr__.isatty()):
        return None
    question = Question()
    # The app draws on standard error, too.
    question.ask(sys.__stdin__.fileno(), sys.__stderr__.fileno())
    return question


def _is_dark(*parts: bytes) -> bool:
    """By the brightness that the eye sees of red, green and blue, each of one to four hexadecimal digits."""
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in parts)
    return bool(0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5)
