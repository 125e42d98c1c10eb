"""Which processes work on a sweep: each has a lock and a heartbeat in the sweep's folder, as a run's worker has."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gendertui import files, processes
from gendertui.runs import lock
from gendertui.runs.heartbeat import MISSED_BEATS, Heartbeat, Observer, read_beat, seen_beating

_BEAT, _LOCK = ".json", ".lock"


@contextmanager
def present(folder: Path) -> Iterator[str]:
    """Show that this process is at work, as long as it is entered; gives the name that it is known by.

    :param folder: the sweep's, for workers.
    """
    files.ensure_dir(folder)
    _clear_gone(folder)
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}".replace("/", "-")
    beat_file, lock_file = folder / f"{name}{_BEAT}", folder / f"{name}{_LOCK}"
    with lock.RunLock(lock_file) as held:
        heartbeat = Heartbeat(beat_file, lock_holds=held.holds)
        heartbeat.start()
        try:
            yield name
        finally:
            heartbeat.stop()
            for file in (beat_file, lock_file):
                file.unlink(missing_ok=True)


class Workers:
    """The workers of a sweep as one process sees them. Those of another machine take several looks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._observers: dict[str, Observer] = {}

    def gone(self, name: str) -> bool:
        """Whether a worker certainly is no more: it let go of its lock, or its heartbeat has not changed for long."""
        if lock.is_held(self._folder / f"{name}{_LOCK}"):
            return False
        beat = read_beat(self._folder / f"{name}{_BEAT}")
        if beat is None or (beat.is_here and beat.lock_holds):
            return True
        if beat.is_this_boot and not processes.exists(beat.pid):
            return True
        observer = self._observers.setdefault(name, Observer())
        state = observer.observe(beat)
        return state == "dead" or (state == "unknown" and observer.still_for() > MISSED_BEATS * beat.interval)

    def names(self) -> list[str]:
        """Those that are not known to be gone."""
        try:
            found = sorted(entry.name for entry in os.scandir(self._folder) if entry.name.endswith(_BEAT))
        except FileNotFoundError:
            return []
        names = [name.removesuffix(_BEAT) for name in found if not name.startswith(".")]
        return [name for name in names if not self.gone(name)]

    def certain_names(self) -> list[str]:
        """Those that are at work. Blocks where one is on another machine, until a beat is seen or has been missed."""
        return [
            name
            for name in self.names()
            if lock.is_held(self._folder / f"{name}{_LOCK}") or seen_beating(self._folder / f"{name}{_BEAT}")
        ]


def _clear_gone(folder: Path) -> None:
    """Take away what workers of this machine left that were killed."""
    workers = Workers(folder)
    for beat_file in folder.glob(f"*{_BEAT}"):
        name = beat_file.name.removesuffix(_BEAT)
        if workers.gone(name):
            for file in (beat_file, folder / f"{name}{_LOCK}"):
                file.unlink(missing_ok=True)
