"""Work that a process does which must not be done in this one: what it needs is not to be imported here.

Both ends of it. The errand says on stdout a JSON object a line: ``{"stage", "done", "total"}`` while it works, then its
answer, or ``{"error": …}``, as :meth:`GendertuiError.to_json` tells it. It ends when nobody listens any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from gendertui import spawn
from gendertui.corpus.load import Progress
from gendertui.errors import ExitCode, GendertuiError

Answer = dict[str, Any]


class SubprocessTask:
    """A module of this package at work in a process of its own, from the moment this is made.

    :param what: the work, for messages: ``the audit``.
    :param name: the module; its ``main`` ends with :func:`run`.
    :raises GendertuiError: the process could not be started (code RUN).
    """

    def __init__(self, what: str, name: str, *options: str) -> None:
        self._what = what
        try:
            self._process, self._said = spawn.start(name, *options)
        except OSError as error:
            raise GendertuiError(f"{what} could not be started: {error}", code=ExitCode.RUN) from error
        self._cancelled = False

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return self._process.poll() is not None

    def cancel(self) -> None:
        """Kill the process, from any thread; :meth:`answer` then gives ``None``."""
        self._cancelled = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def answer(self, progress: Progress, *, every: float | None = None) -> Answer | None:
        """Wait for the answer, once; ``None`` where the errand was cancelled. Blocks: a screen calls it in a thread.

        :param progress: called with each stage; if it raises, the process is killed.
        :param every: seconds after which the last stage is told again where nothing new came.
        :raises GendertuiError: what the errand raised, or the process failed (code RUN).
        """
        with self._process, self._said:
            try:
                last = self._listen(progress, every)
            except BaseException:
                self._process.kill()
                raise
            code = self._process.wait()
            why = spawn.last_words(self._said, code)
        if self._cancelled:
            return None
        if "error" in last:
            raise GendertuiError.from_json(last["error"])
        if code != ExitCode.OK or not last or "stage" in last:
            raise GendertuiError(
                f"{self._what} failed: {why}",
                hint="`gendertui doctor` shows what is wrong with this installation.",
                code=ExitCode.RUN,
            )
        return last

    def _listen(self, progress: Progress, every: float | None) -> Answer:
        """The last whole thing the process says."""
        assert self._process.stdout is not None
        last: Answer = {}
        for line in _lines(self._process.stdout, every):
            if self._cancelled:
                break
            if line is not None:
                last = json.loads(line)
            if "stage" in last:
                progress(last["stage"], last["done"], last["total"])
        return last


def run(work: Callable[[Progress], Answer]) -> int:
    """Do the work of an errand and tell its answer; return the process's exit code."""
    try:
        say(work(_progress))
    except GendertuiError as error:
        say({"error": error.to_json()})
        return error.code
    except BrokenPipeError:
        # Whoever asked is gone: the interpreter's last flush has nothing to say either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.UNEXPECTED
    return ExitCode.OK


def _progress(stage: str, done: int, total: int) -> None:
    say({"stage": stage, "done": done, "total": total})


def say(value: Answer) -> None:
    """Write a JSON object as a line on stdout, at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _lines(stream: IO[bytes], every: float | None) -> Iterator[bytes | None]:
    """Whole lines as they come; nothing each time that none came for so long. A line that was cut short is left out."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(every):
                yield None
                continue
            block = os.read(stream.fileno(), 65536)
            if not block:
                return
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
