"""Room for a run's last status, taken while there is some: on a full disk it still says why the run ended."""

from __future__ import annotations

import os

from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status

_BYTES = 8192


class Reserve:
    """A file of blanks in the run's folder, which becomes ``status.json``; a worker that dies leaves it to the next."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._path = run.path / ".status.reserve"

    def take(self) -> None:
        """Make the file.

        :raises OSError: there is no room for it.
        """
        self.release()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(b" " * _BYTES)
            stream.flush()
            os.fsync(stream.fileno())

    def write_status(self, status: Status) -> None:
        """Replace ``status.json`` without new room: written over the blanks, and renamed."""
        with self._path.open("r+b") as stream:
            stream.write(self._run.status_bytes(status)[:_BYTES])
            stream.flush()
            os.fsync(stream.fileno())
        self._path.replace(self._run.status_file)

    def release(self) -> None:
        """Remove the file, if it is there."""
        self._path.unlink(missing_ok=True)
