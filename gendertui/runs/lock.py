"""The lock that shows that a worker is alive: held with flock for the worker's lifetime, never unlinked.

The descriptor is not inherited by children, so that nothing but the worker keeps the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from gendertui.errors import ExitCode, GendertuiError
from gendertui.files import LOCKS_UNSUPPORTED
from gendertui.runs.records import STATUS, read_status

LOCK = "lock"
"""The lock's file in a run's folder."""
LAUNCHER_LOCK = "launcher-lock"
"""The file that is locked for as long as something would start the run's processes again."""
# Testing the lock takes a shared lock for an instant; a worker that runs into one retries.
TAKE_SECONDS = 1.0
TAKE_PAUSE = 0.02

_TRY = (
    "import fcntl, os, sys\n"
    "descriptor = os.open(sys.argv[1], os.O_RDWR)\n"
    "try: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    "except BlockingIOError: print('held')\n"
    "else: print('free')\n"
)


class RunLock:
    """An exclusive lock on a file of a run's folder, from :meth:`acquire` to :meth:`release` or the end of the process.

    :param busy: error message if another process holds it; by default the one for the worker's lock.
    """

    def __init__(self, path: Path, busy: str | None = None) -> None:
        self.path = path
        self._busy = busy
        self.holds = False
        """Whether the lock really excludes other processes on this file system, found out by trying."""
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, and test from another process whether it excludes others.

        :raises GendertuiError: another process holds it (code RUN).
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            self.holds = _flock(descriptor, self.path, self._busy) and _keeps_out(self.path)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def lost(self) -> bool:
        """Whether the file that is locked is no longer the one at its path, where others would try to lock it."""
        if self._descriptor is None:
            return True
        held = os.fstat(self._descriptor)
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return (held.st_dev, held.st_ino) != (found.st_dev, found.st_ino)

    def release(self) -> None:
        """Release the lock; the file stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> RunLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _flock(descriptor: int, path: Path, busy: str | None) -> bool:
    """Whether the lock was granted; ``False`` where the file system has no locks.

    :raises GendertuiError: another process holds it.
    """
    deadline = time.monotonic() + TAKE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise GendertuiError(
                    busy or "the run has a worker already",
                    where=str(path.parent),
                    hint=None if busy else f"Follow it: gendertui runs follow {path.parent.name}",
                    code=ExitCode.RUN,
                ) from error
            time.sleep(TAKE_PAUSE)
        except OSError as error:
            if error.errno in LOCKS_UNSUPPORTED:
                return False
            raise
        else:
            return True


def _keeps_out(path: Path) -> bool:
    """Whether another process is refused the lock that this one holds.

    Some network file systems grant every lock, and a single process cannot detect that on all of them.
    """
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _TRY, str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() == "held"


def newest_held(runs: Path) -> Path | None:
    """The newest run (by folder name) with a worker on this machine: one that only waits in the queue if there is no
    other. Opens lock files, and the status of runs with a worker, only."""
    queued = None
    try:
        folders = sorted((entry.path for entry in os.scandir(runs) if entry.is_dir()), reverse=True)
    except FileNotFoundError:
        return None
    for folder in map(Path, folders):
        # In a shared folder, do not follow another user's run; a spoiled one has no worker.
        with contextlib.suppress(OSError):
            if is_held(folder / LOCK):
                if not _waits(folder):
                    return folder
                queued = queued or folder
    return queued


def _waits(folder: Path) -> bool:
    """Whether a run is in the queue."""
    with contextlib.suppress(GendertuiError):
        return read_status(folder / STATUS).state == "queued"
    return False


def is_held(path: Path) -> bool:
    """Whether any process holds the lock of ``path``. Never waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        if error.errno not in LOCKS_UNSUPPORTED:
            raise
        return False
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    return False
