"""Bytes of a column to text, with the reasons why some rows have none to score."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.readers import mending

LONGEST_BYTES = 2 * 2**20
"""The longest text that is scored."""
NO_TEXT = "no text"
EMPTY = "empty"
NOT_UTF8 = "not UTF-8"
TOO_LONG = f"longer than {LONGEST_BYTES:,} bytes"


@dataclass(frozen=True)
class Texts:
    """Rows, one after the other."""

    texts: pa.Array
    """[rows] strings; null where there is an error."""
    errors: pa.Array
    """[rows] strings; null where there is none."""
    ids: pa.Array | None = None
    """[rows] strings."""

    def __len__(self) -> int:
        return len(self.texts)

    def slice(self, start: int, rows: int) -> Texts:
        """Some of the rows."""
        ids = None if self.ids is None else self.ids.slice(start, rows)
        return Texts(self.texts.slice(start, rows), self.errors.slice(start, rows), ids)


def decoded(values: pa.Array, ids: pa.Array | None = None) -> Texts:
    """Texts of a column of bytes or strings that need not be UTF-8; what an earlier conversion spoiled is mended.

    :param values: [rows] null where there is no value.
    """
    data = _as_binary(values)
    errors = pc.if_else(pc.is_null(data), NO_TEXT, pa.scalar(None, pa.string()))
    long = pc.fill_null(pc.greater(pc.binary_length(data), LONGEST_BYTES), False)
    if pc.any(long).as_py():
        errors = pc.if_else(long, TOO_LONG, errors)
        data = pc.if_else(long, pa.scalar(None, pa.binary()), data)
    texts = utf8(data)
    wrong = pc.and_(pc.is_null(texts), pc.is_valid(data))
    if pc.any(wrong).as_py():
        errors = pc.if_else(wrong, NOT_UTF8, errors)
    return Texts(mending.mended(texts)[0], errors, ids)


def utf8(data: pa.Array) -> pa.Array:
    """Bytes as strings; null where they are not UTF-8."""
    try:
        return data.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_decoded(each) for each in data.to_pylist()], pa.string())


def _as_binary(values: pa.Array) -> pa.Array:
    if pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type):
        return values.view(pa.large_binary()).cast(pa.binary())
    return values.view(pa.binary())


def _decoded(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return None
