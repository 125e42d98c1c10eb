"""A line of the worker's own in worker.log, where its standard error goes."""

from __future__ import annotations

import contextlib
import sys


def write_line(text: str) -> None:
    """Write a line to worker.log, if there is room."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
