"""Whether a file whose texts alone are wanted has records, or each of its lines is a text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from gendertui.corpus.readers import Reader, check_openable, not_recognised, reader_of, recognise, suffixes
from gendertui.corpus.readers.delimited.dialect import SUFFIXES, samples
from gendertui.corpus.readers.source import inner_name
from gendertui.corpus.readers.text import head_lines
from gendertui.corpus.reading import column_names
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError

LINES = "lines"
"""Name of the format of which every line is a text."""
_OF_LINES = frozenset({".txt", ".pos", ".neg", ".gz", ".zst", ".zip"})
"""Suffixes of corpora that files of any lines may have, too."""
_NUMBER = re.compile(r"\s*[-+]?\d+\s*")
_PAIRS = "class-files"
"""Format that reads another file with the one that is given."""


def reader_or_lines(path: Path, options: ReadingOptions) -> Reader | None:
    """The reader of a file or folder; ``None`` for a text of which each line is to be scored.

    :raises GendertuiError: its layout is not understood (code DATA), or it has no columns to choose from (code USAGE).
    """
    if options.format == LINES or (options.format is None and (reader := _recognised(path, options)) is None):
        if options.text or options.delimiter:
            raise GendertuiError(
                "each line of this file is a text: it has no columns",
                where=str(path),
                hint="If it has, say what separates them: --delimiter tab.",
                code=ExitCode.USAGE,
            )
        return None
    return reader_of(path, options.format) if options.format is not None else reader


def _recognised(path: Path, options: ReadingOptions) -> Reader | None:
    check_openable(path)
    found = recognise(path, but=() if path.is_dir() else (_PAIRS,))
    lines = [line for line in head_lines(path) if line] if path.is_file() else []
    suffix = Path(inner_name(path)).suffix.lower()
    asks_for_columns = options.delimiter or options.text
    if found is not None and found.name == "delimited" and not asks_for_columns and _may_be_prose(lines, suffix):
        return None
    if found is not None:
        return found
    if lines and (options.delimiter or _has_tabs(lines)):
        return reader_of(path, "delimited")
    of_a_format = path.is_dir() or suffix in suffixes() - _OF_LINES
    if of_a_format or (not lines and path.stat().st_size):
        raise not_recognised(path)
    return None


def _may_be_prose(lines: list[str], suffix: str) -> bool:
    """Whether what looks like columns may be an accident of speech: spaces and commas stand in any text.

    Two first words alone make no labels here; a number in each row, a quoted field or the name of a column does.
    """
    found = samples(lines, NO_OPTIONS, suffix)
    if suffix in SUFFIXES or any(each.dialect.delimiter not in " ," or each.dialect.quoting for each in found):
        return False
    rows = [row for each in found for row in each.rows if len(row) == each.dialect.width]
    named = any(cell.strip().casefold() in column_names.ALL for cell in rows[0])
    return not named and not any(all(_NUMBER.fullmatch(cell) for cell in column) for column in zip(*rows, strict=False))


def _has_tabs(lines: list[str]) -> bool:
    """Whether the same number of tabs in every line says that these are rows."""
    tabs = Counter(line.count("\t") for line in lines)
    return len(tabs) == 1 and 0 not in tabs and tabs.total() > 1
