"""Lines before the rows of a file that are no rows: ``sep=;`` for Excel, and comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gendertui.corpus.readers.text import Block

_SEPARATOR = re.compile(r'"?sep=."?', re.IGNORECASE)
_COMMENT = "#"


def preamble(lines: Sequence[str], delimiters: Sequence[str]) -> int:
    """How many of a file's first lines are no rows.

    Comments begin with ``#``, and unlike rows or a header that do not all have the fields of the lines behind them.

    :param lines: without their ends; none is blank.
    :param delimiters: one of which separates fields.
    """
    if lines and _SEPARATOR.fullmatch(lines[0]):
        return 1
    comments = next((place for place, line in enumerate(lines) if not line.startswith(_COMMENT)), 0)
    if not comments:
        return 0
    for delimiter in delimiters:
        width = Counter(row.count(delimiter) for row in lines[comments:]).most_common(1)[0][0]
        if width and all(line.count(delimiter) == width for line in lines[:comments]):
            return 0
    return comments


def without_first(blocks: Iterator[Block], lines: int) -> Iterator[Block]:
    """Blocks without the first lines, blank ones not counted; these are all in the first block."""
    first = next(blocks, None)
    if first is None:
        return
    place = number = 0
    ending = first.ending.encode()
    while lines and place < len(first.data):
        end = first.data.find(ending, place) + 1 or len(first.data)
        lines -= bool(first.data[place:end].strip(b"\r\n"))
        place, number = end, number + 1
    yield Block(first.first + number, first.data[place:], first.ending)
    yield from blocks
