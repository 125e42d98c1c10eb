"""Rows whose fields may be enclosed in quotation marks, and then hold delimiters and line breaks.

A quotation mark that nothing closes would take all rows behind it for one field. So the lines of a row are kept until
it is complete: when it turns out to be none, or the next line is plainly a row of its own, they are given back.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gendertui.corpus.readers.delimited.quoting import is_row

MAXIMUM_LINES = 2_000
"""Lines that one row may take."""
MAXIMUM_CHARACTERS = 16 * 2**20
"""Characters that a row of several lines may have."""
SWALLOWED = "swallowed records"
UNBALANCED = "quotation marks that do not enclose a field"
TOO_FEW = "too few fields"
TOO_MANY = "too many fields"
# The limit of the csv module is one for the whole process, and far too small for texts.
csv.field_size_limit(2**31 - 1)


class Row(NamedTuple):
    """A row, or what stands in place of one."""

    line: int
    """In which it begins, from 1."""
    fields: list[str]
    raw: str
    """Of a row that something is wrong with, its lines; otherwise empty."""
    problem: str = ""
    """What is wrong with it; it has the right number of fields nevertheless where these are not empty."""


class _OwnRowError(Exception):
    """The next line is a row of its own, though a quotation mark is still open."""


class QuotedRows:
    """The rows of lines of text."""

    def __init__(
        self, lines: Iterator[str], delimiter: str, width: int, known: Mapping[int, frozenset[str]], *, first: int = 1
    ) -> None:
        """
        :param lines: with their ends.
        :param width: fields of a row.
        :param known: of :func:`~gendertui.corpus.readers.delimited.quoting.few_values`.
        :param first: number of the first line.
        """
        self._source = lines
        self._again: deque[str] = deque()
        self._delimiter = delimiter
        self._width = width
        self._known = known
        self._taken: list[str] = []
        self._characters = 0
        self._next = first
        self._ended = False
        self.open_from: int | None = None
        """Line of the first row that was still open when there were no more lines."""

    def __iter__(self) -> Iterator[Row]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        taken = self._taken
        width = self._width
        while True:
            taken.clear()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OwnRowError) as error:
                if self._ended and isinstance(error, csv.Error) and self.open_from is None:
                    self.open_from = self._begin()
                yield self._first_line_alone()
                reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
                continue
            if len(fields) == width:
                yield Row(self._begin(), fields, "")
            elif fields and len(taken) > 1:
                # A field that ends where it should, but of a row that has not the fields it should have.
                yield self._first_line_alone()
                reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
            elif fields:
                yield Row(self._begin(), fields, taken[0].rstrip("\r\n"), TOO_FEW if len(fields) < width else TOO_MANY)

    def _begin(self) -> int:
        return self._next - len(self._taken)

    def _lines(self) -> Iterator[str]:
        """The lines from where the last row ended, noting what the current one takes."""
        taken = self._taken
        again = self._again
        while True:
            if again:
                line = again.popleft()
            else:
                following = next(self._source, None)
                if following is None:
                    self._ended = True
                    return
                line = following
            if taken:
                self._characters += len(line)
                if self._must_end(line):
                    again.appendleft(line)
                    raise _OwnRowError
            else:
                self._characters = len(line)
            taken.append(line)
            self._next += 1
            yield line

    def _must_end(self, line: str) -> bool:
        """Whether the row that was begun ends before this line, though a quotation mark is open."""
        if len(self._taken) >= MAXIMUM_LINES or self._characters > MAXIMUM_CHARACTERS:
            return True
        return is_row(line.rstrip("\r\n"), self._delimiter, self._width, self._known)

    def _first_line_alone(self) -> Row:
        """The first line of what was taken as it stands; the others are given back."""
        first, *others = self._taken
        begin = self._begin()
        self._again.extendleft(reversed(others))
        self._next -= len(others)
        raw = first.rstrip("\r\n")
        fields = raw.split(self._delimiter)
        kind = SWALLOWED if others else UNBALANCED
        if '"' not in raw and len(fields) != self._width:
            kind = TOO_FEW if len(fields) < self._width else TOO_MANY
        return Row(begin, fields if len(fields) == self._width else [], raw, kind)
