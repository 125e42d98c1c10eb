"""The end of a process that has nothing left to do but to take its libraries apart."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn


def exit_immediately(code: int) -> NoReturn:
    """Flush what was printed and end the process: no exit handler runs, no thread is waited for.

    For processes that hold nothing an exit handler would put away. The interpreter's own end takes 20 ms where numpy
    was imported and 2 s where torch was.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
