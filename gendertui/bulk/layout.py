"""How a file of many rows is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gendertui.corpus.lines_or_records import LINES as LINES_FORMAT
from gendertui.corpus.reading.options import NO_COLUMN, ReadingOptions, delimiter_name

PARQUET, DELIMITED, JSON, LINES = "parquet", "delimited", "json", LINES_FORMAT


@dataclass(frozen=True)
class Layout:
    """How a file is read."""

    kind: str
    """:data:`PARQUET`, :data:`DELIMITED`, :data:`JSON` (an object on each line) or :data:`LINES`."""
    packing: str = ""
    """``gzip``, ``zstd``, or empty."""
    text: tuple[str, ...] = ()
    """Columns of the text, see :class:`gendertui.corpus.reading.reading.Roles`; none of lines, and of a file without
    rows."""
    id: str | None = None
    """Column of an id that the scores are to have, too."""
    columns: tuple[str, ...] = ()
    """All columns of a delimited file."""
    delimiter: str = ""
    quoting: bool = False
    """Whether quotation marks enclose fields."""
    start: int = 0
    """Byte at which the rows begin, behind a byte order mark, lines that are no rows, and a header."""

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Layout:
        """Of what :meth:`to_json` gave."""
        return cls(**{**value, "text": tuple(value["text"]), "columns": tuple(value["columns"])})

    def asked_of_others(self, options: ReadingOptions) -> ReadingOptions:
        """Options for further files of the same input: their texts and ids are in columns of the same names."""
        if not self.text:
            return options
        return dataclasses.replace(options, text=self.text[0], id=self.id or NO_COLUMN)

    @property
    def words(self) -> str:
        """For people."""
        packed = f" in {self.packing}" if self.packing else ""
        if self.kind == LINES:
            return f"lines of text{packed}"
        separated = f" separated by {delimiter_name(self.delimiter)}" if self.kind == DELIMITED else ""
        ids = "" if self.id is None else f", the id {self.id!r}"
        name = {PARQUET: "Parquet", DELIMITED: "rows", JSON: "JSON Lines"}[self.kind]
        return f"{name}{separated}{packed}; the text is the column {', '.join(self.text)!r}{ids}"
