"""Reading a run's events while they are written. The worker never notices."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gendertui.runs.folder import RunFolder
from gendertui.training.events import Event, parse

# One look reads at most this much, so that attaching to a long run never holds up a screen.
CHUNK_BYTES = 256 * 1024
# What was last read is compared with the file, to notice one that was cut and has grown again. A resumed run cuts it
# back to one of its two checkpoints; ten events a second for twice the 300 s between those are some 1.5 MB.
TAIL_BYTES = 2 * 1024 * 1024


class Follower:
    """Events from the first on, a look at a time; :meth:`poll` never waits.

    A file that was cut (a resumed run) is read again from its start: :attr:`generation` goes up, and what came
    before is to be forgotten.
    """

    def __init__(self, folder: Path | RunFolder) -> None:
        self.run = folder if isinstance(folder, RunFolder) else RunFolder(folder)
        self.generation = 0
        self.behind = False
        """Whether the last look left lines unread."""
        self._offset = 0
        self._tail = b""
        self._seen: tuple[int, int, int] | None = None

    def poll(self) -> list[Event]:
        """The events since the last look, at most some 256 KiB of them. A torn last line waits for its end."""
        try:
            stat = self.run.events_file.stat()
        except FileNotFoundError:
            return []
        seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if seen == self._seen and not self.behind:
            return []
        descriptor = os.open(self.run.events_file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if self._was_cut(descriptor, stat.st_size):
                self._offset, self._tail = 0, b""
                self.generation += 1
            data = os.pread(descriptor, CHUNK_BYTES, self._offset)
            while len(data) >= CHUNK_BYTES and b"\n" not in data:
                more = os.pread(descriptor, CHUNK_BYTES, self._offset + len(data))
                if not more:
                    break
                data += more
        finally:
            os.close(descriptor)
        whole = data[: data.rfind(b"\n") + 1]
        self.behind = len(data) >= CHUNK_BYTES and bool(whole)
        self._offset += len(whole)
        self._tail = (self._tail + whole)[-TAIL_BYTES:]
        self._seen = seen
        parsed = (parse(line.decode("utf-8", "replace")) for line in whole.split(b"\n") if line.strip())
        return [event for event in parsed if event is not None]

    def _was_cut(self, descriptor: int, size: int) -> bool:
        if size < self._offset:
            return True
        return os.pread(descriptor, len(self._tail), self._offset - len(self._tail)) != self._tail


def follow(folder: Path | RunFolder, *, poll: float = 0.2, stop: Callable[[], bool] | None = None) -> Iterator[Event]:
    """The run's events from the first on, as they come, until its worker is gone or ``stop()`` says so.

    :param poll: seconds between two looks.
    """
    follower = Follower(folder)
    while stop is None or not stop():
        # Life first, events after: what a worker wrote before it went is then surely among them.
        going = follower.run.alive() != "dead"
        events = follower.poll()
        yield from events
        while follower.behind:
            yield from follower.poll()
        if not going:
            return
        if not events:
            time.sleep(poll)
