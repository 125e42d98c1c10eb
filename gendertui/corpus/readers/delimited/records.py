"""Rows of fields as batches of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.delimited.quoted_rows import TOO_FEW, TOO_MANY, QuotedRows, Row
from gendertui.corpus.readers.delimited.sample import Dialect
from gendertui.corpus.readers.delimited.well_formed import split_well_formed
from gendertui.corpus.readers.encoding import occurrences
from gendertui.corpus.readers.text import Block
from gendertui.corpus.reading.records import LINE

CONTINUED = "something in a column without a name"
BATCH_ROWS = 16_384
PART_BYTES = 128 * 2**10
"""Of a block with which something is wrong, so much is looked at again at once."""


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
        """A remark on columns that hold nothing, after the last batch."""
        empty = [name for name, filled in zip(self.names, self.filled, strict=True) if not filled]
        return [f"Empty, and ignored: the column{'s' if len(empty) > 1 else ''} {', '.join(empty)}."] if empty else []


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
    rows = _Rows(dialect, columns, known)
    for block in blocks:
        for part, found in _tried(block, rows):
            if found is None:
                rows.read(part)
            else:
                yield from rows.batches()
                yield rows.all_of(part, found)
        if rows.count >= BATCH_ROWS:
            yield from rows.batches()
    rows.end()
    yield from rows.batches()


def _tried(block: Block, rows: _Rows) -> Iterator[tuple[Block, list[pa.Array] | None]]:
    """A block with its columns, if all its rows are right; otherwise in parts, each with them or without."""
    whole = rows.at_once(block)
    if whole is not None:
        yield block, whole
    else:
        yield from ((part, rows.at_once(part)) for part in _parts(block))


def _parts(block: Block) -> Iterator[Block]:
    """A block in parts, so that a row that takes several lines makes few others be read row by row."""
    start = 0
    first = block.first
    ending = block.ending.encode()
    while start < len(block.data):
        end = block.data.find(ending, start + PART_BYTES) + 1 or len(block.data)
        data = block.data[start:end]
        yield Block(first, data, block.ending)
        first += occurrences(data, ending)
        start = end


class _Rows:
    """Reads rows one by one where something is wrong with any; a row that goes on in the next part waits for it."""

    def __init__(self, dialect: Dialect, columns: Columns, known: Mapping[int, frozenset[str]]) -> None:
        self._dialect = dialect
        self._columns = columns
        self._known = known
        self._header = columns.header
        self._waiting: list[str] = []
        """Lines of a row that goes on."""
        self._first = 1
        """Number of the first of these."""
        self._fields: list[list[str]] = []
        self._lines: list[int] = []

    @property
    def count(self) -> int:
        """Rows read one by one that were not given yet."""
        return len(self._fields)

    def at_once(self, part: Block) -> list[pa.Array] | None:
        """The columns of all rows of a part, if each is right and none goes on from the part before."""
        if self._waiting:
            return None
        dialect = self._dialect
        return split_well_formed(part.data, dialect.delimiter, dialect.width, part.ending)

    def read(self, part: Block) -> None:
        """Take the lines that follow."""
        if not self._waiting:
            self._first = part.first
        lines = part.data.decode().split(part.ending)
        last = lines.pop()
        self._read(self._waiting + [f"{line}{part.ending}" for line in lines] + ([last] if last else []), final=False)

    def end(self) -> None:
        """No more lines follow."""
        if self._waiting:
            self._read(self._waiting, final=True)

    def all_of(self, part: Block, arrays: list[pa.Array]) -> pa.RecordBatch:
        """Rows that were read already, as they come between the others."""
        lines = pa.array(np.arange(part.first, part.first + len(arrays[0])))
        if self._header:
            self._header = False
            arrays, lines = [array.slice(1) for array in arrays], lines.slice(1)
        return self._columns.batch(arrays, lines)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """What was read row by row since the last batch, if anything."""
        if self._fields:
            arrays = [pa.array(values, pa.string()) for values in zip(*self._fields, strict=True)]
            yield self._columns.batch(arrays, pa.array(self._lines, pa.int64()))
            self._fields, self._lines = [], []

    def _read(self, lines: list[str], *, final: bool) -> None:
        dialect = self._dialect
        rows = QuotedRows(iter(lines), dialect.delimiter, dialect.width, self._known, first=self._first)
        found = list(rows)
        end = self._first + len(lines) if final or rows.open_from is None else rows.open_from
        for row in found:
            if row.line < end:
                self._take(row)
        self._waiting = lines[end - self._first :]
        self._first = end

    def _take(self, row: Row) -> None:
        if self._header:
            self._header = False
            return
        fields = _reported(row, self._columns) if row.problem else row.fields
        if fields is not None:
            self._fields.append(fields)
            self._lines.append(row.line)


def _reported(row: Row, columns: Columns) -> list[str] | None:
    """The fields of a row that something is wrong with, which is reported; ``None``: it is left out."""
    wide = row.problem in (TOO_FEW, TOO_MANY)
    fields = columns.repaired(row.fields) if wide and row.fields else row.fields or None
    if fields is None or not wide:
        kept = fields is not None
        columns.problems.add(Problem(columns.file, row.line, row.problem, row.raw, kept=kept))
    return fields
