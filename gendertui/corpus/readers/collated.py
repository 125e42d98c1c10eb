"""The article's collated file: seven fields per line, among them line, character and film ids, gender and text.

Field order: line id, character id, film id, character, gender, text, credit position. The file may be in a folder or a
zip of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.encoding import WESTERN
from gendertui.corpus.readers.film_fields import (
    COLUMNS,
    ROLES,
    SEPARATOR,
    Fields,
    Lookup,
    fields_of,
    films,
    known,
    no_films,
    report_labels,
    stripped,
    unknown_labels,
)
from gendertui.corpus.readers.source import head
from gendertui.corpus.readers.text import Block, Text, open_text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.units import FILM_UNITS
from gendertui.progress import Progress

FIELDS = 7
TITLES = "movie_titles_metadata.txt"
_LINE_ID = r"^L?[0-9]+$"
LABEL = 4


def sniff(path: Path) -> bool:
    """Whether one of the first lines has seven fields."""
    file = _file(path)
    if file is None:
        return False
    start = head(file)
    # Of UTF-16 every other byte is zero; a lone CR may end lines.
    plain = start.replace(b"\0", b"").replace(b"\r", b"\n")
    return any(line.count(SEPARATOR.encode()) == FIELDS - 1 for line in plain.split(b"\n"))


def _file(path: Path) -> Path | None:
    """The file itself, or the only one of a folder."""
    if path.is_file():
        return path
    if not path.is_dir():
        return None
    inside = [
        file for file in path.iterdir() if file.is_file() and not file.name.startswith(".") and file.name != TITLES
    ]
    return inside[0] if len(inside) == 1 else None


def files(path: Path) -> list[Path]:
    """The file itself, and the film metadata beside it if present."""
    file = _file(path) or path
    beside = file.with_name(TITLES)
    return [file, *([beside] if beside.is_file() else [])]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the file and join film metadata found beside it.

    A row with a different number of fields, or whose label is no gender, is reported and left out.
    """
    file, *beside = files(path)
    problems = Problems()
    text = open_text(file, options, known_default=WESTERN, progress=progress)
    found = Records((*COLUMNS,), iter(()), problems, ROLES, FILM_UNITS, encoding=text.encoding)
    found.decisions.append(text.decision)
    found.batches = _batches(text, beside, options, found, progress)
    return found


def _batches(
    text: Text, beside: list[Path], options: ReadingOptions, found: Records, progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    metadata = no_films()
    if beside:
        # Hashed after the lines, as it always was: the hash names the corpus in old runs.
        other = open_text(beside[0], ReadingOptions(), known_default=WESTERN)
        rows = (
            (number, line, line.split(SEPARATOR))
            for block in other.blocks(found.problems)
            for number, line in block.numbered()
        )
        metadata = films(rows, TITLES, found.problems)
    for block in text.blocks(found.problems, found.digest, progress):
        yield _batch(block, text.source.name, options, metadata, found.problems)
    for file in beside:
        found.digest.update(file.read_bytes())


def _batch(block: Block, file: str, options: ReadingOptions, metadata: Lookup, problems: Problems) -> pa.RecordBatch:
    fields = fields_of(block, FIELDS, file, problems)
    if not options.mapping:
        odd = unknown_labels(fields.columns[LABEL])
        if pc.any(odd).as_py():
            report_labels(fields, odd, LABEL, file, problems, kept=False)
            fields = fields.where(pc.invert(odd))
    ids = stripped(fields.columns[0])
    good = pc.match_substring_regex(ids, _LINE_ID)
    if pc.all(good).as_py() is False:
        for index in pc.indices_nonzero(pc.invert(good)).to_pylist():
            number = int(fields.numbers[index])
            problems.add(Problem(file, number, "line id not understood", fields.row(index)))
        fields, ids = fields.where(good), ids.filter(good)
    return _lines(fields, ids, metadata)


def _lines(fields: Fields, ids: pa.Array, metadata: Lookup) -> pa.RecordBatch:
    _, character, film, name, label, text, credit = fields.columns
    films_of_rows = known(film)
    columns = [ids, known(character), films_of_rows, stripped(name), known(label), text, known(credit)]
    return pa.RecordBatch.from_arrays(
        [*columns, *metadata.columns(films_of_rows), pa.array(fields.numbers)], [*COLUMNS, LINE]
    )
