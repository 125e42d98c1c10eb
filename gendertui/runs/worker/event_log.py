"""Write events.jsonl, the worker's side of what :mod:`gendertui.runs.follow` reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gendertui import disk_space
from gendertui.training.events import Event

_BACKWARD = 64 * 1024


class EventLog:
    """The file, open for appending. Each event is one line, written at once.

    :param check: called before each write; raises if the file is not to be written to any more.
    """

    def __init__(self, path: Path, check: Callable[[], None] | None = None) -> None:
        self._path = path
        self._check = check
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, 0o600)

    def append(self, event: Event) -> None:
        """Write one line."""
        self._may_write()
        data = memoryview(event.to_json().encode("utf-8", "backslashreplace") + b"\n")
        length = os.fstat(self._descriptor).st_size
        try:
            with disk_space.naming(self._path):
                while data:
                    data = data[os.write(self._descriptor, data) :]
        except OSError:
            # No room for all of it: what is written next must not join half a line.
            os.ftruncate(self._descriptor, length)
            raise

    def length(self) -> int:
        """Number of bytes so far, all on disk when this returns, so that a checkpoint can rely on them."""
        self._may_write()
        os.fsync(self._descriptor)
        return os.fstat(self._descriptor).st_size

    def cut(self, length: int) -> None:
        """Truncate to what a checkpoint recorded, and to complete lines: after a power cut the file may be shorter."""
        self._may_write()
        end = min(length, os.fstat(self._descriptor).st_size)
        os.ftruncate(self._descriptor, self._line_end(end))
        os.fsync(self._descriptor)

    def _line_end(self, end: int) -> int:
        """Offset after the last newline before ``end``."""
        while end > 0:
            begin = max(0, end - _BACKWARD)
            newline = os.pread(self._descriptor, end - begin, begin).rfind(b"\n")
            if newline >= 0:
                return begin + newline + 1
            end = begin
        return 0

    def _may_write(self) -> None:
        if self._check is not None:
            self._check()

    def close(self) -> None:
        os.close(self._descriptor)
