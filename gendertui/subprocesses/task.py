"""Run work in a subprocess because of what it would have to import.

One protocol for all such work; this module has both ends. The caller writes a request as a line of JSON to the
process's stdin; the process writes lines of JSON to its stdout: ``{"stage", "done", "total"}`` while it works, then
``{"answer": …}`` or ``{"error": …}`` (see :meth:`GendertuiError.to_json`). It serves one request after the other and
ends when its stdin does, or when nobody reads what it writes any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, Self

from gendertui import spawn
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress, silent

_BLOCK_BYTES = 65536


class SubprocessTask:
    """A module of this package running as a subprocess, until closed or garbage-collected.

    :param what: the work, for messages: ``the audit``.
    :param module: its ``main`` ends with :func:`serve`.
    :param where: the file the work is about, for messages.
    :param failure: the exit code of the error raised when the process fails.
    :raises GendertuiError: the process could not be started.
    """

    def __init__(self, what: str, module: str, *, where: str | None = None, failure: ExitCode = ExitCode.RUN) -> None:
        self._what = what
        self._where = where
        self._failure = failure
        self._cancelled = False
        try:
            self._process, self._stderr = spawn.start(module, stdin=subprocess.PIPE)
        except OSError as error:
            raise GendertuiError(f"{what} could not be started: {error}", where=where, code=failure) from error
        self.close = weakref.finalize(self, _end, self._process, self._stderr)
        self._lines = _Lines(self._process.stdout)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the subprocess has ended."""
        return self._process.poll() is not None

    def cancel(self) -> None:
        """Kill the subprocess, from any thread; :meth:`ask` then returns ``None``."""
        self._cancelled = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def ask(
        self, request: Any, progress: Progress = silent, *, every: float | None = None, timeout: float | None = None
    ) -> Any:
        """Send a request and wait for its answer; ``None`` if the task was cancelled. Blocks: call it in a thread.

        :param progress: called with each stage; if it raises, the process is killed.
        :param every: seconds after which the last stage is reported again if nothing new came.
        :param timeout: seconds after which the subprocess is killed and counts as failed.
        :raises GendertuiError: what the work raised, or the process failed.
        """
        try:
            self._send(request)
            last = self._listen(progress, every, timeout)
        except BaseException:
            self._process.kill()
            raise
        if self._cancelled:
            return None
        if "error" in last:
            raise GendertuiError.from_json(last["error"])
        if "answer" in last:
            return last["answer"]
        raise self._failed(spawn.last_words(self._stderr, self._process.wait()))

    def _send(self, request: Any) -> None:
        assert self._process.stdin is not None
        # If the subprocess is gone, reading its output tells why.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def _listen(self, progress: Progress, every: float | None, timeout: float | None) -> dict[str, Any]:
        """The answer or the error, or the last stage of a subprocess that ended before either."""
        deadline = None if timeout is None else time.monotonic() + timeout
        last: dict[str, Any] = {}
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise self._failed(f"no answer within {timeout:.0f} seconds")
            line = self._lines.read(min((wait for wait in (every, left) if wait is not None), default=None))
            if line == b"" or self._cancelled:
                return last
            if line is not None:
                last = json.loads(line)
            if "answer" in last or "error" in last:
                return last
            if last:
                progress(last["stage"], last["done"], last["total"])

    def _failed(self, why: str) -> GendertuiError:
        return GendertuiError(
            f"{self._what} failed: {why}",
            where=self._where,
            hint="`gendertui doctor` shows what is wrong with this installation.",
            code=self._failure,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Lines:
    """Complete lines of a pipe, as they arrive; an incomplete last line is dropped."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        assert stream is not None
        self._stream = stream
        self._rest = b""
        self._ready: list[bytes] = []

    def read(self, seconds: float | None) -> bytes | None:
        """The next line with its line end; ``b""`` at the end of the pipe; ``None`` on timeout."""
        while not self._ready:
            with selectors.DefaultSelector() as selector:
                selector.register(self._stream, selectors.EVENT_READ)
                if not selector.select(seconds):
                    return None
            block = os.read(self._stream.fileno(), _BLOCK_BYTES)
            if not block:
                return b""
            *whole, self._rest = (self._rest + block).split(b"\n")
            self._ready = [line + b"\n" for line in whole]
        return self._ready.pop(0)


def _end(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> None:
    """Kill it: nobody waits for its work any more."""
    process.kill()
    process.communicate()
    stderr.close()


def serve(work: Callable[[Any, Progress], Any]) -> int:
    """Answer each request on stdin, in the process that a :class:`SubprocessTask` started.

    :param work: request and progress → answer, both JSON.
    :return: the process's exit code: that of the last error, else 0.
    """
    code = ExitCode.OK
    try:
        for line in sys.stdin:
            try:
                _write({"answer": work(json.loads(line), _progress)})
            except GendertuiError as error:
                code = error.code
                _write({"error": error.to_json()})
    except BrokenPipeError:
        # The caller is gone: keep the interpreter's final flush quiet, too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.UNEXPECTED
    return code


def _progress(stage: str, done: int, total: int) -> None:
    _write({"stage": stage, "done": done, "total": total})


def _write(value: dict[str, Any]) -> None:
    """Write a JSON object as a line on stdout and flush."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
