"""The lock that says a worker lives: held with flock for the worker's whole life, never unlinked.

The descriptor is not inherited by children, so that nothing but the worker keeps the lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gendertui.errors import ExitCode, GendertuiError

LOCK = "lock"
"""The lock's file in a run's folder."""
# A look at the lock takes a shared one for an instant; a worker that meets one tries again.
TAKE_SECONDS = 1.0
TAKE_PAUSE = 0.02

_UNSUPPORTED = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
_TRY = (
    "import fcntl, os, sys\n"
    "descriptor = os.open(sys.argv[1], os.O_RDWR)\n"
    "try: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    "except BlockingIOError: print('held')\n"
    "else: print('free')\n"
)


class RunLock:
    """An exclusive lock on a file of a run's folder, from :meth:`acquire` to :meth:`release` or the process's death.

    :param busy: what is said where another process holds it; without it the lock is the worker's.
    """

    def __init__(self, path: Path, busy: str | None = None) -> None:
        self.path = path
        self._busy = busy
        self.holds = False
        """Whether the file system really keeps others out, found out by trying."""
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, and try from another process whether it keeps others out.

        :raises GendertuiError: another process holds it (code RUN).
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self.holds = _flock(descriptor, self.path, self._busy) and _keeps_out(self.path)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; the file stays."""
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

    :raises GendertuiError: another process keeps it.
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
            if error.errno in _UNSUPPORTED:
                return False
            raise
        else:
            return True


def _keeps_out(path: Path) -> bool:
    """Whether a process of its own is refused the lock that this one holds.

    Some network file systems grant every lock; within one process that could not be seen on all of them.
    """
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _TRY, str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() == "held"


@contextlib.contextmanager
def waited_for(descriptor: int) -> Iterator[None]:
    """Hold an open file's lock, once another process lets go of it; without one where the file system has none."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def newest_held(runs: Path) -> Path | None:
    """The run at work on this machine, the newest of them by its folder's name. Opens the locks and nothing else."""
    try:
        folders = sorted((entry.path for entry in os.scandir(runs) if entry.is_dir()), reverse=True)
    except FileNotFoundError:
        return None
    for folder in map(Path, folders):
        # Another person's run in a shared folder is not this one's to follow.
        with contextlib.suppress(PermissionError):
            if is_held(folder / LOCK):
                return folder
    return None


def is_held(path: Path) -> bool:
    """Whether some process holds the lock of ``path``, seen from here. Never waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        return False
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    return False
