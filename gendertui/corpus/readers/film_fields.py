"""What the film formats share: the field separator, labels and the metadata of films."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.source import lines_of
from gendertui.corpus.reading.reading import Roles

SEPARATOR = "+++$+++"
COLUMNS = (
    "line_id",
    "speaker_id",
    "group_id",
    "speaker",
    "label",
    "text",
    "credit",
    "title",
    "year",
    "genres",
)
"""Of the records of a film corpus, named as in the lines table."""
ROLES = Roles(
    ("text",),
    label="label",
    group_id="group_id",
    line_id="line_id",
    speaker_id="speaker_id",
    speaker="speaker",
    title="title",
    year="year",
    genres="genres",
    credit="credit",
)


def inner(text: str) -> str:
    """A text field without the one space that separators add on each side; its own spaces are kept."""
    if text.startswith(" "):
        text = text[1:]
    return text[:-1] if text.endswith(" ") else text


def known(value: str) -> str | None:
    """A stripped field, ``None`` where it is empty or ``?``."""
    stripped = value.strip()
    return None if stripped in ("", "?") else stripped


_GENRE = r"""(?:'[^']*'|"[^"]*")\s*"""
_GENRES = re.compile(rf"(?:\[\s*(?:{_GENRE}(?:,\s*{_GENRE})*)?\])?")
"""``['drama', 'war']``, ``[]`` or nothing: read as written, never evaluated."""


@dataclass(frozen=True)
class Film:
    title: str | None
    year: str | None
    genres: str | None


def films(text: str, file: str, problems: Problems) -> dict[str, Film]:
    """``movie_titles_metadata.txt``: film id → film. Rows not understood are reported, as remarks."""
    found: dict[str, Film] = {}
    for number, line in enumerate(lines_of(text), 1):
        parts = [part.strip() for part in line.split(SEPARATOR)]
        if len(parts) != 6 or not parts[0]:
            problems.add(Problem(file, number, "film row not understood", line, kept=True))
            continue
        # Years such as 1989/I distinguish films of the same title and year.
        year = parts[2][:4]
        genres = None
        if _GENRES.fullmatch(parts[5]):
            genres = ",".join(genre.strip()[1:-1] for genre in re.findall(_GENRE, parts[5])) or None
        else:
            problems.add(Problem(file, number, "genres not understood", line, kept=True))
        found[parts[0]] = Film(known(parts[1]), year if year.isascii() and year.isdigit() else None, genres)
    return found


def join_films(columns: dict[str, list[Any]], by_id: dict[str, Film]) -> None:
    """Add title, year and genres to rows whose film is known."""
    none = Film(None, None, None)
    rows = [by_id.get(movie, none) for movie in columns["group_id"]]
    columns["title"] = [film.title for film in rows]
    columns["year"] = [film.year for film in rows]
    columns["genres"] = [film.genres for film in rows]


def batch(columns: dict[str, list[Any]]) -> pa.RecordBatch:
    """Columns as a batch of :data:`COLUMNS`; what is not there is null."""
    size = len(columns["text"])
    arrays = [
        pa.array(columns[name], pa.string()) if name in columns else pa.nulls(size, pa.string()) for name in COLUMNS
    ]
    return pa.RecordBatch.from_arrays(arrays, list(COLUMNS))
