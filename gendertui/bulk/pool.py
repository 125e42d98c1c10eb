"""Processes that score parts, each at one; one that dies is started again, and its part tried once more."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendertui import blas
from gendertui.bulk import worker
from gendertui.bulk.folder import Done
from gendertui.bulk.plan import Part, Stamp
from gendertui.bulk.request import Request
from gendertui.errors import ExitCode, GendertuiError

_LOOK_SECONDS = 0.2
_TRIES = 2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_THREADS = (blas.THREADS, "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""A process computes on one core: with more threads it would disturb the others, and sums would depend on how many."""


class _Process:
    """One process. It is a pool of its own, so that it is known at which part it died."""

    def __init__(self, request: Request, out: Path, stamps: Sequence[Stamp], stop: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._scored = context.RawValue("q", 0)
        begun = (request, out, stamps, stop, self._scored)
        self._pool = ProcessPoolExecutor(1, context, worker.begin, begun)

    @property
    def scored(self) -> int:
        """Rows of the part that it is at."""
        return int(self._scored.value)

    def submit(self, part: Part) -> Future[Done]:
        # The process is started here, and inherits what is blocked: a signal that a terminal or a scheduler sends to
        # all processes is answered by this one, which tells the others to stop.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            return self._pool.submit(worker.score, part)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def end(self) -> None:
        """Wait for its end: it has been told to stop, or has nothing to do."""
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Failure:
    """A part that could not be scored, and why."""

    part: Part
    error: GendertuiError


class Pool:
    """Scores parts.

    :param stamps: of the files of the input, see :class:`gendertui.bulk.worker.Worker`.
    :param workers: the most processes.
    """

    def __init__(self, request: Request, out: Path, stamps: Sequence[Stamp], workers: int) -> None:
        self._stop = multiprocessing.get_context("spawn").RawValue("b", 0)
        self._begun = request, out, stamps, self._stop
        self._workers = workers
        self._idle: list[_Process] = []
        self._busy: dict[Future[Done], tuple[_Process, Part]] = {}
        self._deaths: Counter[int] = Counter()
        self._rows = 0
        self.failures: list[Failure] = []
        """Parts that could not be scored, while others could."""

    def run(self, parts: Iterable[Part], progress: Callable[[int], None]) -> None:
        """Score parts, in whatever order they end.

        An exception, Ctrl-C's too, ends the processes: what they were at is not written.

        :param progress: called with the rows that are scored, some times a second.
        :raises GendertuiError: no part can be scored: the model cannot answer, or its device is not there.
        :raises OSError: the output cannot be written.
        """
        waiting = deque(parts)
        with _single_threaded():
            try:
                self._idle = [_Process(*self._begun) for _ in range(min(self._workers, len(waiting)))]
                while waiting or self._busy:
                    while waiting and self._idle:
                        process, part = self._idle.pop(), waiting.popleft()
                        self._busy[process.submit(part)] = process, part
                    ended, _ = wait(self._busy, _LOOK_SECONDS, FIRST_COMPLETED)
                    for future in ended:
                        waiting.extendleft(self._take(future))
                    progress(self._rows + sum(process.scored for process, _ in self._busy.values()))
            finally:
                self._stop.value = 1
                for process in (*self._idle, *(process for process, _ in self._busy.values())):
                    process.end()

    def _take(self, future: Future[Done]) -> list[Part]:
        """Note how a part ended; return it if it is to be tried again."""
        process, part = self._busy.pop(future)
        try:
            future.result()
        except BrokenProcessPool:
            process.end()
            self._idle.append(_Process(*self._begun))
            self._deaths[part.number] += 1
            if self._deaths[part.number] < _TRIES:
                return [part]
            self.failures.append(Failure(part, _died(part)))
        except GendertuiError as error:
            self._idle.append(process)
            if error.code != ExitCode.DATA:
                raise
            self.failures.append(Failure(part, error))
        except BaseException:
            self._idle.append(process)
            raise
        else:
            self._idle.append(process)
            self._rows += part.rows
        return []


@contextmanager
def _single_threaded() -> Iterator[None]:
    """While it is entered, processes that are started compute with one thread."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _died(part: Part) -> GendertuiError:
    return GendertuiError(
        f"the process that scored {part.name} was killed or crashed, twice",
        hint="If memory was short, fewer --workers or a smaller --part-size need less. The same command again scores "
        "what is missing.",
        code=ExitCode.RUN,
    )
