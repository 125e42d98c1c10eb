"""The side of the run: prints what another machine draws from, until the run is over or nobody reads any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import gendertui
from gendertui.machine_load import Load, Sampler
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.follow import POLL_SECONDS, START, Position, follow
from gendertui.runs.listing import RunList, RunRow
from gendertui.runs.remote.protocol import (
    KEEP_ALIVE_SECONDS,
    STREAM,
    Alive,
    End,
    Hello,
    Line,
    LoadLine,
    RowsLine,
    RunLine,
    encode,
)
from gendertui.runs.worker_load import sample

SAMPLE_SECONDS = 2.0
"""How often a sample of the machine is taken."""
LOOK_SECONDS = 2.0
"""How often the list of runs is read anew."""


class _Printer:
    """Prints lines, and one that says nothing where there was none for a while."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self(Hello(STREAM, gendertui.__version__))

    def __call__(self, line: Line) -> None:
        self._write(encode(line))
        self._last = time.monotonic()

    def keep_alive(self, pause: float) -> None:
        """:param pause: seconds after which it is called again, at the earliest."""
        if time.monotonic() - self._last + pause >= KEEP_ALIVE_SECONDS:
            self(Alive())


class _Samples:
    """Samples of this machine while it is entered, taken aside: a driver may take its time, and the link must live."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._newest: Load | None = None
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._take, name="samples", daemon=True)

    def __enter__(self) -> _Samples:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()

    def _take(self) -> None:
        sampler = Sampler()
        while not self._left.is_set():
            self._newest = sample(self._run, sampler)
            self._left.wait(SAMPLE_SECONDS)

    def newest(self) -> Load | None:
        """The one that was taken since the last time, if one was."""
        newest, self._newest = self._newest, None
        return newest


def serve_run(run: RunFolder, write: Callable[[str], object], *, start: Position = START) -> None:
    """Print what a run does until it is over.

    :param write: gets each line. :param start: where the reader goes on.
    """
    put = _Printer(write)
    known: RunInfo | None = None
    with _Samples(run) as samples:
        for update in follow(run, thin=True, start=start):
            if update.events or update.restarted or update.behind or update.info != known:
                put(
                    RunLine(
                        position=str(update.position),
                        run=None if update.info == known else update.info,
                        events=[event.to_object() for event in update.events],
                        restarted=update.restarted,
                        behind=update.behind,
                    )
                )
            known = update.info
            if known.active and not update.behind and (load := samples.newest()) is not None:
                put(LoadLine(load))
            put.keep_alive(POLL_SECONDS)
    put(End())


def serve_list(write: Callable[[str], object], *, stop: Callable[[], bool] = lambda: False) -> None:
    """Print all runs, and then what changes in them, until ``stop()``."""
    put = _Printer(write)
    runs = RunList()
    known: dict[Path, RunRow] | None = None
    while not stop():
        rows = {row.info.folder: row for row in runs.rows()}
        before = known or {}
        changed = [row for folder, row in rows.items() if before.get(folder) != row]
        gone = [str(folder) for folder in before if folder not in rows]
        if changed or gone or known is None:
            put(RowsLine(changed, gone))
        else:
            put.keep_alive(LOOK_SECONDS)
        known = rows
        time.sleep(LOOK_SECONDS)
