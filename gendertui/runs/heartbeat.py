"""The worker's heartbeat, and reading it from another host.

A counter in ``heartbeat.json`` goes up every interval. Clocks of two machines are never compared: an observer watches
the counter with its own monotonic clock.
"""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gendertui import machine, state_files
from gendertui.processes import boot_id

INTERVAL = 2.0
MISSED_BEATS = 4
_LONGEST_INTERVAL = 60.0
_LIMIT_BYTES = 2**16

Alive = Literal["alive", "dead", "unknown"]


@dataclass(frozen=True)
class Beat:
    """What ``heartbeat.json`` holds. ``interval`` is in seconds; ``beat`` only ever goes up.

    ``lock_holds`` says whether the worker verified that its lock excludes other processes. ``generation`` counts the
    run's workers and ``token`` tells two of one generation apart, so that a worker that stood still sees that another
    has taken its place. ``signal`` is the one that asked it to end, if one did; ``group`` and ``oom_kills`` are its
    control group's folder and how many processes of it the kernel had killed for memory when the worker started;
    ``launcher`` is the process that would start it again if it was killed, 0 if there is none.
    """

    host: str
    boot_id: str
    pid: int
    beat: int
    interval: float
    lock_holds: bool = True
    generation: int = 0
    token: str = ""
    signal: str = ""
    group: str = ""
    oom_kills: int = 0
    launcher: int = 0

    @property
    def is_here(self) -> bool:
        """Whether it was written on this host (a container shares its host's boot id but has its own name)."""
        return self.host == socket.gethostname() or self.boot_id == boot_id() != ""

    @property
    def is_this_boot(self) -> bool:
        """Whether ``pid``, if alive, still is the process that wrote it."""
        return self.boot_id == boot_id() and self.host == socket.gethostname()


def read_beat(path: Path) -> Beat | None:
    """The last heartbeat; ``None`` if there is none yet or it cannot be read (as after a power cut)."""
    try:
        return state_files.typed(state_files.read_object(path, limit_bytes=_LIMIT_BYTES), Beat)
    except (FileNotFoundError, ValueError):
        return None


class Heartbeat:
    """A thread that beats from :meth:`start` to :meth:`stop`. The counter continues from the previous worker's.

    :param launcher: this process's parent, if that would start it again.
    """

    def __init__(self, path: Path, *, lock_holds: bool, interval: float = INTERVAL, launcher: int = 0) -> None:
        before = read_beat(path)
        group, oom_kills = machine.oom_kills() or ("", 0)
        self._path = path
        self._beat = Beat(
            host=socket.gethostname(),
            boot_id=boot_id(),
            pid=os.getpid(),
            beat=before.beat if before else 0,
            interval=interval,
            lock_holds=lock_holds,
            generation=before.generation + 1 if before else 1,
            token=uuid.uuid4().hex,
            group=group,
            oom_kills=oom_kills,
            launcher=launcher,
        )
        self._before_beat: Callable[[], None] = _nothing
        # A byte wakes the thread: a signal's number, or 0 to end it.
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._hears = False
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self, before_beat: Callable[[], None] | None = None) -> None:
        """Beat once now, then every interval.

        :param before_beat: called in the thread before each further beat; may end the process.
        """
        self._before_beat = before_beat or _nothing
        self._write()
        self._thread.start()

    def hear_signals(self) -> None:
        """Write down SIGTERM and SIGINT at once, whatever the main thread, which calls this, does.

        A worker that is killed before it could end by itself is then known to have been asked to.
        """
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._hears = True

    def stop(self) -> None:
        """End the thread; to be called by the thread that called :meth:`hear_signals`."""
        if self._hears:
            signal.set_wakeup_fd(-1)
        if self._thread.is_alive():
            os.write(self._wake, bytes(1))
            self._thread.join()
        os.close(self._woken)
        os.close(self._wake)

    def successor(self) -> Beat | None:
        """The heartbeat of a worker that has taken this one's place; ``None`` while there is none.

        A heartbeat of an earlier worker is none: one that stood still may have written over this worker's.
        """
        found = read_beat(self._path)
        mine = (self._beat.generation, self._beat.token)
        return found if found is not None and (found.generation, found.token) > mine else None

    def _run(self) -> None:
        complained = False
        while (signals := self._sleep()) is not None:
            for number in signals:
                self._note(number)
            self._before_beat()
            try:
                self._write()
                complained = False
            except OSError:
                # A full disk may be emptied again, so the run must not look dead for good. Logged once, in worker.log.
                if not complained:
                    traceback.print_exc(file=sys.stderr)
                complained = True

    def _sleep(self) -> bytes | None:
        """Wait for the next beat or signals; return their numbers, or ``None`` at the end."""
        ready, _, _ = select.select([self._woken], [], [], self._beat.interval)
        received = os.read(self._woken, 512) if ready else b""
        return None if 0 in received else received

    def _note(self, number: int) -> None:
        if number not in (signal.SIGTERM, signal.SIGINT):
            return
        if self._beat.signal and not self._beat.launcher:
            # The second one, and the main thread has not come to handle the first: it computes, for minutes perhaps.
            os._exit(128 + number)
        self._beat = dataclasses.replace(self._beat, signal=signal.Signals(number).name)

    def _write(self) -> None:
        """Replaced atomically but not fsynced: after a power cut no heartbeat is valid anyway."""
        # Another process may have a dead launcher's number.
        launcher = self._beat.launcher if os.getppid() == self._beat.launcher else 0
        self._beat = dataclasses.replace(self._beat, beat=self._beat.beat + 1, launcher=launcher)
        aside = self._path.with_name(f".{self._path.name}.part")
        # A file of its own, or a link left there would be written through.
        aside.unlink(missing_ok=True)
        try:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(dataclasses.asdict(self._beat), stream)
            aside.replace(self._path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise


def _nothing() -> None:
    """Nothing is to be done before a beat."""


def seen_beating(path: Path) -> bool:
    """Watch a heartbeat for the longest time a live worker may be silent; return whether it changed."""
    observer = Observer()
    while observer.observe(beat := read_beat(path)) != "alive":
        if beat is None or observer.still_for() > MISSED_BEATS * beat.interval:
            return False
        time.sleep(min(0.2, beat.interval / 4))
    return True


class Observer:
    """Watches a counter written on another host: ``unknown`` until a change is seen."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: int | None = None
        self._since = 0.0
        self._changed_at: float | None = None

    def observe(self, beat: Beat | None) -> Alive:
        """The worker's state judged by the heartbeats seen so far."""
        now = self._clock()
        if beat is None:
            return "unknown"
        if self._last is None:
            self._last, self._since = beat.beat, now
        elif beat.beat != self._last:
            self._last, self._since, self._changed_at = beat.beat, now, now
        if self._changed_at is None:
            return "unknown"
        return "alive" if now - self._changed_at <= MISSED_BEATS * beat.interval else "dead"

    def still_for(self) -> float:
        """Seconds for which the counter has not changed under observation."""
        return 0.0 if self._last is None else self._clock() - self._since
