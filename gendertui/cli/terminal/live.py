"""A block of rows at the bottom of a terminal, drawn in place; the lines that stay go above it.

Only what has changed is written, once a second at most, and the cursor is hidden within one write alone: whatever ends
the process, it is not left hidden. What is typed meanwhile is not shown, as it would push the block down.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, TextIO

from gendertui.cli.terminal.wrapped import wrapped
from gendertui.notices.notices import Notices
from gendertui.sanitize import escape_control

Row = Sequence[tuple[str, str]]
"""Pieces of text, each with its style: a name of :data:`STYLES`, or ``""``. What a terminal would obey in them is
shown instead."""
STYLES = {"strong": "1", "quiet": "2", "good": "32", "bad": "31", "working": "36", "waiting": "33"}
MOST_COLUMNS = 78
"""Wider rows would be wrapped where the window is made narrower; the copy above the block would stay."""
DRAW_SECONDS = 1.0
_BEGIN, _END = "\x1b[?2026h\x1b[?25l", "\x1b[?25h\x1b[?2026l"
_LOCAL = 3
"""Where the modes of a terminal have the flag of echoing what is typed."""


def can_draw(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the stream is a terminal that moves its cursor."""
    return stream.isatty() and environment.get("TERM", "") not in ("", "dumb", "unknown")


class LiveBlock:
    """Takes the terminal of ``stream`` while it is entered.

    :param tab: what the terminal's tab says; it is given back whenever the terminal is. :param colours: whether rows
        are styled. :param clock: monotonic seconds.
    """

    def __init__(
        self, stream: TextIO, tab: Notices, *, colours: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._tab = tab
        self._colours = colours
        self._clock = clock
        self._drawn: list[str] = []
        """The rows on the screen; the cursor is at the beginning of the row after them."""
        self._size = os.terminal_size((0, 0))
        self._drawn_at = float("-inf")
        self._lines: list[str] = []
        self._sequences = ""
        self._taken = False
        self._modes: list[Any] | None = None
        """As they were before; ``None`` where they were not changed."""
        self._handlers: dict[int, Any] = {}
        self._received: list[int] = []

    def __enter__(self) -> LiveBlock:
        for number in (signal.SIGTSTP, signal.SIGCONT, signal.SIGHUP, signal.SIGQUIT):
            # What nohup, or a shell without job control, ignores stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._give_back(self._erased() if self._has_foreground() else "")

    @property
    def columns(self) -> int:
        """Of the terminal."""
        return self._terminal_size().columns

    def say(self, line: str) -> None:
        """Print a line above the block, with the next :meth:`draw`."""
        self._lines.append(line)

    def tell(self, sequences: str) -> None:
        """Send the terminal something that is not shown, with the next rows that are drawn."""
        self._sequences += sequences

    def attend(self) -> None:
        """Do what the signals of a shell's job control ask for, between two writes; SIGHUP and SIGQUIT end the
        process."""
        while self._received:
            number = self._received.pop(0)
            if number != signal.SIGCONT:
                self._give_back("")
                self._obey(number)
            elif self._has_foreground():
                # Whatever stopped it, the shell has written below the block since, and has set other modes.
                self._drawn = []
                if self._taken:
                    self._hide_typing()
            else:
                # It was stopped by what cannot be noticed: the modes are the shell's by now.
                self._modes = None
                self._give_back("")

    def draw(self, rows: Callable[[int], Sequence[Row]], *, now: bool = False) -> None:
        """Bring the block up to date; nothing happens before :data:`DRAW_SECONDS` are over, unless ``now``.

        :param rows: the block's, in at most so many columns; those that have no room are left out from the end. What
            it says by :meth:`say` and :meth:`tell` comes with them.
        """
        size = self._terminal_size()
        if not now and size == self._size and self._clock() - self._drawn_at < DRAW_SECONDS:
            return
        self._drawn_at = self._clock()
        columns = min(size.columns - 1, MOST_COLUMNS)
        new = [self._text(row, columns) for row in list(rows(columns))[: max(size.lines - 2, 1)]]
        if not self._has_foreground():
            # The terminal is another one's: as any command in the background, it prints lines.
            self._write(self._said(size.columns))
            self._sequences = ""
            return
        if not self._taken:
            self._take()
        if self._lines or size != self._size or len(new) != len(self._drawn):
            text = self._erased() + self._said(size.columns) + "".join(f"{row}\n" for row in new)
        else:
            text = self._changed(new)
        self._drawn, self._size = new, size
        if text or self._sequences:
            self._write(f"{_BEGIN if text else ''}{text}{self._sequences}{_END if text else ''}")
        self._sequences = ""

    # What is written

    def _erased(self) -> str:
        """Goes up to the block's first row, and takes all below it away.

        In a window that was made narrower the rows may take more than before, never fewer: nothing above is lost.
        """
        text = f"\x1b[{len(self._drawn)}A\r\x1b[J" if self._drawn else ""
        self._drawn = []
        return text

    def _said(self, columns: int) -> str:
        lines, self._lines = self._lines, []
        return "".join(f"{part}\n" for line in lines for part in wrapped(line, columns).split("\n"))

    def _changed(self, new: Sequence[str]) -> str:
        changed = [place for place, (row, old) in enumerate(zip(new, self._drawn, strict=True)) if row != old]
        if not changed:
            return ""
        rows = "".join(f"{new[place]}\x1b[K\n" if place in changed else "\n" for place in range(changed[0], len(new)))
        return f"\x1b[{len(new) - changed[0]}A\r{rows}"

    def _text(self, row: Row, columns: int) -> str:
        text, left = "", columns
        for part, style in row:
            shown = _cut(escape_control(part), left)
            left -= _cells(shown)
            text += f"\x1b[{STYLES[style]}m{shown}\x1b[m" if style and shown and self._colours else shown
        return text

    def _write(self, text: str) -> None:
        # Of a terminal that has gone SIGHUP tells; where that is ignored, nobody looks.
        with contextlib.suppress(OSError):
            self._stream.write(text)
            self._stream.flush()

    # Whose the terminal is

    def _take(self) -> None:
        self._taken = True
        self._hide_typing()
        self._sequences = self._tab.enter() + self._sequences

    def _hide_typing(self) -> None:
        with contextlib.suppress(termios.error):
            modes = termios.tcgetattr(self._stream.fileno())
            self._modes = self._modes or list(modes)
            modes[_LOCAL] &= ~termios.ECHO
            termios.tcsetattr(self._stream.fileno(), termios.TCSANOW, modes)

    def _give_back(self, last: str) -> None:
        """Print what is still to be said, and restore the modes and the tab."""
        restored = self._tab.leave() + _END if self._taken else ""
        self._write(last + self._said(self.columns) + restored)
        if self._modes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._stream.fileno(), termios.TCSANOW, self._modes)
        self._drawn, self._sequences, self._modes, self._taken = [], "", None, False

    def _has_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._stream.fileno()) == os.getpgrp()
        except OSError:
            # It is nobody's terminal, or has gone.
            return True

    def _terminal_size(self) -> os.terminal_size:
        try:
            size = os.get_terminal_size(self._stream.fileno())
        except OSError:
            size = os.terminal_size((0, 0))
        return size if size.columns and size.lines else os.terminal_size((80, 24))

    # Signals

    def _note(self, number: int, _: FrameType | None) -> None:
        self._received.append(number)

    def _obey(self, number: int) -> None:
        """What the signal does where nobody handles it."""
        handler = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, handler)


def _cells(text: str) -> int:
    return sum(map(_width, text))


def _cut(text: str, cells: int) -> str:
    for place, character in enumerate(text):
        cells -= _width(character)
        if cells < 0:
            return text[:place]
    return text


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
