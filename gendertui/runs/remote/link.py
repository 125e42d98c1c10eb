"""A link to another machine: what is printed there is read as it comes; where the link breaks, it is made again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.follow import Link
from gendertui.runs.remote import ssh
from gendertui.runs.remote.protocol import (
    KEEP_ALIVE_SECONDS,
    STREAM,
    Alive,
    End,
    Hello,
    Line,
    LoadLine,
    RowsLine,
    RunLine,
    decode,
)

HELLO_SECONDS = 60.0
"""Longest time until the first line: a name is looked up, ssh connects, and a busy machine starts the program."""
SILENT_SECONDS = 4 * KEEP_ALIVE_SECONDS
"""A link on which nothing came for so long is dead, though nobody has said so."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds until the next try, the last one again and again."""
_LOOK_SECONDS = 0.25


def lines(
    host: str,
    words: Callable[[], Sequence[str]],
    stop: Callable[[], bool],
    *,
    pauses: Sequence[float] = PAUSES,
    silent: float = SILENT_SECONDS,
) -> Iterator[RunLine | RowsLine | LoadLine | Link]:
    """What ``gendertui WORDS`` prints there, and between it how the link is, wherever that changes.

    It ends with the run, where the link is lost, or at ``stop()``, which is asked a few times a second.

    :param words: asked for each connection. :param silent: seconds after which a link without a word is dead.
    """
    failed, broken_since = 0, 0.0
    yield Link(host, "connecting")
    while not stop():
        try:
            with ssh.start(host, words()) as process:
                for line in _lines(process, stop, silent):
                    if isinstance(line, Hello):
                        _check_version(host, line)
                        failed, broken_since = 0, 0.0
                        yield Link(host, "live")
                    elif isinstance(line, End):
                        return
                    elif not isinstance(line, Alive):
                        yield line
                if stop():
                    return
                process.check()
            raise ssh.LinkError(host, "the connection broke")
        except ssh.LinkError as error:
            broken_since = broken_since or time.time()
            yield Link(host, "broken", error.what, error.hint or "", broken_since)
        except GendertuiError as error:
            yield Link(host, "lost", error.what, error.hint or "", broken_since or time.time())
            return
        _wait(pauses[min(failed, len(pauses) - 1)], stop)
        failed += 1


def _lines(process: ssh.RemoteProcess, stop: Callable[[], bool], silent: float) -> Iterator[Line]:
    """The lines until the stream ends; what a login shell prints before the first one is passed over.

    :raises GendertuiError: a line cannot be read, or (:class:`~gendertui.runs.remote.ssh.LinkError`) none came.
    """
    begun, greeted, heard = bytearray(), False, time.monotonic()
    for data in process.pieces(stop):
        longest = silent if greeted else HELLO_SECONDS
        # What comes before the first line is not its own, and may have no end.
        if data and greeted:
            heard = time.monotonic()
        elif time.monotonic() - heard > longest:
            raise ssh.LinkError(process.host, f"nothing was heard from it for {longest:.0f} s")
        for whole in _whole_lines(begun, data):
            try:
                line = decode(whole)
            except ValueError as error:
                if not greeted:
                    continue
                raise unreadable(process.host, str(error)) from error
            if isinstance(line, Hello):
                greeted, heard = True, time.monotonic()
            if greeted and line is not None:
                yield line
        if len(begun) > ssh.LIMIT_BYTES:
            raise unreadable(process.host, f"a line has more than {ssh.LIMIT_BYTES:,} bytes")


def _whole_lines(begun: bytearray, data: bytes) -> Iterator[bytes]:
    """The lines that ``data`` ends; the one that it begins is left in ``begun``."""
    *ends, rest = data.split(b"\n")
    for end in ends:
        yield bytes(begun + end)
        begun.clear()
    begun += rest


def _check_version(host: str, hello: Hello) -> None:
    if hello.stream != STREAM:
        here = "here" if hello.stream > STREAM else "there"
        raise GendertuiError(
            f"another version of gendertui is there: {hello.version}",
            where=host,
            hint=f"Update it {here}.",
            code=ExitCode.RUN,
        )


def unreadable(host: str, why: str) -> GendertuiError:
    """The error for what this program printed on another machine, where it makes no sense here (code RUN)."""
    return GendertuiError(
        f"what the program prints there cannot be read: {why}",
        where=host,
        hint="Use the same version of gendertui here and there.",
        code=ExitCode.RUN,
    )


def _wait(seconds: float, stop: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not stop() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _LOOK_SECONDS))
