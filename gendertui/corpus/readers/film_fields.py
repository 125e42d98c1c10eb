"""What the film formats share: rows of fields, labels and the metadata of films.

Rows are split by Arrow, a block of a file at a time; only rows that are not plain are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.problems import UNKNOWN_LABEL, Problem, Problems
from gendertui.corpus.readers.text import Block
from gendertui.corpus.reading.labels import is_gender
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.schema import SCHEMA

SEPARATOR = "+++$+++"
TAB = "\t"
_METADATA = ("title", "year", "genres")
COLUMNS = (
    "line_id",
    "speaker_id",
    "group_id",
    "speaker",
    "label",
    "text",
    "credit",
    *_METADATA,
)
"""Of the records of a film corpus, named as in the lines table."""
ROLES = Roles(
    ("text",),
    label="label",
    group_id="group_id",
    line_id="line_id",
    speaker_id="speaker_id",
    speaker="speaker",
    title="title",
    year="year",
    genres="genres",
    credit="credit",
)


@dataclass(frozen=True)
class Fields:
    """Rows of a block that have the right number of fields."""

    columns: list[pa.Array]
    """A column of strings for each field, the one space that separators add on each side left out."""
    numbers: Ints
    """Line of each row in the file, from 1."""

    def row(self, index: int, separator: str = SEPARATOR) -> str:
        """A row as it may have been written, for a problem."""
        return f" {separator} ".join(column[index].as_py() for column in self.columns)

    def where(self, mask: pa.Array) -> Fields:
        """The rows where ``mask`` holds."""
        return Fields([column.filter(mask) for column in self.columns], self.numbers[mask.to_numpy(False)])


def fields_of(
    block: Block, count: int, file: str, problems: Problems, *, separator: str = SEPARATOR, kept: str = ""
) -> Fields:
    """The rows of ``count`` fields; others become problems.

    :param kept: kind of the problem where rows that are not understood cost no line; otherwise they are left out.
    """
    lines = block.lines()
    parts = pc.split_pattern(lines, TAB if separator == TAB else f" {separator} ")
    plain = pc.equal(pc.list_value_length(parts), count)
    if pc.all(plain).as_py() is False or _separators(block.data, separator) != (count - 1) * len(lines):
        # Also a separator that lacks a space beside it.
        plain = pc.and_(plain, pc.equal(pc.count_substring(lines, separator), count - 1))
    if separator == TAB and b'"' in block.data:
        plain = pc.and_(plain, pc.invert(pc.starts_with(lines, '"')))
    places: Ints = np.arange(len(lines), dtype=np.int64)
    if pc.all(plain).as_py() is not False:
        return Fields(_columns(parts, count), block.first + places)
    mask = plain.to_numpy(zero_copy_only=False)
    odd = [(place, lines[place].as_py()) for place in places[~mask].tolist()]
    understood: dict[int, list[str]] = {}
    for place, line, row in _quoted(odd, count) if separator == TAB else _split(odd, separator):
        if len(row) == count:
            understood[place] = row
            continue
        kind = kept or ("too few fields" if len(row) < count else "too many fields")
        problems.add(Problem(file, block.first + place, kind, line, kept=bool(kept)))
    columns = _columns(parts.filter(plain), count)
    places = np.concatenate([places[mask], np.array(list(understood), np.int64)])
    if understood:
        order = pa.array(np.argsort(places))
        more = (pa.array(values, pa.string()) for values in zip(*understood.values(), strict=True))
        pairs = zip(columns, more, strict=True)
        columns = [pa.concat_arrays([column, added]).take(order) for column, added in pairs]
    return Fields(columns, block.first + np.sort(places))


def _separators(data: bytes, separator: str) -> int:
    """How many separators there are, at least."""
    signs = np.frombuffer(data, np.uint8)
    middle = ord(separator[len(separator) // 2])
    if len(separator) == 1:
        return int(np.count_nonzero(signs == middle))
    places = np.flatnonzero(signs == middle)
    return int(np.count_nonzero(signs[places - 1] == ord(separator[0])))


def _split(odd: list[tuple[int, str]], separator: str) -> Iterator[tuple[int, str, list[str]]]:
    for place, line in odd:
        *fields, last = line.split(separator)
        # The last field has a separator on its left only.
        yield place, line, [*map(inner, fields), last.removeprefix(" ")]


def _quoted(odd: list[tuple[int, str]], count: int) -> Iterator[tuple[int, str, list[str]]]:
    """Rows of a table with tabs that went through a spreadsheet: wrapped in quotation marks, broken over lines.

    A row is put together of the lines up to its closing mark; none of them may look like a row of its own. Further
    tabs are part of the last field.
    """
    at = 0
    while at < len(odd):
        place, row = odd[at]
        at += 1
        if row.startswith('"') and TAB in row:
            end, whole = at, row
            while not whole.endswith('"') and end < len(odd) and odd[end][0] == place + end - at + 1:
                if TAB in odd[end][1]:
                    break
                whole = f"{whole}\n{odd[end][1]}"
                end += 1
            if whole.endswith('"'):
                at = end
                yield place, row, whole[1:-1].replace('""', '"').split(TAB, count - 1)
                continue
        yield place, row, row.split(TAB, count - 1)


def _columns(parts: pa.Array, count: int) -> list[pa.Array]:
    """The fields of rows that all have as many."""
    flat = parts.flatten()
    first = np.arange(len(parts), dtype=np.int64) * count
    return [flat.take(pa.array(first + place)) for place in range(count)]


def inner(text: str) -> str:
    """A text field without the one space that separators add on each side; its own spaces are kept."""
    if text.startswith(" "):
        text = text[1:]
    return text[:-1] if text.endswith(" ") else text


def stripped(values: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(values)


def known(values: pa.Array) -> pa.Array:
    """Fields without white space around them, null where they are empty or ``?``."""
    values = stripped(values)
    missing = pc.or_(pc.equal(values, ""), pc.equal(values, "?"))
    return pc.if_else(missing, pa.scalar(None, pa.string()), values) if pc.any(missing).as_py() else values


def unknown_labels(values: pa.Array) -> pa.Array:
    """Whether a label is no gender, in whatever spelling, and no word for a missing one; bool [rows]."""
    encoded = values.dictionary_encode()
    odd = pa.array([not is_gender(value or "") for value in encoded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(odd.take(encoded.indices), False)


def report_labels(fields: Fields, mask: pa.Array, label: int, file: str, problems: Problems, *, kept: bool) -> None:
    """Report the rows of ``mask``, whose label, field number ``label``, is not understood."""
    for index in pc.indices_nonzero(mask).to_pylist():
        value = fields.columns[label][index].as_py().strip().casefold()
        number = int(fields.numbers[index])
        problems.add(Problem(file, number, UNKNOWN_LABEL, fields.row(index), kept=kept, value=value))


class Lookup:
    """Values by an id, for whole columns of ids."""

    def __init__(self, rows: Mapping[str, Sequence[Any]], kinds: Sequence[pa.DataType]) -> None:
        """
        :param rows: id → a value for each of ``kinds``.
        """
        self._ids = pa.array(list(rows), pa.string())
        self._values = [pa.array([row[place] for row in rows.values()], kind) for place, kind in enumerate(kinds)]

    def columns(self, ids: pa.Array) -> list[pa.Array]:
        """A column for each kind of value; null where the id is not known."""
        encoded = ids.dictionary_encode()
        places = pc.index_in(encoded.dictionary, value_set=self._ids)
        return [values.take(places).take(encoded.indices) for values in self._values]


_GENRE = r"""(?:'[^']*'|"[^"]*")\s*"""
_GENRES = re.compile(rf"(?:\[\s*(?:{_GENRE}(?:,?\s*{_GENRE})*)?\])?")
"""``['drama', 'war']``, ``['drama' 'war']``, ``[]`` or nothing: read as written, never evaluated."""


def films(rows: Iterable[tuple[int, str, list[str]]], file: str, problems: Problems) -> Lookup:
    """The titles' metadata: title, year and genres by film id. Rows not understood are reported, as remarks.

    :param rows: line, the row as it is, its fields.
    """
    found: dict[str, tuple[str | None, int | None, str | None]] = {}
    for number, line, fields in rows:
        parts = [part.strip() for part in fields]
        if len(parts) != 6 or not parts[0]:
            problems.add(Problem(file, number, "film row not understood", line, kept=True))
            continue
        if not _GENRES.fullmatch(parts[5]):
            problems.add(Problem(file, number, "genres not understood", line, kept=True))
        title = None if parts[1] in ("", "?") else parts[1]
        found[parts[0]] = (title, year_of(parts[2]), genres_of(parts[5]))
    return Lookup(found, [SCHEMA.field(name).type for name in _METADATA])


def year_of(text: str) -> int | None:
    """The year; such as 1989/I distinguish films of the same title and year."""
    year = text.strip()[:4]
    return int(year) if year.isascii() and year.isdigit() else None


def genres_of(text: str) -> str | None:
    """Genres joined by commas; ``None`` where they are not understood."""
    text = text.strip()
    if not _GENRES.fullmatch(text):
        return None
    return ",".join(genre.strip()[1:-1] for genre in re.findall(_GENRE, text)) or None


def no_films() -> Lookup:
    """Of a corpus without metadata of its films."""
    return Lookup({}, [SCHEMA.field(name).type for name in _METADATA])
