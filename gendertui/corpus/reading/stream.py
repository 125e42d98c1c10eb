"""Records to the table on disk, a batch at a time, so that memory does not grow with the file."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from gendertui.corpus.reading.column_names import UNNAMED
from gendertui.corpus.reading.columns import choose, more_may_say
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.labels import MAXIMUM_VALUES
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.corpus.reading.reading import Reading, Roles, described
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.units import NO_UNITS, Units
from gendertui.errors import ExitCode, GendertuiError

SAMPLE_ROWS = 2_000
RUN_ROWS = 40
LABEL = "label"
SAID = "as the format names it"


@dataclass(frozen=True)
class Spooled:
    """What reading a file gave beside its table."""

    reading: Reading
    rows: int
    """In the table."""


def spool(path: Path, records: Records, options: ReadingOptions, target: Path) -> Spooled:
    """Take all records, and write the lines table with the label column's values as they are.

    :param target: the Arrow file to write.
    :raises GendertuiError: it cannot be decided which column is what; see :func:`~..columns.choose`.
    """
    roles, units, decisions, rest = _decided(path, records, options, target.with_suffix(".records"))
    values: Counter[str] = Counter()
    rows = 0
    with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
        for batch in rest:
            lines = _lines(batch, roles, records.delimiter)
            _count(values, lines.column(LABEL), path, roles.label)
            rows += lines.num_rows
            writer.write_batch(lines)
    found: list[Decision] = [*records.decisions, *decisions]
    return Spooled(Reading(options, tuple(found), records.columns, dict(values), units), rows)


def _decided(
    path: Path, records: Records, options: ReadingOptions, aside: Path
) -> tuple[Roles, Units, list[Decision], Iterator[pa.RecordBatch]]:
    """Which column is what, and all batches.

    :param aside: where to keep the records of a file whose first rows do not say it; it is removed.
    """
    first, rest = first_records(records)
    if records.roles is not None or not first:
        return records.roles or Roles(("",)), records.units or NO_UNITS, [], chain(first, rest)
    sample = pa.Table.from_batches(first).slice(0, SAMPLE_ROWS)
    roles, units, decisions = choose_columns(path, records, options, sample)
    records.notes += _ignored(sample, roles)
    if options.over(records.said).label is None and more_may_say(sample, roles):
        # Files are often sorted by label: the first rows have one only, whichever column it is.
        batches = _Kept(aside, chain(first, rest))
        return *choose_columns(path, records, options, batches.sample(SAMPLE_ROWS)), iter(batches)
    return roles, units, decisions, chain(first, rest)


def _ignored(sample: pa.Table, roles: Roles) -> list[str]:
    """A remark on columns without a name that hold something and are of no use."""
    used = {*roles.text, roles.label, *roles.single().values(), LINE}
    names = [name for name in sample.column_names if UNNAMED.fullmatch(name) and name not in used]
    held = [name for name in names if sample.column(name).null_count < sample.num_rows]
    if not held:
        return []
    return [f"Ignored: {', '.join(held)} ({'columns' if len(held) > 1 else 'a column'} without a name)."]


def choose_columns(
    path: Path, records: Records, options: ReadingOptions, sample: pa.Table, *, labelled: bool = True
) -> tuple[Roles, Units, list[Decision]]:
    """Which column is what, judged by some records; those that the format names were found and not asked for.

    :param labelled: whether a label column is looked for.
    """
    known = options.over(records.said)
    columns = sample.select(records.columns)
    try:
        roles, units, decisions = choose(path, columns, known, labelled=labelled, named=records.named)
    except ReadingQuestionError as question:
        question.what = f"{question.what} ({described(records.decisions, records.columns)})"
        raise
    found = [each if getattr(options, each.field) else _said(each, records.said) for each in decisions]
    return roles, records.units or units, found


def _said(decision: Decision, said: ReadingOptions) -> Decision:
    """A decision that no person made. The first rows say little of a label that the format tells: files are sorted."""
    named = decision.field == "label" and said.label is not None
    return dataclasses.replace(decision, by="found", why=SAID if named else decision.why)


def first_records(records: Records) -> tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch]]:
    """The batches that hold the first rows, and those that follow."""
    taken: list[pa.RecordBatch] = []
    for batch in records.batches:
        taken.append(batch)
        if sum(each.num_rows for each in taken) >= SAMPLE_ROWS:
            break
    return taken, records.batches


class _Kept:
    """The records of a file, written down so that they can be looked at twice."""

    def __init__(self, path: Path, batches: Iterator[pa.RecordBatch]) -> None:
        first = next(batches)
        self._path = path
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, first.schema) as writer:
            for batch in chain([first], batches):
                writer.write_batch(batch)

    def sample(self, rows: int) -> pa.Table:
        """So many of them or fewer: runs at equal distances, so that a group has rows together as in the file."""
        with pa.memory_map(str(self._path)) as source:
            table = pa.ipc.open_file(source).read_all()
            step = max(1, -(-table.num_rows // rows))
            parts, start = [], 0
            for batch in table.to_batches():
                runs = np.arange(start, start + batch.num_rows) // RUN_ROWS
                parts.append(batch.take(pa.array(np.flatnonzero(runs % step == 0))))
                start += batch.num_rows
            return pa.Table.from_batches(parts)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            with pa.memory_map(str(self._path)) as source:
                reader = pa.ipc.open_file(source)
                yield from (reader.get_batch(number) for number in range(reader.num_record_batches))
        finally:
            self._path.unlink()


def _lines(batch: pa.RecordBatch, roles: Roles, delimiter: str) -> pa.RecordBatch:
    """A batch of the lines table."""
    sources = roles.single()
    columns: list[pa.Array] = []
    for field in SCHEMA:
        if field.name == "text":
            columns.append(joined([batch.column(name) for name in roles.text], delimiter))
        elif field.name == LABEL:
            columns.append(batch.column(roles.label) if roles.label is not None else _nulls(batch, field))
        elif field.name in sources:
            columns.append(_cast(batch.column(sources[field.name]), field.type))
        else:
            columns.append(_nulls(batch, field))
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _nulls(batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    return pa.nulls(batch.num_rows, field.type)


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if values.type == kind:
        return values
    number = pc.match_substring_regex(values, r"^-?\d{1,18}$")
    whole = pc.if_else(number, values, pa.scalar(None, pa.string())).cast(pa.int64())
    if kind == pa.int16():
        whole = pc.if_else(pc.less(pc.abs(whole), 2**15), whole, pa.scalar(None, pa.int64()))
    return whole.cast(kind)


def joined(parts: list[pa.Array], delimiter: str) -> pa.Array:
    """The parts of a text, empty ones at its end left out, joined by what separated them."""
    text = pc.fill_null(parts[0], "")
    for part in parts[1:]:
        there = pc.fill_null(pc.not_equal(part, ""), False)
        text = pc.if_else(there, pc.binary_join_element_wise(text, pc.fill_null(part, ""), delimiter), text)
    return text


def _count(values: Counter[str], labels: pa.Array, path: Path, column: str | None) -> None:
    if column is None:
        values[""] += len(labels)
        return
    for each in pc.value_counts(labels).to_pylist():
        values[each["values"] or ""] += each["counts"]
    if len(values) > MAXIMUM_VALUES:
        raise GendertuiError(
            f"the column {column!r} has more than {MAXIMUM_VALUES:,} different values: it holds no labels",
            where=str(path),
            hint="Name the column of the labels: --label NAME.",
            code=ExitCode.DATA,
        )
