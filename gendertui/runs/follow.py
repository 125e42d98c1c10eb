"""Read a run's events while they are being written, without disturbing the worker."""

from __future__ import annotations

import hashlib
import os
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.training.events import BATCH_LINE, Event, parse

POLL_SECONDS = 0.25
# Most bytes read per poll, so that attaching to a long run never blocks a screen.
CHUNK_BYTES = 256 * 1024
# The end of what was read is compared with the file, to notice one that was truncated and has grown again. A resumed
# run truncates it to one of its two checkpoints; ten events a second for twice the 300 s between those are some 1.8 MB.
TAIL_BYTES = 2 * 1024 * 1024
# A position is recognised by what stands before it: the lines that a resumed run writes anew have other times.
MARK_BYTES = 64 * 1024
MOST_BATCHES = 32
"""Batch events that a thinning follower parses of one chunk, beside the last before another event: of a long run's past
that is one of thirty, and more than its curves have room for."""


@dataclass(frozen=True)
class Position:
    """How far a run's events were read, for whoever goes on from there: ``offset`` bytes, and a digest of the last of
    them, by which a file that was cut since is noticed."""

    offset: int = 0
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.offset}-{self.digest}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """The position that :meth:`__str__` wrote.

        :raises GendertuiError: it is none (code USAGE).
        """
        offset, _, digest = text.partition("-")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
            raise GendertuiError(
                f"{text!r} is no position in a run's events", hint="Give one that was printed.", code=ExitCode.USAGE
            )
        return cls(int(offset), digest)


START = Position()


class Follower:
    """Events from the first on, one poll at a time; :meth:`poll` never waits.

    A file that was truncated (by a resumed run) is read again from its start: :attr:`generation` goes up, and earlier
    events must be discarded.

    :param thin: leave out batch events where many come at once, see :data:`MOST_BATCHES`.
    :param start: where an earlier follower stopped. If the file is no longer the one that it read,
        :attr:`generation` goes up at once.
    """

    def __init__(self, run: RunFolder, *, thin: bool = False, start: Position = START) -> None:
        self.run = run
        self._thin = thin
        self.generation = 0
        self.behind = False
        """Whether the last poll left lines unread."""
        self.position = start
        """How far it has read."""
        self._offset = start.offset
        self._tail: bytes | None = None
        self._seen: tuple[int, int, int] | None = None

    def poll(self) -> list[Event]:
        """The events since the last poll, at most some 256 KiB of them. An incomplete last line is left for the next
        poll."""
        try:
            stat = self.run.events_file.stat()
        except FileNotFoundError:
            return []
        seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if seen == self._seen and not self.behind:
            return []
        descriptor = os.open(self.run.events_file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            if self._was_cut(descriptor, stat.st_size):
                self._offset, self._tail, self.position = 0, b"", START
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
        self._seen = seen
        if whole:
            self._offset += len(whole)
            self._tail = ((self._tail or b"") + whole)[-TAIL_BYTES:]
            self.position = Position(self._offset, _digest(self._tail))
        lines = [line for line in whole.split(b"\n") if line.strip()]
        parsed = (parse(line.decode("utf-8", "replace")) for line in (thinned(lines) if self._thin else lines))
        return [event for event in parsed if event is not None]

    def _was_cut(self, descriptor: int, size: int) -> bool:
        if size < self._offset:
            return True
        if self._tail is None:
            begin = max(self._offset - TAIL_BYTES, 0)
            self._tail = os.pread(descriptor, self._offset - begin, begin)
            return self._offset > 0 and _digest(self._tail) != self.position.digest
        return os.pread(descriptor, len(self._tail), self._offset - len(self._tail)) != self._tail


def _digest(tail: bytes) -> str:
    return hashlib.blake2b(tail[-MARK_BYTES:], digest_size=8).hexdigest()


def thinned(lines: Sequence[bytes]) -> list[bytes]:
    """The lines of events without most of the batch events, where there are more than :data:`MOST_BATCHES`."""
    batches = [line.startswith(BATCH_LINE) for line in lines]
    every = sum(batches) // MOST_BATCHES + 1
    kept, seen = [], 0
    for line, is_batch, batch_next in zip(lines, batches, [*batches, False][1:], strict=True):
        seen += is_batch
        if not is_batch or not batch_next or seen % every == 0:
            kept.append(line)
    return kept


@dataclass(frozen=True)
class Update:
    """Result of one poll of a run."""

    info: RunInfo
    events: list[Event]
    """Events written since the previous poll; may be empty."""
    restarted: bool = False
    """Whether the events start over from the first, because a resumed run truncated its file."""
    behind: bool = False
    """Whether more was written already than was read: the next update follows at once."""
    position: Position = START
    """Behind the last of the events."""


@dataclass(frozen=True)
class Link:
    """How the link to another machine is, where a run is there.

    One that is ``lost`` is not tried again, and ``hint`` says what to do.
    """

    host: str
    state: Literal["connecting", "live", "broken", "lost"]
    why: str = ""
    hint: str = ""
    since: float = 0.0
    """When it broke, in seconds since 1970."""

    @property
    def word(self) -> str:
        """The state as it is shown."""
        return {"broken": "link down", "lost": "not reached"}.get(self.state, self.state)


def follow(
    run: RunFolder,
    *,
    poll: float = POLL_SECONDS,
    stop: Callable[[], bool] | None = None,
    thin: bool = False,
    start: Position = START,
) -> Iterator[Update]:
    """Poll a run until its worker is gone and everything it wrote is read, or until ``stop()`` returns true.

    The only loop that follows a run. It yields after every poll, even an empty one, so that the caller can act in
    between; it sleeps only when nothing is left to read.

    :param poll: seconds between two polls. :param thin: as of :class:`Follower`. :param start: so, too.
    """
    follower = Follower(run, thin=thin, start=start)
    generation = 0
    while stop is None or not stop():
        # Check the worker first, then read: everything it wrote before it ended is then included.
        info = run.info()
        # The events of a folder that cannot be read may be anything, such as a pipe.
        events = [] if info.state == "unreadable" else follower.poll()
        yield Update(info, events, follower.generation != generation, follower.behind, follower.position)
        generation = follower.generation
        if follower.behind:
            continue
        if not info.active:
            return
        time.sleep(poll)


class Unrepeated:
    """Passes each event on once, leaving out what a resumed run's truncated file repeats."""

    def __init__(self) -> None:
        self._times = array("d")
        self._position = 0

    def __call__(self, update: Update) -> Iterator[Event]:
        """The update's events that were not passed on yet."""
        if update.restarted:
            self._position = 0
        for event in update.events:
            repeated = self._position < len(self._times) and self._times[self._position] == event.time
            if not repeated:
                del self._times[self._position :]
                self._times.append(event.time)
            self._position += 1
            if not repeated:
                yield event
