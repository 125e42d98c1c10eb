"""Rows of fields as batches of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.delimited.quoted_rows import TOO_FEW, TOO_MANY, QuotedRows
from gendertui.corpus.readers.delimited.sample import Dialect
from gendertui.corpus.readers.text import Block
from gendertui.corpus.reading.records import LINE

CONTINUED = "something in a column without a name"
BATCH_ROWS = 16_384
BATCH_CHARACTERS = 4 * 2**20


@dataclass
class Columns:
    """What a file's columns are, and what was seen of its rows."""

    names: tuple[str, ...]
    unnamed: frozenset[int]
    """Places of columns that a header leaves without a name."""
    file: str
    problems: Problems
    header: bool
    """Whether the first row is left out: it has the names."""
    continued: tuple[int, ...] = ()
    """Places of those without a name in which a text may go on."""
    filled: list[int] = field(default_factory=list)
    """Values of each column so far."""

    def __post_init__(self) -> None:
        self.filled = [0] * len(self.names)

    def repaired(self, fields: list[str]) -> list[str] | None:
        """A row of another width as one of the right width, if nothing is lost or made up by that."""
        width = len(self.names)
        if len(fields) > width:
            return None if any(fields[width:]) else fields[:width]
        missing = range(len(fields), width)
        return fields + [""] * len(missing) if self.unnamed.issuperset(missing) else None

    def left_out(self, line: int, fields: int, raw: str) -> None:
        """Report a row of another width."""
        self.problems.add(Problem(self.file, line, TOO_FEW if fields < len(self.names) else TOO_MANY, raw))

    def batch(self, columns: Sequence[pa.Array], lines: pa.Array) -> pa.RecordBatch:
        """A batch of columns of one length, each of type string, and of the lines that rows begin in."""
        nothing = pa.scalar(None, pa.string())
        arrays = [pc.if_else(pc.equal(column, ""), nothing, column) for column in columns]
        for place, array in enumerate(arrays):
            self.filled[place] += len(array) - array.null_count
        if self.continued:
            self._remark_continued([arrays[place] for place in self.continued], lines)
        return pa.RecordBatch.from_arrays([*arrays, lines], [*self.names, LINE])

    def _remark_continued(self, columns: Sequence[pa.Array], lines: pa.Array) -> None:
        parts = [pc.fill_null(column, "") for column in columns]
        joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " "))
        for row in pc.indices_nonzero(pc.not_equal(joined, "")).to_pylist():
            self.problems.add(Problem(self.file, lines[row].as_py(), CONTINUED, joined[row].as_py(), kept=True))

    def notes(self) -> list[str]:
        """Remarks on columns that hold nothing or have no name, after the last batch."""
        empty = [name for name, filled in zip(self.names, self.filled, strict=True) if not filled]
        found = [f"Empty, and ignored: the column{'s' if len(empty) > 1 else ''} {', '.join(empty)}."] if empty else []
        if 0 in self.unnamed and self.filled[0]:
            found.append(f"Ignored: the first column, which has no name ({self.names[0]}).")
        return found


def plain_batches(blocks: Iterator[Block], dialect: Dialect, columns: Columns) -> Iterator[pa.RecordBatch]:
    """Of rows that are lines split at every delimiter, or at the first or last one."""
    header = columns.header
    for block in blocks:
        lines = block.lines()
        numbers = pa.array(np.arange(block.first, block.first + len(lines)))
        filled = pc.not_equal(lines, "")
        if not pc.all(filled).as_py():
            lines, numbers = lines.filter(filled), numbers.filter(filled)
        if header and len(lines):
            lines, numbers, header = lines.slice(1), numbers.slice(1), False
        if len(lines):
            yield from _split(lines, numbers, dialect, columns)


def _split(lines: pa.Array, numbers: pa.Array, dialect: Dialect, columns: Columns) -> Iterator[pa.RecordBatch]:
    width = dialect.width
    fields = _fields(lines, dialect)
    right = pc.equal(pc.list_value_length(fields), width)
    if not pc.all(right).as_py():
        lines, numbers = _repaired(lines, numbers, right, fields, dialect, columns)
        fields = _fields(lines, dialect)
    rows = len(lines)
    if not rows:
        return
    flat = fields.flatten()
    places = np.arange(0, rows * width, width)
    yield columns.batch([flat.take(pa.array(places + place)) for place in range(width)], numbers)


def _fields(lines: pa.Array, dialect: Dialect) -> pa.Array:
    if dialect.split == "all":
        return pc.split_pattern(lines, dialect.delimiter)
    return pc.split_pattern(lines, dialect.delimiter, max_splits=1, reverse=dialect.split == "last")


def _repaired(
    lines: pa.Array, numbers: pa.Array, right: pa.Array, fields: pa.Array, dialect: Dialect, columns: Columns
) -> tuple[pa.Array, pa.Array]:
    """The lines that have the right number of fields, those that could be given it among them, and their numbers."""
    texts = lines.to_pylist()
    kept = right.to_numpy(zero_copy_only=False).copy()
    for row in np.flatnonzero(~kept).tolist():
        found = fields[row].as_py()
        repaired = columns.repaired(found)
        if repaired is None:
            columns.left_out(numbers[row].as_py(), len(found), texts[row])
        else:
            texts[row] = dialect.delimiter.join(repaired)
            kept[row] = True
    mask = pa.array(kept)
    return pa.array(texts, pa.string()).filter(mask), numbers.filter(mask)


def quoted_batches(
    blocks: Iterator[Block], dialect: Dialect, columns: Columns, known: Mapping[int, frozenset[str]]
) -> Iterator[pa.RecordBatch]:
    """Of rows whose fields may be enclosed in quotation marks."""
    header = columns.header
    fields: list[list[str]] = []
    lines: list[int] = []
    source = _Lines(blocks)
    for row in QuotedRows(iter(source), dialect.delimiter, dialect.width, known):
        if header:
            header = False
            continue
        found: list[str] | None = row.fields
        if row.problem:
            found = _reported(row.line, row.fields, row.raw, row.problem, columns)
        if found is None:
            continue
        fields.append(found)
        lines.append(row.line)
        if len(fields) >= BATCH_ROWS or source.characters >= BATCH_CHARACTERS:
            yield _batch(fields, lines, columns)
            fields, lines, source.characters = [], [], 0
    if fields:
        yield _batch(fields, lines, columns)


def _reported(line: int, fields: list[str], raw: str, problem: str, columns: Columns) -> list[str] | None:
    """The fields of a row that something is wrong with, which is reported; ``None``: it is left out."""
    if problem in (TOO_FEW, TOO_MANY):
        repaired = columns.repaired(fields) if fields else None
        if repaired is None:
            columns.problems.add(Problem(columns.file, line, problem, raw))
        return repaired
    columns.problems.add(Problem(columns.file, line, problem, raw, kept=bool(fields)))
    return fields or None


class _Lines:
    """The lines of blocks with their ends."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self.characters = 0
        """Given since this was last set to zero, by whole blocks."""

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            lines = block.data.decode().split(block.ending)
            last = lines.pop()
            self.characters += len(block.data)
            for line in lines:
                yield f"{line}{block.ending}"
            if last:
                yield last


def _batch(rows: list[list[str]], lines: list[int], columns: Columns) -> pa.RecordBatch:
    arrays = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    return columns.batch(arrays, pa.array(lines, pa.int64()))
