"""Output on a terminal: columns, JSON, and external text without control characters."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

from gendertui.sanitize import escape_control

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_LEAST_LAST, _LEAST_CELLS = 20, 10
"""Cells that the last column of a table is given by the others, and that each of them keeps."""


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


def echo_row(row: str) -> None:
    """Print a row of data: as it is into a pipe or file, without control characters on a terminal; never wrapped."""
    sys.stdout.write(escape_control(row) if sys.stdout.isatty() else row)
    # Apart: what ends in a newline is a sentence, which a terminal gets wrapped.
    sys.stdout.write("\n")


def columns(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    """A table as lines: left-aligned, two spaces apart, the last column as long as it is.

    On a terminal that is too narrow the widest columns are cut in their middle and the last goes on below itself.
    """
    table = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(row[index]) for row in table) for index in range(len(heads))]
    if not sys.stdout.isatty():
        return [_row(row, widths) for row in table]
    import shutil
    import textwrap

    last = _narrow(widths, shutil.get_terminal_size().columns)
    lines = []
    for row in table:
        first, *more = textwrap.wrap(row[-1], last, break_on_hyphens=False) or [""]
        cells = [shortened(cell, width) for cell, width in zip(row, widths[:-1], strict=False)]
        lines += [_row([*cells, first], widths), *(_row([""] * len(cells) + [part], widths) for part in more)]
    return lines


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _narrow(widths: list[int], room: int) -> int:
    """Make the widest of all columns but the last narrower, until the last has room; return its cells."""
    least = min(widths[-1], _LEAST_LAST)

    def left() -> int:
        return room - sum(width + 2 for width in widths[:-1])

    while len(widths) > 1 and left() < least and max(widths[:-1]) > _LEAST_CELLS:
        widths[widths.index(max(widths[:-1]))] -= 1
    widths[-1] = max(min(widths[-1], left()), 1)
    return widths[-1]


def shortened(cell: str, width: int) -> str:
    """Both ends of a cell, since names differ at either."""
    end = (width - 1) // 2
    return cell if len(cell) <= width else f"{cell[: width - 1 - end]}…{cell[len(cell) - end :]}"


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
