"""The lines that ``predict`` is asked: from the command line, standard input and files, a part at a time.

Everything is UTF-8. A line that is not, or is no line of its format, is an error of its own; the others go on. No
other encoding is guessed: one wrong byte would turn every ``é`` of a file into ``Ã©``, and be scored in silence.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

LINE_BYTES = 2 * 2**20
"""The longest line that is read: memory does not grow with the file, and a file need have no line ends."""
TEXT = "text"
"""The column of a CSV file and the key of a JSON line that hold the text, unless --column says otherwise."""
STDIN = "standard input"

_BLOCK_BYTES = 2**18
_CHUNK_LINES = 4096
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
        click.echo("Type a line and press Enter; Ctrl-D ends.", err=True)
    yield from _plain(sys.stdin.fileno(), STDIN, None)


def in_file(path: str, column: str | None) -> Iterator[list[InputLine]]:
    """A file's lines: of .csv a column, of .jsonl and .ndjson a key, of others every line.

    :param column: name of the column or key, :data:`TEXT` where left out.
    :raises GendertuiError: the file cannot be opened, has no such column, or is a plain one and a column is given.
    """
    read = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl}.get(Path(path).suffix.lower(), _plain)
    if read is _plain and column is not None:
        raise GendertuiError(
            "a plain text file has no columns",
            where=path,
            hint="--column names a column of a .csv file, or a key of the objects in a .jsonl file.",
            code=ExitCode.USAGE,
        )
    descriptor = opened(path)
    try:
        yield from read(descriptor, path, column)
    finally:
        os.close(descriptor)


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
            hint="Give a text, .csv or .jsonl file; a corpus of many files goes by --corpus.",
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


def _plain(descriptor: int, name: str, _: str | None) -> Iterator[list[InputLine]]:
    for rows in rows_of(descriptor):
        yield [decoded(line, f"{name}:{number}", first=number == 1) for number, line in rows]


def decoded(line: bytes, where: str | None, *, first: bool = False) -> InputLine:
    """A line's text; of the first line a byte order mark is dropped."""
    if len(line) > LINE_BYTES:
        return InputLine(_beginning(line), where, f"the line is longer than {LINE_BYTES:,} bytes")
    try:
        return InputLine(line.decode("utf-8-sig" if first else "utf-8"), where)
    except UnicodeDecodeError as error:
        return InputLine(
            line.decode("utf-8", "backslashreplace"),
            where,
            f"the line is not UTF-8 (byte {error.start + 1}); iconv -f WINDOWS-1252 -t UTF-8 converts old files",
        )


def _beginning(line: bytes) -> str:
    return line[:_SHOWN].decode("utf-8", "backslashreplace") + "…"


def _jsonl(descriptor: int, name: str, column: str | None) -> Iterator[list[InputLine]]:
    for asked in _plain(descriptor, name, None):
        yield [line if line.error else _object(line, column or TEXT) for line in asked]


def _object(line: InputLine, key: str) -> InputLine:
    import json

    try:
        value = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        what = error.args[0] if isinstance(error, RecursionError) else str(error)
        return InputLine(line.text, line.where, f"the line is not JSON: {what}")
    if not isinstance(value, dict):
        return InputLine(line.text, line.where, f"the line is not a JSON object with a key {key!r}")
    if not isinstance(value.get(key), str):
        found = "has no key" if key not in value else "has no text under"
        return InputLine(line.text, line.where, f"the object {found} {key!r}")
    return InputLine(value[key], line.where)


class _Physical:
    """The physical lines of a CSV file for the csv module, which may have to be read a second time."""

    def __init__(self, descriptor: int) -> None:
        self._rows = (row for rows in rows_of(descriptor) for row in rows)
        self._again: deque[tuple[int, bytes]] = deque()
        self.taken: list[tuple[int, bytes]] = []
        """What the current row has taken so far."""

    def __iter__(self) -> _Physical:
        return self

    def __next__(self) -> str:
        number, line = self._again.popleft() if self._again else next(self._rows)
        self.taken.append((number, line))
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        return line.decode("utf-8", "surrogateescape") + "\n"

    def give_back(self) -> None:
        """All but the first line taken belong to rows of their own: the first one's quotation mark swallowed them."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _csv(descriptor: int, name: str, column: str | None) -> Iterator[list[InputLine]]:
    header, rows = _csv_rows(descriptor, name)
    place = _place(header, column or TEXT, name)
    chunk: list[InputLine] = []
    letters = 0
    for row, taken, problem in rows:
        where = f"{name}:{taken[0][0]}"
        if problem is None and len(row) != len(header):
            problem = f"the row has {len(row)} fields, the header has {len(header)}"
        if problem is not None:
            asked = InputLine(_beginning(taken[0][1]), where, problem)
        else:
            # A field that is not UTF-8 has become surrogates, from which its bytes come back.
            asked = decoded(row[place].encode("utf-8", "surrogateescape"), where)
        chunk.append(asked)
        letters += len(asked.text)
        if len(chunk) == _CHUNK_LINES or letters > _BLOCK_BYTES:
            yield chunk
            chunk, letters = [], 0
    yield chunk


def _csv_rows(
    descriptor: int, name: str
) -> tuple[list[str], Iterator[tuple[list[str], list[tuple[int, bytes]], str | None]]]:
    """The header; and each row with the physical lines it took and what is wrong with it."""
    import csv

    csv.field_size_limit(LINE_BYTES)
    lines = _Physical(descriptor)

    def rows() -> Iterator[tuple[list[str], list[tuple[int, bytes]], str | None]]:
        reader = csv.reader(lines, strict=True)
        while True:
            lines.taken = []
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                lines.give_back()
                reader = csv.reader(lines, strict=True)
                yield [], lines.taken, f"the row is not CSV: {error}"
                continue
            long = any(len(line) > LINE_BYTES for _, line in lines.taken)
            # A blank line is a row with one field that is empty.
            yield row or [""], lines.taken, f"the row is longer than {LINE_BYTES:,} bytes" if long else None

    every = rows()
    header, _, problem = next(every, ([], [], "the file is empty"))
    if problem is not None:
        raise GendertuiError(problem, where=name, hint="A .csv file begins with a header.", code=ExitCode.DATA)
    return header, every


def _place(header: list[str], column: str, name: str) -> int:
    if header.count(column) != 1:
        raise GendertuiError(
            f"there is no column {column!r}" if column not in header else f"the column {column!r} is there twice",
            where=f"{name}:1",
            hint=f"Name one of its columns: --column NAME. There are: {', '.join(map(escape_control, header))[:400]}.",
            code=ExitCode.DATA,
        )
    return header.index(column)
