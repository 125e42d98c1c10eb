"""The lines of a file that ``predict`` is asked: the texts of what corpora read, by the same readers, or each line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from gendertui.cli.predict.inputs import LINE_BYTES, InputLine, beginning, opened, plain
from gendertui.corpus.lines_or_records import LINES, reader_or_lines
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import Reader
from gendertui.corpus.readers.text import head_lines, open_text
from gendertui.corpus.reading.applicable import check_applicable
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.texts import TextRow, TextRows
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control


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
            reader = reader_or_lines(Path(path), options)
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
