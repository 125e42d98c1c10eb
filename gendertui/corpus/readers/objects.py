"""Objects, as JSON has them, to records: keys become columns, and values what a person would write for them."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.json_stream import Object, Objects, objects
from gendertui.corpus.readers.mending import mended_column
from gendertui.corpus.readers.text import open_text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import LINE, Records
from gendertui.progress import Progress

KEYS_FROM_ROWS = 2_000
"""Rows whose keys become columns."""
Row = Mapping[str, str | None]
Convert = Callable[[Object], Row]
"""From an object to the columns of its row.

:raises RowError: the object is none.
"""
_Rows = list[tuple[int, Row]]


class RowError(ValueError):
    """An object is no row; its message is the kind of the problem."""


def object_records(
    path: Path, options: ReadingOptions, progress: Progress | None, convert: Convert | None = None
) -> Records:
    """The objects of a JSON file as records.

    :param convert: what makes a row of an object; without it, :func:`row_of`.
    :raises GendertuiError: the file cannot be unpacked or decoded.
    """
    text = open_text(path, options)
    problems = Problems()
    records = Records((), iter(()), problems, decisions=[text.decision], encoding=text.encoding)
    found = objects(text, problems, records.notes, records.digest, progress)
    blocks = (_rows(block, convert or row_of, text.source.name, problems) for block in found)
    first: list[_Rows] = []
    for block in blocks:
        first.append(block)
        if sum(map(len, first)) >= KEYS_FROM_ROWS:
            break
    records.columns = tuple(dict.fromkeys(key for block in first for _, row in block for key in row))
    records.batches = _batches(chain(first, blocks), records, text.source.name)
    return records


def row_of(value: Object) -> Row:
    """The keys of an object and, of objects in it, theirs behind a dot; what is nested deeper is no column."""
    row: dict[str, str | None] = {}
    for key, each in value.items():
        if not isinstance(each, dict) or is_scores(each):
            if each is None or _is_plain(each):
                row[key] = written(each)
            continue
        for inner, below in each.items():
            if below is None or _is_plain(below):
                row.setdefault(f"{key}.{inner}", written(below))
    return row


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return is_scores(value)
    return not isinstance(value, list) or all(isinstance(each, str | int | float) for each in value)


def written(value: Any) -> str | None:
    """A value as a person would write it: 1 for 1.0, the only value of a list, the class with the highest score.

    ``None`` where there is no value: null, NaN, an empty list, scores that are all zero.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            None if math.isnan(value) else f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
        )
    if isinstance(value, dict):
        return highest(value)
    if isinstance(value, list):
        parts = [each for each in map(written, value) if each is not None]
        return ", ".join(parts) if parts else None
    return str(value)


def is_scores(value: Mapping[str, Any]) -> bool:
    """Whether an object has classes for keys and scores from 0 to 1 for values."""
    return bool(value) and all(isinstance(each, int | float) and 0 <= each <= 1 for each in value.values())


def highest(scores: Mapping[str, float]) -> str | None:
    """The class with the highest score; several joined by commas where they share it, ``None`` where all are zero.

    Of a single class it is told whether it applies: ``not x`` below one half.
    """
    if len(scores) == 1:
        ((name, score),) = scores.items()
        return name if score >= 0.5 else f"not {name}"
    top = max(scores.values())
    return ", ".join(name for name, score in scores.items() if score == top) if top > 0 else None


def _rows(block: Objects, convert: Convert, file: str, problems: Problems) -> _Rows:
    found: _Rows = []
    for line, value in block:
        try:
            found.append((line, convert(value)))
        except RowError as error:
            problems.add(Problem(file, line, str(error), json.dumps(value, ensure_ascii=False)))
    return found


def _batches(blocks: Iterator[_Rows], records: Records, file: str) -> Iterator[pa.RecordBatch]:
    known = frozenset(records.columns)
    late: Counter[str] = Counter()
    for rows in blocks:
        if not rows:
            continue
        lines = [line for line, _ in rows]
        for _, row in rows:
            if not row.keys() <= known:
                late.update(row.keys() - known)
        values = (pa.array([row.get(name) for _, row in rows], pa.string()) for name in records.columns)
        columns = [mended_column(each, lines, file, records.problems) for each in values]
        yield pa.RecordBatch.from_arrays([*columns, pa.array(lines, pa.int64())], [*records.columns, LINE])
    if late:
        listed = ", ".join(f"{name} ({rows:,})" for name, rows in sorted(late.items()))
        records.notes.append(
            f"Keys that occur only behind the first {KEYS_FROM_ROWS:,} rows are not read (rows): {listed[:400]}."
        )
