"""Output on a terminal: columns, JSON, and external text without control characters."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def echo(text: str, *, err: bool = False) -> None:
    """Print a line: without an import, and, unlike click's, without a flush of each line."""
    if err:
        # Where both go to one file they stand in the order in which they were said.
        sys.stdout.flush()
    (sys.stderr if err else sys.stdout).write(text + "\n")


def json_text(value: Any) -> str:
    """``value`` as JSON on one line, readable, and without terminal control characters."""
    plain = (sys.stdout.encoding or "ascii").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=plain, allow_nan=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def columns(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    """A table as lines: left-aligned, two spaces apart, the last column as long as it is."""
    table = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(row[index]) for row in table) for index in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def bar(share: float, cells: int) -> str:
    """A share as so much of ``cells``, in a sign that the output's encoding has."""
    try:
        sign = "█"
        sign.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        sign = "#"
    return sign * round(cells * share)


class ProgressLine:
    """Progress on stderr: one line rewritten in place on a terminal, nothing in between elsewhere.

    ``say`` prints a permanent line; ``show`` replaces the transient one, at most ten times a second.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.live = not quiet and sys.stderr.isatty()
        self._width = 0
        self._last = 0.0

    def show(self, text: str, *, now: bool = False) -> None:
        """Replace the transient line; ``now`` skips the rate limit."""
        if not self.live or (not now and time.monotonic() - self._last < 0.1):
            return
        import shutil

        self._last = time.monotonic()
        text = text[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + text + " " * (self._width - len(text)))
        sys.stderr.flush()
        self._width = len(text)

    def clear(self) -> None:
        """Erase the transient line."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

    def say(self, text: str) -> None:
        """Print a permanent line, unless quiet."""
        if self.quiet:
            return
        self.clear()
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
