"""The article's collated file: seven fields per line, among them line, character and film ids, gender and text.

Field order: line id, character id, film id, character, gender, text, credit position.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gendertui.corpus.problems import UNKNOWN_LABEL, Problem, Problems
from gendertui.corpus.readers.film_fields import (
    COLUMNS,
    ROLES,
    SEPARATOR,
    batch,
    films,
    inner,
    join_films,
    known,
)
from gendertui.corpus.readers.source import decode, lines_of
from gendertui.corpus.reading.labels import is_gender
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.corpus.units import FILM_UNITS
from gendertui.progress import Progress

FIELDS = 7
TITLES = "movie_titles_metadata.txt"
_LINE_ID = re.compile(r"\s*L?\d+\s*", re.ASCII)


def sniff(path: Path) -> bool:
    """Whether one of the first lines has seven fields."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        head = stream.read(65536)
    return any(line.count(SEPARATOR.encode()) == FIELDS - 1 for line in head.split(b"\n"))


def files(path: Path) -> list[Path]:
    """The file itself, and the film metadata beside it if present."""
    beside = path.with_name(TITLES)
    return [path, *([beside] if beside.is_file() else [])]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the file and join film metadata found beside it.

    A row with a different number of fields, or whose label is no gender, is reported and left out.
    """
    data = path.read_bytes()
    if progress:
        progress("reading", 0, len(data))
    problems = Problems()
    text, encoding = decode(data, path.name, problems)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("line_id", "speaker_id", "group_id", "speaker", "label", "text", "credit")
    }
    add_line, add_character_id, add_movie = (columns[n].append for n in ("line_id", "speaker_id", "group_id"))
    add_character, add_label, add_text, add_credit = (columns[n].append for n in ("speaker", "label", "text", "credit"))
    lines = lines_of(text)
    for number, line in enumerate(lines, 1):
        parts = line.split(SEPARATOR)
        if len(parts) != FIELDS:
            kind = "too few fields" if len(parts) < FIELDS else "too many fields"
            problems.add(Problem(path.name, number, kind, line))
            continue
        if not options.mapping and not is_gender(parts[4]):
            problems.add(Problem(path.name, number, UNKNOWN_LABEL, line, value=parts[4].strip().casefold()))
            continue
        if not _LINE_ID.fullmatch(parts[0]):
            problems.add(Problem(path.name, number, "line id not understood", line))
            continue
        add_line(parts[0].strip())
        add_character_id(known(parts[1]))
        add_movie(known(parts[2]))
        add_character(parts[3].strip())
        add_label(known(parts[4]))
        add_text(inner(parts[5]))
        add_credit(known(parts[6]))
        if progress and number % 50_000 == 0:
            progress("reading", number, len(lines))
    found = Records(COLUMNS, iter(()), problems, ROLES, FILM_UNITS, encoding=encoding)
    found.digest.update(data)
    for beside in files(path)[1:]:
        metadata = beside.read_bytes()
        found.digest.update(metadata)
        join_films(columns, films(decode(metadata, beside.name, problems)[0], beside.name, problems))
    found.batches = iter((batch(columns),))
    return found
