"""The rows of a part, read by Arrow, some thousands at a time; those that cannot be scored come with the reason.

Each of Arrow's readers is used by itself, not all of them through ``pyarrow.dataset``: there the smallest piece of a
text is a file, a row of JSON that is not valid ends all of it, one of CSV is missing without a place, and row groups
take more memory (by a quarter at least) in no less time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from gendertui.bulk.cutting import last_row_end
from gendertui.bulk.layout import DELIMITED, JSON, PARQUET, Layout
from gendertui.bulk.plan import InputFile, Part, damaged, unpacked
from gendertui.bulk.texts import EMPTY, NOT_UTF8, Texts, decoded, utf8
from gendertui.corpus.readers import columnar
from gendertui.corpus.readers.arrow_values import TextColumn, check, text_columns
from gendertui.corpus.readers.delimited.quoted_rows import TOO_FEW, TOO_MANY
from gendertui.corpus.readers.json_stream import INVALID, INVALID_ERRORS, NO_OBJECT, decode, with_whole_pairs
from gendertui.corpus.readers.objects import row_of
from gendertui.corpus.readers.text import Block
from gendertui.errors import ExitCode, GendertuiError

CHUNK_ROWS = 16_384
"""Rows that are scored together; the same ones whoever scores them, and so with the same result to the last bit."""
_CHUNK_BYTES = 4 * 2**20
# Of a text, at a time. Larger blocks, freed, would leave holes that grow: memory would not be flat.
_BLOCK_BYTES = 2**20


class PartReader:
    """Reads parts of one input. One after the other of a packed file are read by unpacking it once."""

    def __init__(self, files: Sequence[InputFile]) -> None:
        self._files = files
        self._open: _Stream | None = None

    def chunks(self, part: Part) -> Iterator[Texts]:
        """The rows of a part, :data:`CHUNK_ROWS` or fewer at a time.

        :raises GendertuiError: the file is damaged, or has other rows than when it was looked at (code DATA).
        """
        file = self._files[part.file]
        rows = 0
        try:
            for texts in self._texts(file, part):
                rows += len(texts)
                yield from (texts.slice(start, CHUNK_ROWS) for start in range(0, len(texts), CHUNK_ROWS))
        except (pa.ArrowException, EOFError) as error:
            raise damaged(file.path, error) from error
        if rows != part.rows:
            raise GendertuiError(
                f"{part.name} of it has {rows:,} rows and not {part.rows:,}, as it had when it was looked at",
                where=file.path,
                hint="If the file was changed, give --out another folder.",
                code=ExitCode.DATA,
            )

    def _texts(self, file: InputFile, part: Part) -> Iterator[Texts]:
        if file.layout.kind == PARQUET:
            yield from _of_row_groups(file, part)
            return
        for data in _whole_rows(self._blocks(file, part), file.layout):
            if file.layout.kind == DELIMITED:
                yield _of_fields(data, file.layout)
            else:
                lines = Block(1, data, "\n").lines()
                yield _of_objects(lines, file.layout) if file.layout.kind == JSON else decoded(lines)

    def _blocks(self, file: InputFile, part: Part) -> Iterator[bytes]:
        if self._open is None or self._open.path != file.path or self._open.place > part.start:
            if self._open is not None:
                self._open.close()
            self._open = _Stream(file)
        return self._open.blocks(part.start, part.end)


class _Stream:
    """A text that is read forwards, in spans."""

    def __init__(self, file: InputFile) -> None:
        self.path = file.path
        self.place = 0
        self._seekable = not file.layout.packing
        self._raw = Path(file.path).open("rb")  # noqa: SIM115 (closed by who made it, when another is needed)
        self._stream = unpacked(self._raw, file.layout)

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from one place to another, some at a time."""
        if self._seekable:
            self._stream.seek(start)
            self.place = start
        for _ in self._until(start):
            pass
        yield from self._until(end)

    def _until(self, end: int) -> Iterator[bytes]:
        while self.place < end and (data := self._stream.read(min(end - self.place, _BLOCK_BYTES))):
            self.place += len(data)
            yield data

    def close(self) -> None:
        self._raw.close()


def _whole_rows(blocks: Iterable[bytes], layout: Layout) -> Iterator[bytes]:
    """Blocks cut where rows end."""
    rest = b""
    for block in blocks:
        data = rest + block
        end, _ = last_row_end(data, layout)
        if end:
            yield data[:end]
        rest = data[end:]
    if rest:
        yield rest


def _of_objects(lines: pa.Array, layout: Layout) -> Texts:
    texts, ids, errors = [], [], []
    for line in lines.view(pa.binary()).to_pylist():
        row, error = _object(line)
        texts.append(row.get(layout.text[0]) if layout.text else None)
        ids.append(None if layout.id is None else row.get(layout.id))
        errors.append(error)
    found = decoded(pa.array(texts, pa.string()))
    reasons = pc.coalesce(pa.array(errors, pa.string()), found.errors)
    return Texts(found.texts, reasons, pa.array(ids, pa.string()))


def _object(line: bytes) -> tuple[dict[str, str | None], str | None]:
    """The row on a line, or why there is none."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return {}, NOT_UTF8
    if not text.strip():
        return {}, EMPTY
    try:
        value = decode(text)
    except INVALID_ERRORS:
        return {}, INVALID
    return (dict(row_of(with_whole_pairs(value, text))), None) if isinstance(value, dict) else ({}, NO_OBJECT)


def _of_fields(data: bytes, layout: Layout) -> Texts:
    """All rows of a text: what is in a row stands in its place, also where it is left out."""
    names = [str(place) for place in range(len(layout.columns))]
    # Where no row said which column is the text, none has any.
    text = layout.text or layout.columns[:1]
    wanted = [names[layout.columns.index(name)] for name in (*text, *([layout.id] if layout.id else []))]
    wrong: list[Any] = []

    def leave_out(row: Any) -> str:
        wrong.append(row)
        return "skip"

    table = pyarrow.csv.open_csv(
        pa.BufferReader(data),
        # In one block: a row must not be longer than one.
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if layout.quoting else False,
            newlines_in_values=layout.quoting,
            ignore_empty_lines=False,
            invalid_row_handler=leave_out,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            check_utf8=False, column_types=dict.fromkeys(wanted, pa.binary()), include_columns=wanted
        ),
    ).read_all()
    places = _places(table.num_rows, [row.number - 1 for row in wrong])
    columns = {name: pc.take(table.column(name).combine_chunks(), places) for name in wanted}
    found = decoded(_joined([columns[name] for name in wanted[: len(text)]], layout.delimiter))
    few = [TOO_FEW if row.actual_columns < len(names) else TOO_MANY for row in wrong]
    reasons = np.full(len(places), None, object)
    reasons[[row.number - 1 for row in wrong]] = few
    ids = None if layout.id is None else utf8(columns[wanted[-1]])
    return Texts(found.texts, pc.coalesce(pa.array(reasons, pa.string()), found.errors), ids)


def _places(rows: int, left_out: Sequence[int]) -> pa.Array:
    """[all rows] where each is among those that were read; null for those that were left out."""
    places = np.zeros(rows + len(left_out), np.int64)
    out = np.zeros(len(places), np.bool_)
    out[list(left_out)] = True
    places[~out] = np.arange(rows)
    return pa.array(places, mask=out)


def _joined(parts: Sequence[pa.Array], delimiter: str) -> pa.Array:
    """The parts of a text, empty ones at its end left out, joined by what separated them."""
    text = parts[0]
    for part in parts[1:]:
        more = pc.fill_null(pc.greater(pc.binary_length(part), 0), False)
        text = pc.if_else(more, pc.binary_join_element_wise(text, part, pa.scalar(delimiter.encode())), text)
    return text


def _of_row_groups(file: InputFile, part: Part) -> Iterator[Texts]:
    import pyarrow.parquet as pq

    layout = file.layout
    with pa.OSFile(file.path, "rb") as stream, pq.ParquetFile(stream, pre_buffer=False) as opened:
        schema = opened.schema_arrow
        wanted = [*layout.text, *([layout.id] if layout.id else [])]
        read = [name for name in schema.names if any(each == name or each.startswith(f"{name}.") for each in wanted)]
        projected = pa.schema([schema.field(name) for name in read], schema.metadata)
        columns = {column.name: column for column in text_columns(projected, _classes(schema))[0]}
        groups = range(part.start, part.end)
        size = sum(opened.metadata.row_group(group).total_byte_size for group in groups)
        rows = min(CHUNK_ROWS, max(1, _CHUNK_BYTES * part.rows // max(1, size)))
        for batch in opened.iter_batches(batch_size=rows, row_groups=list(groups), columns=read, use_threads=False):
            check(batch)
            ids = None if layout.id is None else columns[layout.id].convert(batch)
            yield decoded(_column(batch, columns[layout.text[0]]), ids)


def _classes(schema: pa.Schema) -> dict[str, Sequence[str]]:
    return columnar.class_names(columnar.features_of(schema))


def _column(batch: pa.RecordBatch, column: TextColumn) -> pa.Array:
    """The values of a column: bytes as they are, since they need not be UTF-8, others as text."""
    if column.name in batch.schema.names:
        values = batch.column(column.name)
        if _is_bytes(values.type):
            return values
    return column.convert(batch)


def _is_bytes(kind: pa.DataType) -> bool:
    return any(
        is_kind(kind)
        for is_kind in (pa.types.is_string, pa.types.is_binary, pa.types.is_large_string, pa.types.is_large_binary)
    )
