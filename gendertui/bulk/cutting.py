"""Where the rows of a text end, and spans of whole rows: what one part is made of.

In text and JSON Lines a row ends at LF. In rows of fields it ends at LF, CR or CR LF outside of quotation marks, and
quotation marks enclose a field where they are its first character: the rules of Arrow's reader, which reads the spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gendertui.arrays import Bools, Ints
from gendertui.bulk.layout import DELIMITED, Layout
from gendertui.corpus.readers.text import LINE_BYTES
from gendertui.errors import ExitCode, GendertuiError

_LF, _CR, _QUOTE = b'\n\r"'
_HEADER_LINES = 100
# Lines that a header may have at most: the names of its columns hold few line breaks.
_ENCLOSED = re.compile(rb'"(?:[^"]++|"")*+')


@dataclass(frozen=True)
class Span:
    """Whole rows of a text."""

    start: int
    end: int
    """Bytes of the text, unpacked."""
    rows: int


def spans(blocks: Iterable[bytes], layout: Layout, where: str) -> Iterator[Span]:
    """A text cut where rows end: a span a block, the beginning of a row being left to the next one.

    :param blocks: the text from :attr:`Layout.start` on.
    :raises GendertuiError: a row does not end, or a quotation mark is not closed (code DATA).
    """
    start = layout.start
    rest = b""
    for block in blocks:
        data = rest + block
        end, rows = last_row_end(data, layout)
        if end:
            yield Span(start, start + end, rows)
        elif len(data) > LINE_BYTES:
            raise _endless(data, layout, where, start)
        start, rest = start + end, data[end:]
    if rest:
        closed = rest if rest.endswith(b"\n") else rest + b"\n"
        end, rows = last_row_end(closed, layout)
        if end < len(closed):
            raise _endless(rest, layout, where, start)
        yield Span(start, start + len(rest), rows)


def last_row_end(data: bytes, layout: Layout) -> tuple[int, int]:
    """Where the last whole row of a text ends that begins with one, 0 where none does; and how many rows that are.

    That is behind a LF: behind a CR, a LF that belongs to it may follow.
    """
    if layout.kind != DELIMITED or (b"\r" not in data and not (layout.quoting and b'"' in data)):
        end = data.rfind(b"\n") + 1
        return end, data.count(b"\n", 0, end)
    signs = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(signs == _LF)
    returns = np.flatnonzero(signs == _CR)
    # Of a CR LF the LF counts.
    returns = returns[signs[np.minimum(returns + 1, len(signs) - 1)] != _LF]
    if layout.quoting and b'"' in data:
        feeds, returns = _outside(data, signs, layout.delimiter, feeds, returns)
    if not len(feeds):
        return 0, 0
    end = int(feeds[-1]) + 1
    return end, len(feeds) + int(np.count_nonzero(returns < end))


def first_row_end(data: bytes, layout: Layout) -> int:
    """Where the first row of a text ends, which is a header."""
    end = 0
    for _ in range(_HEADER_LINES):
        end = data.find(b"\n", end) + 1 or len(data)
        if last_row_end(data[:end], layout)[0]:
            break
    return end


def _outside(data: bytes, signs: NDArray[np.uint8], delimiter: str, feeds: Ints, returns: Ints) -> tuple[Ints, Ints]:
    """Of places those that no quotation marks enclose."""
    quotes = np.flatnonzero(signs == _QUOTE)
    bounds = quotes if _all_enclose(signs, quotes, delimiter) else _enclosing(data, delimiter)
    feeds, returns = (places[np.searchsorted(bounds, places) % 2 == 0] for places in (feeds, returns))
    return feeds, returns


def _all_enclose(signs: NDArray[np.uint8], quotes: Ints, delimiter: str) -> bool:
    """Whether quotation marks open and close fields by turns, as they do in files that are all right: each that opens
    begins a field, or follows at once on one that closes, which is how one inside of a field is written."""
    opening = quotes[::2]
    before = signs[np.maximum(opening - 1, 0)]
    begins: Bools = np.isin(before, [_LF, _CR, ord(delimiter)]) | (opening == 0)
    doubled = np.zeros(len(opening), np.bool_)
    doubled[1:] = opening[1:] == quotes[1 : 2 * len(opening) - 1 : 2] + 1
    return bool((begins | doubled).all())


def _enclosing(data: bytes, delimiter: str) -> Ints:
    """Where fields in quotation marks begin and end, by turns, in a text that has quotation marks elsewhere, too."""
    begins_field = b"\n\r" + delimiter.encode()
    bounds: list[int] = []
    place = data.find(b'"')
    while place >= 0:
        behind = place + 1
        if place == 0 or data[place - 1] in begins_field:
            match = _ENCLOSED.match(data, place)
            assert match is not None
            bounds += [place, match.end()]
            behind = match.end() + 1
        place = data.find(b'"', behind)
    return np.array(bounds, np.int64)


def _endless(data: bytes, layout: Layout, where: str, start: int) -> GendertuiError:
    quoted = layout.quoting and b'"' in data
    return GendertuiError(
        f"a row that begins at byte {start:,} "
        + ("has a quotation mark that is not closed" if quoted else f"is longer than {LINE_BYTES:,} bytes"),
        where=where,
        hint="predict --file without --out reads such a file; or mend that row."
        if quoted
        else "Give a file with one text in each line or row.",
        code=ExitCode.DATA,
    )
