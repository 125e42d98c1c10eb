"""Scored rows as Parquet, CSV or JSON Lines. The same rows make the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Protocol

import msgspec
import pyarrow as pa
import pyarrow.csv

from gendertui.bulk.scorer import Scores
from gendertui.bulk.texts import Texts

_GROUP_ROWS = 2**18
"""Rows of a row group in Parquet, at most: so much of a part is kept in memory."""


@dataclass(frozen=True)
class Columns:
    """The columns of an output.

    :param positive: the label whose probability is told.
    """

    positive: str
    with_ids: bool
    with_text: bool

    @property
    def schema(self) -> pa.Schema:
        """``file`` and ``row`` (from 1) say where a row is in the input; ``label`` is null where the model cannot tell,
        and with the probability where ``error`` says why there is no score."""
        return pa.schema(
            [
                ("file", pa.string()),
                ("row", pa.int64()),
                *([("id", pa.string())] if self.with_ids else []),
                *([("text", pa.string())] if self.with_text else []),
                (f"probability_{self.positive}", pa.float64()),
                ("label", pa.string()),
                ("error", pa.string()),
            ]
        )

    def batch(self, file: str, first_row: int, rows: Texts, scores: Scores) -> pa.RecordBatch:
        """Rows that follow one another in a file."""
        size = len(rows)
        ids = rows.ids if rows.ids is not None else pa.nulls(size, pa.string())
        columns = [
            pa.repeat(pa.scalar(file), size),
            pa.array(range(first_row, first_row + size), pa.int64()),
            *([ids] if self.with_ids else []),
            *([rows.texts] if self.with_text else []),
            scores.probabilities,
            scores.labels,
            scores.errors,
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


class Writer(Protocol):
    """Writes rows in the order they come."""

    def write(self, batch: pa.RecordBatch) -> None: ...


@contextmanager
def writer(stream: IO[bytes], form: str, schema: pa.Schema) -> Iterator[Writer]:
    """What writes rows to a stream.

    :param form: one of :data:`gendertui.bulk.request.FORMATS`.
    """
    if form == "jsonl":
        yield _JsonLines(stream)
    elif form == "csv":
        with pyarrow.csv.CSVWriter(stream, schema) as rows:
            yield rows
    else:
        with _Parquet(stream, schema) as groups:
            yield groups


class _JsonLines:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, batch: pa.RecordBatch) -> None:
        lines: Iterable[dict[str, Any]] = batch.to_pylist()
        self._stream.write(msgspec.json.Encoder().encode_lines(lines))


class _Parquet:
    """Rows as they come make row groups of one size."""

    def __init__(self, stream: IO[bytes], schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._schema = schema
        self._writer = pq.ParquetWriter(stream, schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._rows = [], 0
