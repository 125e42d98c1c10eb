"""The lines of a file that ``predict`` is asked: the texts of what corpora read, by the same readers, or each line."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from gendertui.cli.predict.inputs import LINE_BYTES, InputLine, beginning, opened, plain
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import Reader, check_openable, not_recognised, reader_of, recognise, suffixes
from gendertui.corpus.readers.delimited.dialect import SUFFIXES, samples
from gendertui.corpus.readers.source import inner_name
from gendertui.corpus.readers.text import head_lines, open_text
from gendertui.corpus.reading import column_names
from gendertui.corpus.reading.applicable import check_applicable
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.texts import TextRow, TextRows
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

LINES = "lines"
"""Name of the format of which every line is a text."""
_OF_LINES = frozenset({".txt", ".pos", ".neg", ".gz", ".zst", ".zip"})
"""Suffixes of corpora that files of any lines may have, too."""
_NUMBER = re.compile(r"\s*[-+]?\d+\s*")
_PAIRS = "class-files"
"""Format that reads another file with the one that is given."""


class FileLines:
    """The lines to score of a file. It is opened, and its layout understood, before the first one.

    :raises GendertuiError: the file cannot be read, or its layout is not understood (code DATA); an option does not
        apply to it (code USAGE).
    """

    def __init__(self, path: str, options: ReadingOptions) -> None:
        self._path = path
        self._is_folder = Path(path).is_dir()
        self._remarks: Mapping[str, int] = {}
        if Path(path).exists() and not (Path(path).is_file() or Path(path).is_dir()):
            self._parts = self._of_pipe(options)
            return
        try:
            reader = _reader(Path(path), options)
            self._parts = self._of_text(options) if reader is None else self._of_records(reader, options)
        except OSError as error:
            raise GendertuiError(
                f"this cannot be read: {error.strerror or error}",
                where=path,
                hint="Check its permissions, and that its disk is mounted.",
                code=ExitCode.DATA,
            ) from error

    def __iter__(self) -> Iterator[list[InputLine]]:
        """A part at a time, in the file's order; at the end it says on stderr what was remarked on."""
        yield from self._parts
        for kind, rows in self._remarks.items():
            which = "1 row was" if rows == 1 else f"{rows:,} rows were"
            click.echo(f"gendertui: {escape_control(self._path)}: {which} read with a remark: {kind}", err=True)

    def _of_pipe(self, options: ReadingOptions) -> Iterator[list[InputLine]]:
        if options.to_json():
            raise GendertuiError(
                "this is a pipe or device: each line of it is a text, in UTF-8",
                where=self._path,
                hint="To have it read as a file is, write it to one.",
                code=ExitCode.USAGE,
            )
        return self._from_pipe()

    def _from_pipe(self) -> Iterator[list[InputLine]]:
        descriptor = opened(self._path)
        try:
            yield from plain(descriptor, self._path)
        finally:
            os.close(descriptor)

    def _of_text(self, options: ReadingOptions) -> Iterator[list[InputLine]]:
        text = open_text(Path(self._path), options)
        if text.encoding != "utf-8":
            self._say(f"read as {text.encoding} ({text.decision.why})")
        problems = Problems()
        self._remarks = problems.remarks
        for_scoring = (block.numbered() for block in text.blocks(problems))
        return ([self._line(TextRow(line, number)) for number, line in lines] for lines in for_scoring)

    def _of_records(self, reader: Reader, options: ReadingOptions) -> Iterator[list[InputLine]]:
        path = Path(self._path)
        try:
            records = reader.records(path, options)
            check_applicable(path, reader.name, records, options)
            rows = TextRows(path, records, options)
        except GendertuiError as error:
            if error.code == ExitCode.DATA and path.is_file() and head_lines(path):
                error.hint = f"{error.hint or ''}\nTo score each line of it as a text: --format {LINES}.".strip()
            raise
        column = "" if rows.text is None else f"; the text is the column {rows.text.value!r}"
        self._say(f"read as {reader.name}, {records.encoding}{column}")
        self._remarks = records.problems.remarks
        return ([self._line(row) for row in part] for part in rows)

    def _line(self, row: TextRow) -> InputLine:
        name = f"{self._path}/{row.file}" if row.file and self._is_folder else self._path
        where = f"{name}:{row.line}" if row.line else name
        if row.error:
            return InputLine(row.text, where, row.error)
        if len(row.text) > LINE_BYTES // 4 and len(row.text.encode()) > LINE_BYTES:
            return InputLine(beginning(row.text.encode()), where, f"the line is longer than {LINE_BYTES:,} bytes")
        return InputLine(row.text, where)

    def _say(self, what: str) -> None:
        click.echo(f"gendertui: {escape_control(self._path)}: {escape_control(what)}", err=True)


def _reader(path: Path, options: ReadingOptions) -> Reader | None:
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
