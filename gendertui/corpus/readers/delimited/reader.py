"""CSV and its relations; see the package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.delimited.dialect import DELIMITERS, SUFFIXES, YES, decide_dialect, samples
from gendertui.corpus.readers.delimited.escapes import NOTE, EscapedText, backslashes_escape
from gendertui.corpus.readers.delimited.header import FEW_VALUES, decide_header, names_of
from gendertui.corpus.readers.delimited.preamble import preamble, without_first
from gendertui.corpus.readers.delimited.quoting import few_values
from gendertui.corpus.readers.delimited.records import Columns, plain_batches, quoted_batches
from gendertui.corpus.readers.delimited.sample import Sample, split_sample
from gendertui.corpus.readers.source import HEAD_BYTES, inner_name
from gendertui.corpus.readers.text import Block, Text, head_lines, open_text
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.progress import Progress

SAMPLE_LINES = 100
SAMPLE_BYTES = 8 * 2**20
"""Where lines are long there are fewer in the sample."""


def sniff(path: Path) -> bool:
    """Whether the name says so, or one of the delimiters splits the first lines into a label and a text.

    What begins as JSON does is none, whatever its name.
    """
    if not path.is_file():
        return False
    lines = [line for line in head_lines(path) if line]
    if not lines or lines[0].lstrip().startswith(("{", "[")):
        return False
    suffix = Path(inner_name(path)).suffix.lower()
    lines = lines[preamble(lines, DELIMITERS) :]
    return suffix in SUFFIXES or any(each.labelled for each in samples(lines, NO_OPTIONS, suffix))


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Decide how the rows are split, and split them.

    A row of another number of fields than the others is reported and left out, unless what is missing or too much is
    empty and has no name.

    :raises ReadingQuestionError: the rows can be split in several ways.
    :raises GendertuiError: they can in none; or the file is damaged.
    """
    text = open_text(path, options, progress=progress)
    first, last = _sampled_lines(text)
    escaped = backslashes_escape(first, options, Path(text.source.name).suffix.lower())
    if escaped:
        text = EscapedText.of(text)
        first, last = _sampled_lines(text)
    unread = preamble(first, DELIMITERS if options.delimiter is None else (options.delimiter,))
    first = first[unread:]
    sample, decisions = decide_dialect(path, first, text, options)
    dialect = sample.dialect
    header = _header(sample, options)
    names = names_of(sample.rows[0]) if header.value else [str(place) for place in range(1, dialect.width + 1)]
    problems = Problems()
    columns = Columns(tuple(names), _unnamed(sample, header), text.source.name, problems, bool(header.value))
    columns.continued = tuple(place for place in sorted(columns.unnamed) if place and not _mostly_filled(sample, place))
    found = Records(
        columns.names,
        iter(()),
        problems,
        decisions=[text.decision, *decisions, header],
        encoding=text.encoding,
        named=bool(header.value),
        delimiter=dialect.delimiter,
    )
    if escaped:
        found.notes.append(NOTE)
    if unread:
        found.notes.append("The first line is no row." if unread == 1 else f"The first {unread:,} lines are no rows.")
    blocks = text.blocks(problems, found.digest, progress)
    found.batches = _batches(without_first(blocks, unread), sample, columns, found, last)
    return found


def _sampled_lines(text: Text) -> tuple[list[str], list[str]]:
    """The first lines, 64 kB of them and :data:`SAMPLE_LINES`, and some that stand behind; none is blank."""
    first: list[str] = []
    size = 0
    for block in text.blocks():
        ending = block.ending.encode()
        enough = block.data.rfind(ending, 0, max(0, HEAD_BYTES - size)) + 1
        lines = _filled(block.data[:enough] if enough else b"", block)
        if len(first) + len(lines) >= SAMPLE_LINES:
            start = block.data.find(ending, max(enough, len(block.data) - HEAD_BYTES)) + 1
            return first + lines, _filled(block.data[start:], block)
        first += _filled(block.data, block)
        size += len(block.data)
        if size >= SAMPLE_BYTES:
            break
    return first, []


def _filled(data: bytes, block: Block) -> list[str]:
    return [line for _, line in Block(1, data, block.ending).numbered() if line]


def _header(sample: Sample, options: ReadingOptions) -> Decision:
    if options.header is not None:
        named, why = options.header and len(sample.rows[0]) == sample.dialect.width, "as asked"
    elif len(sample.rows[0]) != sample.dialect.width:
        named, why = False, "the first row has another number of fields"
    else:
        named, why = decide_header([row for row in sample.rows if len(row) == sample.dialect.width])
    return Decision(
        "header", YES if named else "", why, ("",) if named else (YES,), "found" if options.header is None else "asked"
    )


def _unnamed(sample: Sample, header: Decision) -> frozenset[int]:
    return frozenset(place for place, cell in enumerate(sample.rows[0]) if header.value and not cell.strip())


def _mostly_filled(sample: Sample, place: int) -> bool:
    rows = [row for row in sample.rows[1:] if place < len(row)]
    return sum(bool(row[place].strip()) for row in rows) > len(rows) / 2


def _batches(
    blocks: Iterator[Block], sample: Sample, columns: Columns, found: Records, last: list[str]
) -> Iterator[pa.RecordBatch]:
    dialect = sample.dialect
    if dialect.quoting:
        rows = sample.rows + split_sample(last, dialect.delimiter, True).rows
        yield from quoted_batches(
            blocks, dialect, columns, few_values(rows[columns.header :], dialect.width, FEW_VALUES)
        )
    else:
        yield from plain_batches(blocks, dialect, columns)
    found.notes += columns.notes()
