"""The end of a worker's log, as untrusted text."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from gendertui import state_files

TAIL_BYTES = 256 * 1024
"""So much of the end of a log is read."""
LINE_LETTERS = 2_000
"""A longer line is cut."""

# Colours and the like that libraries write where they take a file for a terminal (ECMA-48: CSI and OSC sequences).
_STYLING = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


@dataclass(frozen=True)
class LogTail:
    """The last lines of a log."""

    lines: tuple[str, ...] = ()
    """Without styling; other control characters are as they were."""
    omitted_bytes: int = 0
    """How much stands before them."""


def read_tail(path: Path) -> LogTail:
    """The last lines of a log; none where there is no log yet.

    :raises ValueError: it is no regular file, or cannot be read.
    """
    try:
        descriptor = state_files.open_regular(path)
    except FileNotFoundError:
        return LogTail()
    with os.fdopen(descriptor, "rb") as stream:
        size = os.fstat(descriptor).st_size
        omitted = max(size - TAIL_BYTES, 0)
        stream.seek(omitted)
        data = stream.read(TAIL_BYTES)
    if omitted:
        # The first line has lost its beginning.
        head, _, rest = data.partition(b"\n")
        omitted, data = omitted + len(head) + 1, rest
    text = _STYLING.sub("", data.decode("utf-8", "replace"))
    # A progress bar goes back to the start of its line: what it said last is what a terminal would show.
    lines = text.removesuffix("\n").split("\n") if text else []
    return LogTail(tuple(line.rstrip("\r").rpartition("\r")[2][:LINE_LETTERS] for line in lines), omitted)
