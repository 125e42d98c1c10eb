"""The lines that ``predict`` is asked: from the command line, standard input and pipes, a part at a time.

Everything is UTF-8. A line that is not is an error of its own; the others go on. Of what comes as it is written no
encoding can be found out before the first answer.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gendertui.cli.terminal.output import echo
from gendertui.errors import ExitCode, GendertuiError

LINE_BYTES = 2 * 2**20
"""The longest line that is read: memory does not grow with the file, and a file need have no line ends."""
STDIN = "standard input"

_BLOCK_BYTES = 2**18
_SHOWN = 80


@dataclass(frozen=True)
class InputLine:
    """A line to score, or the words that say why there is none to score."""

    text: str
    where: str | None = None
    """``lines.txt:3``; ``None`` for a line of the command line."""
    error: str | None = None


def given(lines: Sequence[str]) -> Iterator[list[InputLine]]:
    """The command line's lines; ``-`` stands for standard input."""
    for line in lines:
        if line == "-":
            yield from piped()
        else:
            yield [decoded(os.fsencode(line), None)]


def piped() -> Iterator[list[InputLine]]:
    """Standard input's lines; what a pipe has ready is one part, so that a slow writer is answered at once."""
    if sys.stdin.isatty():
        echo("Type a line and press Enter; Ctrl-D ends.", err=True)
    yield from plain(sys.stdin.fileno(), STDIN)


def opened(path: str) -> int:
    """A descriptor to read ``path`` by.

    :raises GendertuiError: it cannot be opened.
    """
    try:
        if Path(path).is_dir():
            raise IsADirectoryError(21, "it is a folder")
        return os.open(path, os.O_RDONLY)
    except OSError as error:
        raise GendertuiError(
            f"the file cannot be read: {error.strerror}",
            where=path,
            hint="Check its path and its permissions.",
            code=ExitCode.DATA,
        ) from error


def size_of(path: str) -> int:
    """Bytes a file holds, 0 where that cannot be known before it is read."""
    return _size(Path(path).stat()) if Path(path).exists() else 0


def waiting() -> int:
    """Bytes that standard input holds, 0 where that cannot be known before it is read."""
    return _size(os.fstat(sys.stdin.fileno()))


def _size(status: os.stat_result) -> int:
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def rows_of(descriptor: int) -> Iterator[list[tuple[int, bytes]]]:
    """Lines with their numbers, as they come; those ended by LF or CR LF alone.

    Of a line that is longer than :data:`LINE_BYTES` a little more than that is kept.
    """
    rest = b""
    number = 0
    while block := os.read(descriptor, _BLOCK_BYTES):
        *whole, rest = (rest + block).split(b"\n")
        rest = rest[: LINE_BYTES + 1]
        if whole:
            yield [(number + place, line.removesuffix(b"\r")) for place, line in enumerate(whole, 1)]
            number += len(whole)
    if rest:
        yield [(number + 1, rest.removesuffix(b"\r"))]


def plain(descriptor: int, name: str) -> Iterator[list[InputLine]]:
    """The lines of a pipe or device, as they come."""
    for rows in rows_of(descriptor):
        yield [decoded(line, f"{name}:{number}", first=number == 1) for number, line in rows]


def decoded(line: bytes, where: str | None, *, first: bool = False) -> InputLine:
    """A line's text; of the first line a byte order mark is dropped."""
    if len(line) > LINE_BYTES:
        return InputLine(beginning(line), where, f"the line is longer than {LINE_BYTES:,} bytes")
    try:
        return InputLine(line.decode("utf-8-sig" if first else "utf-8"), where)
    except UnicodeDecodeError as error:
        return InputLine(
            line.decode("utf-8", "backslashreplace"),
            where,
            f"the line is not UTF-8 (byte {error.start + 1}); iconv -f WINDOWS-1252 -t UTF-8 converts old files",
        )


def beginning(line: bytes) -> str:
    """Of what is too long to be shown."""
    return line[:_SHOWN].decode("utf-8", "backslashreplace") + "…"
