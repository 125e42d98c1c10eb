"""What a reader gives of a file, taken as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from gendertui.corpus.readers import reader_of
from gendertui.corpus.readers.source import Source
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.records import LINE, Records


@dataclass(frozen=True)
class Taken:
    """All that a reader gave."""

    kind: str
    records: Records
    table: pa.Table | None
    """``None`` if there was no row."""

    @property
    def rows(self) -> int:
        return 0 if self.table is None else int(self.table.num_rows)

    @property
    def left_out(self) -> dict[str, int]:
        return dict(self.records.problems.left_out)

    @property
    def remarks(self) -> dict[str, int]:
        return dict(self.records.problems.remarks)

    @property
    def lines(self) -> list[int]:
        """The line in which each row begins."""
        values: list[int] = [] if self.table is None else self.table.column(LINE).to_pylist()
        return values

    def column(self, name: str) -> list[str | None]:
        values: list[str | None] = [] if self.table is None else self.table.column(name).to_pylist()
        return values

    def pairs(self, first: str, second: str) -> list[tuple[str | None, str | None]]:
        return list(zip(self.column(first), self.column(second), strict=True))


def take(path: Path, options: ReadingOptions = NO_OPTIONS) -> Taken:
    """Read a file by the reader that recognises it."""
    reader = reader_of(path, options.format)
    records = reader.records(path, options)
    batches = list(records.batches)
    for batch in batches:
        batch.validate(full=True)
        assert {batch.schema.field(name).type for name in records.columns} <= {pa.string()}
    assert len(set(records.columns)) == len(records.columns)
    return Taken(reader.name, records, pa.Table.from_batches(batches) if batches else None)


@contextmanager
def small_blocks(size: int) -> Iterator[None]:
    """Files are read so many bytes at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source.blocks, "__kwdefaults__", {**(Source.blocks.__kwdefaults__ or {}), "size": size})
        yield
