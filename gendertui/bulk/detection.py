"""How a file of many rows is read is found out from its beginning, by the readers of corpora."""

from __future__ import annotations

import codecs
import contextlib
import dataclasses
import tempfile
from pathlib import Path

import pyarrow as pa

from gendertui.bulk.cutting import first_row_end
from gendertui.bulk.layout import DELIMITED, JSON, LINES, PARQUET, Layout
from gendertui.corpus.lines_or_records import reader_or_lines
from gendertui.corpus.readers import check_openable, columnar, json_objects, not_recognised
from gendertui.corpus.readers.delimited import reader as delimited
from gendertui.corpus.readers.delimited.dialect import DELIMITERS, YES
from gendertui.corpus.readers.delimited.escapes import NOTE as ESCAPED
from gendertui.corpus.readers.delimited.preamble import preamble
from gendertui.corpus.readers.encoding import UTF8
from gendertui.corpus.readers.source import Source
from gendertui.corpus.readers.text import head_lines, open_text
from gendertui.corpus.reading.applicable import check_applicable
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.corpus.reading.records import Records
from gendertui.corpus.reading.stream import SAMPLE_ROWS, choose_columns, first_records
from gendertui.errors import ExitCode, GendertuiError

HEAD_BYTES = 4 * 2**20
"""So much of a file is looked at."""
_OTHER_SHARE = 0.01
"""Of the lines looked at, from which on a file is in another encoding; fewer are errors of their own."""
_READ = "Parquet, CSV and its relations, JSON Lines, and text with --format lines"
_PARQUET_MAGIC, _PARQUET_SUFFIX = b"PAR1", ".parquet"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def layout_of(path: Path, options: ReadingOptions) -> Layout:
    """How a file is read.

    :raises GendertuiError: it is of a format that is not read in parts, its layout is not understood (code DATA), or
        an option does not apply to it (code USAGE).
    """
    check_openable(path)
    source = Source(path)
    head = source.head(HEAD_BYTES)
    if head.startswith(_PARQUET_MAGIC):
        return _parquet(path, options)
    _check_text(path, source, head, options)
    with tempfile.TemporaryDirectory() as folder:
        # The readers of corpora look at all of a file; of this one they get the beginning.
        beginning = Path(folder) / source.name
        whole = len(head) < HEAD_BYTES
        beginning.write_bytes(head if whole else head[: head.rfind(b"\n") + 1])
        try:
            found = _of_text(beginning, head, options)
        except GendertuiError as error:
            error.where = str(path)
            raise
    return dataclasses.replace(found, packing=source.packing)


def layout_of_another(path: Path, asked: ReadingOptions, options: ReadingOptions) -> Layout:
    """How one more file of an input is read: as :func:`layout_of` says with ``asked``, see
    :meth:`Layout.asked_of_others`; or else by the line, where by itself it would be.

    :param options: what was asked for of all files.
    :raises GendertuiError: see :func:`layout_of`.
    """
    try:
        return layout_of(path, asked)
    except GendertuiError as error:
        with contextlib.suppress(GendertuiError):
            if (alone := layout_of(path, options)).kind == LINES:
                return alone
        raise error


def _parquet(path: Path, options: ReadingOptions) -> Layout:
    if options.format not in (None, PARQUET):
        raise GendertuiError(
            f"this is Parquet, and not {options.format}",
            where=str(path),
            hint="Leave out --format: each file is read as what it is.",
            code=ExitCode.USAGE,
        )
    records = columnar.records(path, options)
    check_applicable(path, PARQUET, records, options)
    text, identifier = _columns(path, records, options)
    return Layout(PARQUET, text=text, id=identifier)


def _check_text(path: Path, source: Source, head: bytes, options: ReadingOptions) -> None:
    """Refuse what cannot be read as text in UTF-8, at any place of it."""
    what = ""
    if source.packing == "zip":
        what, hint = "a zip file is not read in parts", "Unpack it, or pack it with gzip or zstd instead."
    elif head.startswith(_WIDE) or (options.encoding or "utf-8").lower().replace("-", "").replace("_", "") != "utf8":
        what = "with --out, text is read in UTF-8 alone"
        hint = f"Convert it first: iconv -f {options.encoding or 'UTF-16'} -t UTF-8."
    elif b"\r" in head and b"\n" not in head:
        what, hint = "its lines end with CR alone", "Convert it first: tr '\\r' '\\n'."
    elif head.startswith((b"ARROW1", b"\xff\xff\xff\xff", b"FEA1")):
        what, hint = "Arrow's own files are not read in parts", "Write it as Parquet."
    if what:
        raise GendertuiError(what, where=str(path), hint=hint, code=ExitCode.DATA)


def _of_text(path: Path, head: bytes, options: ReadingOptions) -> Layout:
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if options.format is None:
        if not head.strip() and path.suffix.lower() != _PARQUET_SUFFIX:
            return Layout(LINES, start=start)
        if not head_lines(path):
            raise not_recognised(path)
    options = _in_utf8(path, path.read_bytes(), options)
    reader = None if _is_json(head[start:], options) else reader_or_lines(path, options)
    if reader is None and not _is_json(head[start:], options):
        return Layout(LINES, start=start)
    name = "json" if reader is None else reader.name
    if name not in ("json", "delimited"):
        raise _not_read(f"this is read as {name}")
    module = json_objects if name == "json" else delimited
    records = module.records(path, options)
    check_applicable(path, name, records, options)
    if name == "json":
        if not _is_json(head[start:], options):
            raise _not_read("this is JSON, but not an object on each line", "jq -c '.[]' writes a list so.")
        text, identifier = _columns(path, records, options)
        return Layout(JSON, text=text, id=identifier, start=start)
    return _delimited(path, head, records, options, start)


def _in_utf8(path: Path, head: bytes, options: ReadingOptions) -> ReadingOptions:
    """The options with UTF-8 for the encoding.

    :raises GendertuiError: nothing was asked for, and too many lines are not.
    """
    lines = head.split(b"\n")
    others = 0 if _decodes(head) else sum(not _decodes(line) for line in lines)
    if options.encoding is None and others > len(lines) * _OTHER_SHARE:
        codec = open_text(path, options).encoding
        raise GendertuiError(
            f"with --out, text is read in UTF-8 alone, and by its beginning this is in {codec}",
            hint=f"Convert it first: iconv -f {codec} -t UTF-8. With --encoding utf-8, rows that are not are errors.",
            code=ExitCode.DATA,
        )
    return dataclasses.replace(options, encoding=UTF8)


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_json(head: bytes, options: ReadingOptions) -> bool:
    """Whether the first line that is not blank holds an object, or begins one that is longer than the head."""
    line = head.lstrip().partition(b"\n")[0].rstrip()
    return options.format in (None, "json") and line.startswith(b"{") and line != b"{"


def _not_read(what: str, hint: str = "") -> GendertuiError:
    return GendertuiError(
        f"{what}: with --out are read {_READ}",
        hint=hint or "predict --file without --out reads it; or write its texts as one of those.",
        code=ExitCode.DATA,
    )


def _delimited(path: Path, head: bytes, records: Records, options: ReadingOptions, start: int) -> Layout:
    found = {decision.field: decision.value for decision in records.decisions}
    if "quoting" not in found:
        raise _not_read("each row is a label and a text that may hold what separates them")
    if ESCAPED in records.notes:
        raise _not_read("its quotation marks are written with backslashes")
    delimiter = found["delimiter"] or ""
    # What the beginning says nothing about is as usual with commas.
    quoting = found["quoting"] == YES or (delimiter == "," and b'"' not in head and options.quoting is None)
    layout = Layout(DELIMITED, columns=records.columns, delimiter=delimiter, quoting=quoting)
    lines = [line for line in head[start:].decode("utf-8", "replace").split("\n") if line.strip("\r")]
    delimiters = DELIMITERS if options.delimiter is None else (options.delimiter,)
    start = _behind(head, start, preamble(lines[: delimited.SAMPLE_LINES], delimiters))
    if found["header"] == YES:
        start += first_row_end(head[start:], layout)
    text, identifier = _columns(path, records, options)
    return dataclasses.replace(layout, text=text, id=identifier, start=start)


def _behind(head: bytes, start: int, lines: int) -> int:
    """Where what follows on so many lines begins; blank lines are not counted."""
    while start < len(head):
        end = head.find(b"\n", start) + 1 or len(head)
        blank = not head[start:end].strip(b"\r\n")
        if not blank and not lines:
            break
        start, lines = end, lines - (not blank)
    return start


def _columns(path: Path, records: Records, options: ReadingOptions) -> tuple[tuple[str, ...], str | None]:
    """The columns of the text, none where no row says which, and that of the id."""
    if not records.columns:
        # Of JSON: no row is an object with keys.
        return ((options.text,) if options.text else ()), None
    first, _ = first_records(records)
    schema = pa.schema([(name, pa.string()) for name in records.columns])
    sample = (pa.Table.from_batches(first) if first else schema.empty_table()).slice(0, SAMPLE_ROWS)
    try:
        roles, _, _ = choose_columns(path, records, options, sample, labelled=False)
    except ReadingQuestionError:
        if first:
            raise
        return (), None
    return roles.text, roles.line_id
