"""Something that goes wrong at the Nth thing a process does to the files of a folder.

The operations are numbered in the order they come: making and opening files for writing, writing, syncing, truncating,
renaming, removing. What comes by the clock (the heartbeat, batch events, a stage's progress) is not numbered, so that
the Nth is the same in each run.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gendertui import files

Kind = Literal["none", "kill", "torn", "full", "error", "signals"]

_CHANGING = {"rename": 1, "replace": 1, "fsync": 0, "mkdir": 0, "unlink": 0, "remove": 0, "rmdir": 0, "ftruncate": 0}
"""Functions of ``os`` by the position of the argument that says which file they change."""
_ERRORS = {"full": errno.ENOSPC, "error": errno.EIO}


@dataclass(frozen=True)
class Fault:
    """What happens instead of operation ``at``, counted from one.

    ``kill``: SIGKILL before it; ``torn``: half of a write is done, then SIGKILL; ``full``, ``error``: it fails so,
    once; ``signals``: the process gets ``signals``; ``none``: nothing. ``record`` is a file that gets a line for each
    operation.
    """

    at: int = 0
    kind: Kind = "none"
    record: str = ""
    signals: tuple[int, ...] = ()


def install(fault: Fault, folder: Path) -> None:
    """Number this process's operations on files under ``folder``, and let the fault happen."""
    _Counter(fault, folder.resolve()).install()


class _Counter:
    def __init__(self, fault: Fault, folder: Path) -> None:
        self._fault = fault
        self._folder = folder
        self._count = 0
        self._stage = b""
        self._record = os.open(fault.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if fault.record else None
        self._write = os.write

    def install(self) -> None:
        for name, position in _CHANGING.items():
            self._wrap(name, position)
        self._wrap("open", 0, lambda _, flags, *rest: bool(flags & (os.O_CREAT | os.O_TRUNC)))
        opened = io.open

        def open_counted(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if set(mode) & set("wxa") and not isinstance(file, int):
                self._reach("open", file)
            return opened(file, mode, *rest, **named)

        io.open = builtins.open = open_counted
        os.write = self._counted_write
        exchange = files.exchange

        def exchange_counted(aside: Path, folder: Path) -> bool:
            self._reach("exchange", folder)
            return exchange(aside, folder)

        files.exchange = exchange_counted

    def _wrap(self, name: str, position: int, counts: Callable[..., bool] = lambda *_: True) -> None:
        real = getattr(os, name)

        def counted(*given: Any, **named: Any) -> Any:
            if counts(*given) and named.get("dir_fd") is None:
                self._reach(name, given[position])
            return real(*given, **named)

        setattr(os, name, counted)

    def _counted_write(self, descriptor: int, data: Any) -> int:
        content = bytes(data)
        if not self._by_the_clock(content):
            self._reach("write", descriptor, lambda: self._write(descriptor, content[: len(content) // 2]))
        return self._write(descriptor, data)

    def _by_the_clock(self, content: bytes) -> bool:
        if b'"type": "stage"' not in content:
            return b'"type": "batch"' in content
        stage, self._stage = self._stage, content.partition(b'"name": ')[2].partition(b",")[0]
        return stage == self._stage

    def _reach(self, what: str, target: Any, tear: Callable[[], object] = lambda: None) -> None:
        """Count an operation and, if it is the one, let the fault happen."""
        path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else Path(os.fsdecode(target))
        path = path.parent.resolve() / path.name
        if threading.current_thread().name == "heartbeat" or not path.is_relative_to(self._folder):
            return
        self._count += 1
        if self._record is not None:
            self._write(self._record, f"{what} {path.relative_to(self._folder)}\n".encode())
        if self._count != self._fault.at:
            return
        if self._fault.kind == "torn":
            tear()
        if self._fault.kind in ("kill", "torn"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._fault.kind == "signals":
            for number in self._fault.signals:
                os.kill(os.getpid(), number)
        if self._fault.kind in _ERRORS:
            number = _ERRORS[self._fault.kind]
            raise OSError(number, os.strerror(number), str(path))
