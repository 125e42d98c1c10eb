"""A reader's result, and what all formats share: decoding and splitting into lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from gendertui.corpus.table import SCHEMA, Problem


@dataclass
class Parsed:
    """What a reader returns."""

    columns: dict[str, list[Any]]
    """Column of :data:`~gendertui.corpus.table.SCHEMA` → values, all of one length; ``text`` is there."""
    problems: list[Problem]
    rows_read: int
    """Rows seen: those in the table plus those left out."""
    encoding: str
    labels: tuple[str, str] = field(kw_only=True)
    """The negative and the positive class."""
    notes: list[str] = field(default_factory=list)
    """Remarks on the corpus as a whole."""
    digest: Any = field(default_factory=hashlib.sha256)
    """sha256 over every byte read."""

    def table(self) -> pa.Table:
        """The columns as a table of :data:`~gendertui.corpus.table.SCHEMA`; a column that is not there is null."""
        size = len(self.columns["text"])
        arrays = [
            pa.array(self.columns[name], part.type) if name in self.columns else pa.nulls(size, part.type)
            for name, part in ((part.name, part) for part in SCHEMA)
        ]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)


def decode(data: bytes, file: str, problems: list[Problem]) -> tuple[str, str]:
    """Text, and the encoding it was read in.

    UTF-8 is tried first (a byte order mark is dropped); a file that is not UTF-8 throughout is Windows-1252. A byte
    undefined in Windows-1252 becomes the control character with its number, and the line is reported.
    """
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        pass
    pieces = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            pieces.append(line.decode("cp1252"))
        except UnicodeDecodeError:
            text = "".join(_byte(value) for value in line)
            pieces.append(text)
            problems.append(Problem(file, number, "byte undefined in Windows-1252", text, kept=True))
    return "\n".join(pieces), "cp1252"


def _byte(value: int) -> str:
    try:
        return bytes([value]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(value)


def lines_of(text: str) -> list[str]:
    """Split at LF or CR LF only: other Unicode line separators are part of the text."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines] if "\r" in text else lines
