"""Quotation marks that a backslash escapes inside of fields, as MySQL, Spark and others write them: read as doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.delimited.dialect import samples
from gendertui.corpus.readers.delimited.header import FEW_VALUES
from gendertui.corpus.readers.delimited.quoted_rows import QuotedRows
from gendertui.corpus.readers.delimited.quoting import few_values
from gendertui.corpus.readers.delimited.sample import Sample
from gendertui.corpus.readers.source import Digest
from gendertui.corpus.readers.text import Block, Text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.progress import Progress

NOTE = 'Quotation marks inside of fields are written \\" in this file.'
_ESCAPED_MARK = '\\"'
_ESCAPE = re.compile(rb'\\(["\\])')
_FEWER = 10
"""So many times fewer rows must be wrong without backslashes: a field may well end with one."""


class EscapedText(Text):
    """A text whose quotation marks are doubled where backslashes escaped them."""

    @classmethod
    def of(cls, text: Text) -> EscapedText:
        return cls(text.source, text.survey, text.encoding, text.decision)

    def blocks(
        self,
        problems: Problems | None = None,
        digest: Digest | None = None,
        progress: Progress | None = None,
        *,
        mend: bool = True,
    ) -> Iterator[Block]:
        for block in super().blocks(problems, digest, progress, mend=mend):
            yield Block(block.first, _doubled(block.data), block.ending)


def backslashes_escape(lines: Sequence[str], options: ReadingOptions, suffix: str) -> bool:
    """Whether rows are right only if backslashes escape quotation marks.

    :param lines: the first ones, without their ends.
    :param suffix: of the file's name.
    """
    if options.quoting is False or not any(_ESCAPED_MARK in line for line in lines):
        return False
    doubled = [_doubled(line.encode()).decode() for line in lines]
    found = [each for each in samples(doubled, options, suffix) if each.dialect.quoting and each.several]
    return len(found) == 1 and _FEWER * _wrong(doubled, found[0]) < _wrong(lines, found[0])


def _wrong(lines: Sequence[str], sample: Sample) -> int:
    """Rows with which something is wrong."""
    dialect = sample.dialect
    known = few_values(sample.rows, dialect.width, FEW_VALUES)
    rows = QuotedRows((f"{line}\n" for line in lines), dialect.delimiter, dialect.width, known)
    return sum(bool(row.problem) for row in rows if rows.open_from is None or row.line < rows.open_from)


def _doubled(data: bytes) -> bytes:
    if b"\\" not in data:
        return data
    return _ESCAPE.sub(lambda found: b'""' if found[1] == b'"' else found[1], data)
