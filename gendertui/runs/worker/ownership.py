"""Whether a run still is its worker's, so that a worker that has lost it ends and writes nothing more.

A folder can be removed or moved away while its worker runs; a worker that stood still (SIGSTOP, a hung network file
system) can lose its run to another where locks do not hold.
"""

from __future__ import annotations

import errno
import os
import sys

from gendertui.errors import ExitCode
from gendertui.runs.folder import RunFolder
from gendertui.runs.heartbeat import Heartbeat
from gendertui.runs.lock import RunLock

# Other errors, of a network file system that does not answer, say nothing about the run.
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})


class RunLostError(BaseException):
    """The run is another's or no more; nothing may be written into its folder from here on.

    Not an ``Exception``, since it is raised inside progress callbacks of other packages and must pass through them.
    """


class Ownership:
    """What shows whose a run is: its folder, its lock's file and its heartbeat, as the worker found or made them."""

    def __init__(self, run: RunFolder, lock: RunLock, heartbeat: Heartbeat) -> None:
        self._run = run
        self._lock = lock
        self._heartbeat = heartbeat
        stat = run.path.stat()
        self._folder = stat.st_dev, stat.st_ino

    def why_lost(self) -> str | None:
        """Why the run is this worker's no more; ``None`` while it is."""
        if self._folder_is_gone():
            return "the run's folder is gone"
        if self._lock.lost():
            return "the run's lock is gone"
        successor = self._heartbeat.successor()
        return None if successor is None else f"another worker has taken the run over, on {successor.host}"

    def _folder_is_gone(self) -> bool:
        try:
            stat = self._run.path.stat()
        except OSError as error:
            return error.errno in _GONE
        return (stat.st_dev, stat.st_ino) != self._folder

    def check(self) -> None:
        """To be called before the folder is written to.

        :raises RunLostError: the run is this worker's no more.
        """
        if why := self.why_lost():
            raise RunLostError(why)

    def end_if_lost(self) -> None:
        """End the process, whatever its other threads are doing, if the run is this worker's no more.

        Nothing is left half done by that: all that a worker writes is written aside and renamed.
        """
        if why := self.why_lost():
            sys.stderr.write(f"{self._run.path}: {why}; the worker ends\n")
            sys.stderr.flush()
            os._exit(ExitCode.RUN)
