"""The order in which runs wait until the device that they want is free.

Which runs wait is seen from themselves: a worker is there, and the state is ``queued``. One file, :data:`FILE` in the
store of runs, says in which order; names in it that do not wait (any more) mean nothing, and a run that is not in it
comes after those that are, the oldest first.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendertui import files, paths, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import lock
from gendertui.runs.folder import START_SECONDS, RunFolder
from gendertui.runs.records import LIMIT_BYTES

FILE = "queue.json"
QUEUED = "queued"
AUTO = "auto"
# Age of a heartbeat from which on its worker is not looked at, where the lock does not show one.
_SILENT_SECONDS = 60.0


@dataclass(frozen=True)
class Entry:
    """A run that has a worker on this machine. ``device`` is the one it computes on, or asks for; ``auto`` where that
    is not known."""

    run: RunFolder
    state: str
    device: str
    created: float

    @property
    def waits(self) -> bool:
        """Whether it is in the queue."""
        return self.state == QUEUED


def device_of(run: RunFolder) -> str:
    """The device that a run computes on, or asks for; ``auto`` where its worker has yet to choose.

    :raises GendertuiError: its ``config.json`` cannot be read (code RUN).
    """
    return _device(run.record())


def _device(record: Mapping[str, Any]) -> str:
    return str(record["resolved"].get("device") or record["config"].get("device") or AUTO)


def waiting() -> list[Entry]:
    """The runs that wait, in their order."""
    return _ordered(_entries())


def in_the_way(device: str, entries: list[Entry]) -> Entry | None:
    """The first of the entries whose device is, or may be, this one."""
    return next((entry for entry in entries if _same(device, entry.device)), None)


def ahead() -> list[Entry]:
    """The runs with a worker on this machine: those at work, the oldest first, then those that wait, in their order.

    A paused one is at work: it keeps its device.
    """
    entries = _entries()
    return [*(entry for entry in entries if not entry.waits), *_ordered(entries)]


def blockers(entries: list[Entry]) -> list[Entry | None]:
    """What each of these runs waits for."""
    known = _entries()
    return [_blocker(entry, known) for entry in entries]


def _blocker(entry: Entry, entries: list[Entry]) -> Entry | None:
    """What a run in the queue waits for: one at work, else one before it in the queue; ``None`` if it is its turn.

    :param entries: all there are.
    """
    before = []
    for other in _ordered(entries):
        if other.run == entry.run:
            break
        before.append(other)
    return in_the_way(entry.device, [*(each for each in entries if not each.waits and each.run != entry.run), *before])


def join(run: RunFolder) -> None:
    """Put a run at the end of the queue, before its worker is started."""
    with files.locked(files.ensure_dir(paths.runs_dir())):
        _write([*(name for name in _read() if name != run.name), run.name])


def leave(run: RunFolder) -> None:
    """Take a run out of the queue."""
    with files.locked(files.ensure_dir(paths.runs_dir())):
        _write([name for name in _read() if name != run.name])


def take_turn(run: RunFolder, begin: Callable[[], None]) -> RunFolder | None:
    """Let a waiting run begin if it is its turn; else return the run that it waits for.

    :param begin: says in the run's status that it waits no more, while no other run can take its turn.
    :raises GendertuiError: its ``config.json`` cannot be read (code RUN).
    """
    with files.locked(files.ensure_dir(paths.runs_dir())):
        record = run.record()
        found = _blocker(Entry(run, QUEUED, _device(record), float(record["created"])), _entries())
        if found is not None:
            return found.run
        begin()
        _write([name for name in _read() if name != run.name])
    return None


def move(run: RunFolder, place: int) -> list[Entry]:
    """Give a waiting run another place in the queue; return all that wait, in their new order.

    :param place: from 1; one beyond the last is the last.
    :raises GendertuiError: the run does not wait (code RUN).
    """
    with files.locked(files.ensure_dir(paths.runs_dir())):
        entries = waiting()
        moved = next((entry for entry in entries if entry.run == run), None)
        if moved is None:
            raise GendertuiError(
                f"the run is not in the queue: {run.info().shown}",
                where=str(run.path),
                hint="Those that are: gendertui runs queue",
                code=ExitCode.RUN,
            )
        entries.remove(moved)
        entries.insert(max(place, 1) - 1, moved)
        names = [entry.run.name for entry in entries]
        # Another may be about to join: it keeps its place.
        _write([*names, *(name for name in _read() if name not in names)])
    return entries


def stamp() -> tuple[int, int] | None:
    """Another one after the order has changed."""
    try:
        found = _file().stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _entries() -> list[Entry]:
    """The runs with a worker on this machine, the oldest first; only lock files and times are looked at of others."""
    entries = []
    for run in _may_be_alive():
        try:
            status, record, beat = run.status(), run.record(), run.heartbeat()
            if run.alive() != "dead" and (beat is None or beat.is_here):
                entries.append(Entry(run, status.state, _device(record), float(record["created"])))
        except (GendertuiError, OSError):
            # It cannot be read, but there is a worker.
            with contextlib.suppress(OSError):
                if lock.is_held(run.lock_file):
                    entries.append(Entry(run, "unreadable", AUTO, 0.0))
    return sorted(entries, key=lambda entry: (entry.created, entry.run.name))


def _may_be_alive() -> Iterator[RunFolder]:
    now = time.time()
    with contextlib.suppress(FileNotFoundError), os.scandir(paths.runs_dir()) as found:
        for entry in found:
            if entry.name.startswith(".") or not entry.is_dir():
                continue
            run = RunFolder(entry.path)
            with contextlib.suppress(OSError):
                if lock.is_held(run.lock_file) or _is_young(run, now):
                    yield run


def _is_young(run: RunFolder, now: float) -> bool:
    """Whether there may be a worker without a lock: one that is just starting, or where the file system has none."""
    try:
        return abs(now - run.heartbeat_file.stat().st_mtime) < _SILENT_SECONDS
    except FileNotFoundError:
        return abs(now - run.status_file.stat().st_mtime) < START_SECONDS


def _ordered(entries: list[Entry]) -> list[Entry]:
    """Those of the entries that wait, in their order."""
    order = {name: place for place, name in enumerate(_read())}
    waiting = [entry for entry in entries if entry.waits]
    return sorted(waiting, key=lambda entry: order.get(entry.run.name, len(order)))


def _same(device: str, other: str) -> bool:
    """Whether two runs want one device, as far as their names say: ``auto`` may be any."""
    names = {"cuda:0" if name == "cuda" else name for name in (device, other)}
    return AUTO in names or len(names) == 1


def _file() -> Path:
    return paths.runs_dir() / FILE


def _read() -> list[str]:
    """The names in the file; a file that cannot be read says nothing, and the next change writes it anew."""
    try:
        names = state_files.read_object(_file(), limit_bytes=LIMIT_BYTES).get("runs")
    except (FileNotFoundError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []


def _write(names: list[str]) -> None:
    """Write the order, without runs that are no more."""
    runs = paths.runs_dir()
    kept = [name for name in dict.fromkeys(names) if os.sep not in name and (runs / name).is_dir()]
    if kept != _read():
        files.write_json(_file(), {"runs": kept})
