"""The parts of an input: which rows of which file each has. Made once, by reading everything once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from gendertui.bulk.cutting import Span, spans
from gendertui.bulk.detection import layout_of_another
from gendertui.bulk.layout import PARQUET, Layout
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Count

_BLOCK_BYTES = 4 * 2**20
_TEXT_BYTES = 16


class Stamp(NamedTuple):
    """What shows that a file was changed."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: str) -> Stamp:
        """:raises GendertuiError: the file is gone."""
        try:
            found = Path(path).stat()
        except OSError as error:
            raise GendertuiError(
                f"this cannot be read: {error.strerror}", where=path, hint="Check the path.", code=ExitCode.DATA
            ) from error
        return cls(found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class InputFile:
    """A file of the input."""

    path: str
    """As it was given."""
    stamp: Stamp
    sha256: str
    rows: int
    layout: Layout

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        content = {"path": self.path, **self.stamp._asdict(), "sha256": self.sha256, "rows": self.rows}
        return {**content, "layout": self.layout.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> InputFile:
        """Of what :meth:`to_json` gave."""
        stamp = Stamp(value["size"], value["mtime_ns"])
        return cls(value["path"], stamp, value["sha256"], value["rows"], Layout.from_json(value["layout"]))


@dataclass(frozen=True)
class Part:
    """Rows of the input that become one file of the output."""

    number: int
    """From 0."""
    file: int
    """Place among the files of the input."""
    start: int
    end: int
    """Bytes of a text, unpacked, or row groups of a Parquet file: the first, and the one behind the last."""
    first_row: int
    """Number in its file of the first row, from 1."""
    rows: int

    @property
    def name(self) -> str:
        """Name of its file, without the suffix that says the format."""
        return f"part-{self.number:06d}"


@dataclass(frozen=True)
class Plan:
    """The files of an input, and its parts."""

    files: tuple[InputFile, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


def make_plan(
    paths: Sequence[str],
    options: ReadingOptions,
    part_bytes: int,
    said: Callable[[str, Layout], None],
    progress: Count,
) -> Plan:
    """Look at files and cut them into parts; every byte is read.

    :param part_bytes: of text in a part, about; a row group of Parquet is never cut, small ones share a part.
    :param said: called with each file and how it is read, before it is.
    :param progress: called with bytes.
    :raises GendertuiError: a file is damaged, or its layout is not understood.
    """
    total = sum(Stamp.of(path).size for path in paths)
    files: list[InputFile] = []
    parts: list[Part] = []
    asked = options
    for path in paths:
        stamp = Stamp.of(path)
        layout = layout_of_another(Path(path), asked, options)
        said(path, layout)
        asked = layout.asked_of_others(asked)
        done = sum(file.stamp.size for file in files)
        with _Hashing(path, lambda read, done=done: progress(done + read, total)) as stream:  # type: ignore[misc]
            row = 1
            for span in _spans(path, stream, layout, part_bytes):
                parts.append(Part(len(parts), len(files), span.start, span.end, row, span.rows))
                row += span.rows
            digest = stream.digest()
        if Stamp.of(path) != stamp:
            raise changed(path)
        files.append(InputFile(path, stamp, digest, row - 1, layout))
    for file in files:
        # The last ones were looked at long after the first.
        if Stamp.of(file.path) != file.stamp:
            raise changed(file.path)
    return Plan(tuple(files), tuple(parts))


def hash_of(path: str) -> str:
    """sha256 of a file."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def changed(path: str) -> GendertuiError:
    """The error for a file that is not what it was."""
    return GendertuiError(
        "the file was changed while it was read",
        where=path,
        hint="Wait until nothing writes to it any more, and start again.",
        code=ExitCode.DATA,
    )


def unpacked(stream: BinaryIO, layout: Layout) -> Any:
    """A stream of a text's bytes; of a packed one those that were packed."""
    return pa.CompressedInputStream(stream, layout.packing) if layout.packing else stream


class _Hashing:
    """A file that is hashed while it is read from its beginning to its end."""

    def __init__(self, path: str, progress: Callable[[int], None]) -> None:
        self._stream = Path(path).open("rb")  # noqa: SIM115 (closed by the block it is made for)
        self._hash = hashlib.sha256()
        self._read = 0
        self._progress = progress
        self.closed = False

    def __enter__(self) -> _Hashing:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def close(self) -> None:
        """Nothing: what unpacks it closes it at its own end, and some bytes may be left to be hashed."""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._hash.update(data)
        self._read += len(data)
        self._progress(self._read)
        return data

    def digest(self) -> str:
        """After what is left has been read, too."""
        while self.read(_BLOCK_BYTES):
            pass
        return self._hash.hexdigest()


def _spans(path: str, stream: Any, layout: Layout, part_bytes: int) -> Iterator[Span]:
    if layout.kind == PARQUET:
        yield from _row_groups(path, layout, part_bytes)
        return
    try:
        source = unpacked(stream, layout)
        _skip(source, layout.start)
        yield from spans(_blocks(source, part_bytes), layout, path)
    except (pa.ArrowException, EOFError) as error:
        raise damaged(path, error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise damaged(path, error) from error


def damaged(path: str, error: Exception) -> GendertuiError:
    """The error for a file that cannot be read to its end."""
    return GendertuiError(
        f"this file is damaged or was cut short ({' '.join(str(error).split())[:200]})",
        where=path,
        hint="Download or copy it again.",
        code=ExitCode.DATA,
    )


def _skip(source: Any, size: int) -> None:
    while size > 0 and (data := source.read(min(size, _BLOCK_BYTES))):
        size -= len(data)


def _blocks(source: Any, size: int) -> Iterator[bytes]:
    """Of so many bytes, but for the last."""
    while True:
        taken: list[bytes] = []
        missing = size
        while missing and (data := source.read(missing)):
            taken.append(data)
            missing -= len(data)
        if not taken:
            return
        yield b"".join(taken)


def _row_groups(path: str, layout: Layout, part_bytes: int) -> Iterator[Span]:
    """Row groups one after the other that hold about so much text."""
    import pyarrow.parquet as pq

    with Path(path).open("rb") as stream:
        metadata = pq.ParquetFile(stream).metadata
    start = size = rows = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        size += sum(
            column.total_uncompressed_size
            for column in map(group.column, range(group.num_columns))
            if any(f"{column.path_in_schema}.".startswith(f"{name}.") for name in layout.text)
        )
        rows += group.num_rows
        # Texts that occur again and again take hardly any room.
        if max(size, rows * _TEXT_BYTES) >= part_bytes or number == metadata.num_row_groups - 1:
            if rows:
                yield Span(start, number + 1, rows)
            start, size, rows = number + 1, 0, 0
