"""Parquet, and Arrow's own files: Feather, and what Hugging Face's datasets keep. Read some MB at a time.

Their rows are counted where other files' lines are.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.arrow_values import TextColumn, check, text_columns
from gendertui.corpus.readers.mending import mended_column
from gendertui.corpus.readers.source import Source
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import LINE, Records
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

BATCH_BYTES = 4 * 2**20
_MINIMUM_ROWS, _MAXIMUM_ROWS = 16, 65_536
_PARQUET = (b"PAR1", b"PARE")
_FILE = b"ARROW1\0\0"
_STREAM = b"\xff\xff\xff\xff"
_FEATHER_1 = b"FEA1"


def sniff(path: Path) -> bool:
    """Whether it begins as these files do."""
    return path.is_file() and bool(_kind(path))


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(_PARQUET):
        return "Parquet"
    if start.startswith((_FILE, _FEATHER_1)):
        return "Arrow"
    # The size of the schema, which is a multiple of eight, follows.
    stream_of_arrow = start.startswith(_STREAM) and 0 < int.from_bytes(start[4:], "little") < 2**24 and not start[4] % 8
    return "Arrow stream" if stream_of_arrow else ""


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the columns that can be text; others are named in a note.

    Numbers that the file itself gives class names for, as Hugging Face's do, become these names.
    """
    kind = _kind(path)
    with _noticing_damage(path, kind):
        schema = _schema(path, kind)
        columns, others = text_columns(schema, class_names(features_of(schema)))
    if not columns:
        raise GendertuiError(
            f"no column of this {kind} file holds text: {', '.join(others) or 'it has none'}",
            where=str(path),
            hint="Give a file with a column of texts and a column of labels.",
            code=ExitCode.DATA,
        )
    found = Records(tuple(column.name for column in columns), iter(()), Problems())
    found.decisions.append(Decision("encoding", "utf-8", f"{kind} files are in UTF-8"))
    if others:
        found.notes.append(f"Columns that hold no text are not read: {', '.join(others)[:400]}.")
    found.batches = _batches(path, kind, columns, found, progress)
    return found


def features_of(schema: pa.Schema) -> Mapping[str, Any]:
    """What Hugging Face's datasets write of the columns into a schema; empty where nothing is."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        return {}
    return features if isinstance(features, dict) else {}


def class_names(features: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Column → its class names, where its numbers stand for classes; a column of lists of such numbers, too."""
    found: dict[str, Sequence[str]] = {}
    for column, feature in features.items():
        if isinstance(feature, list) and len(feature) == 1:
            feature = feature[0]
        if isinstance(feature, dict) and isinstance(feature.get("feature"), dict):
            feature = feature["feature"]
        names = feature.get("names") if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" else None
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            found[column] = names
    return found


@contextlib.contextmanager
def _noticing_damage(path: Path, kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None and error.strerror is not None:
            raise
        raise GendertuiError(
            f"this {kind} file is damaged or was cut short ({' '.join(str(error).split())[:200]})",
            where=str(path),
            hint="Download or copy it again.",
            code=ExitCode.DATA,
        ) from error


@contextlib.contextmanager
def _opened(path: Path, kind: str) -> Iterator[Any]:
    with contextlib.ExitStack() as stack:
        # Not memory-mapped: a file that becomes shorter while it is read would end the process.
        stream = stack.enter_context(pa.OSFile(str(path), "rb"))
        if kind == "Parquet":
            import pyarrow.parquet

            yield stack.enter_context(pyarrow.parquet.ParquetFile(stream, pre_buffer=False))
        elif kind == "Arrow":
            if stream.read(4) == _FEATHER_1:
                raise GendertuiError(
                    "this is a Feather file of version 1, which is no longer read",
                    where=str(path),
                    hint="Write it anew as Parquet, or as Feather of version 2.",
                    code=ExitCode.DATA,
                )
            stream.seek(0)
            yield stack.enter_context(pa.ipc.open_file(stream))
        elif kind == "Arrow stream":
            yield stack.enter_context(pa.ipc.open_stream(stream))
        else:
            raise GendertuiError(
                "this is neither Parquet nor an Arrow file",
                where=str(path),
                hint="Leave --format away, and it is found out what it is.",
                code=ExitCode.DATA,
            )


def _schema(path: Path, kind: str) -> pa.Schema:
    with _opened(path, kind) as opened:
        return opened.schema_arrow if kind == "Parquet" else opened.schema


def _batches(
    path: Path, kind: str, columns: Sequence[TextColumn], found: Records, progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    source = Source(path)
    first = 1
    with _noticing_damage(path, kind), _opened(path, kind) as opened:
        for raw, done, total in _raw(opened, kind):
            check(raw)
            for part in _cut(raw):
                rows = range(first, first + part.num_rows)
                arrays = [mended_column(column.convert(part), rows, path.name, found.problems) for column in columns]
                yield pa.RecordBatch.from_arrays([*arrays, pa.array(rows, pa.int64())], [*found.columns, LINE])
                first += part.num_rows
            if progress is not None:
                progress("reading", done, total)
    # Every byte once: they are what the data are known by, and show whether the file was changed meanwhile.
    for _ in source.blocks(found.digest):
        pass


def _raw(opened: Any, kind: str) -> Iterator[tuple[pa.RecordBatch, int, int]]:
    """Batches as they are stored, with how much of the file has been read, and how much there is."""
    if kind == "Parquet":
        metadata = opened.metadata
        size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        rows = BATCH_BYTES * metadata.num_rows // max(1, size)
        done = 0
        for batch in opened.iter_batches(batch_size=min(max(rows, _MINIMUM_ROWS), _MAXIMUM_ROWS)):
            done += batch.num_rows
            yield batch, done, metadata.num_rows
    elif kind == "Arrow":
        for number in range(opened.num_record_batches):
            yield opened.get_batch(number), number + 1, opened.num_record_batches
    else:
        for batch in opened:
            yield batch, 0, 0


def _cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    rows = max(_MINIMUM_ROWS, batch.num_rows * BATCH_BYTES // max(1, batch.nbytes))
    return (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))
