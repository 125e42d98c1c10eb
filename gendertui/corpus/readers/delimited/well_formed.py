"""Rows in quotation marks with which nothing is wrong, split by Arrow: several times faster than one by one.

Arrow's CSV reader takes rows that are not right, too, and reads them in some way; and it has lost bytes where a block
ended inside quotation marks. So it gets lines whose quotation marks have been checked, each line a row, in one block.
"""

from __future__ import annotations

import codecs
import io

import numpy as np
import pyarrow as pa
import pyarrow.csv

from gendertui.corpus.readers.encoding import occurrences

_QUOTE = ord('"')


def split_well_formed(data: bytes, delimiter: str, width: int, ending: str) -> list[pa.Array] | None:
    """The columns of rows, each of type string, if every line is a row of so many fields and nothing is wrong with any;
    otherwise ``None``.

    :param data: whole lines with their ends, in UTF-8.
    :param ending: of a line.
    """
    separator = delimiter.encode()
    # To Arrow each of CR, LF and CR LF ends a line.
    if (ending == "\n" and data.count(b"\r") != data.count(b"\r\n")) or (ending == "\r" and b"\n" in data):
        return None
    # Arrow would take the character for a byte order mark and drop it.
    if len(separator) > 1 or not data or data.startswith(codecs.BOM_UTF8) or not _quotes_enclose(data, separator):
        return None
    names = [str(place) for place in range(width)]
    try:
        table = pa.csv.read_csv(
            io.BytesIO(data),
            read_options=pa.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None
    lines = occurrences(data, ending.encode()) + (not data.endswith(ending.encode()))
    # A row takes one line at least.
    if table.num_rows != lines:
        return None
    return [column.combine_chunks() for column in table.columns]


def _quotes_enclose(data: bytes, delimiter: bytes) -> bool:
    """Whether quotation marks do nothing but enclose fields, those inside a field doubled.

    Counted through, every other one opens a field, or is the second of two; the others close it, or are the first of
    two.
    """
    signs = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(signs == _QUOTE)
    if len(places) % 2:
        return False
    boundary = np.zeros(256, bool)
    boundary[[delimiter[0], ord("\n"), ord("\r"), _QUOTE]] = True
    opening, closing = places[::2], places[1::2]
    before = opening[1:] if len(opening) and opening[0] == 0 else opening
    behind = closing[:-1] if len(closing) and closing[-1] == len(signs) - 1 else closing
    return bool(boundary[signs[before - 1]].all() and boundary[signs[behind + 1]].all())
