"""What the film formats share: the field separator, labels and the metadata of films."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gendertui.corpus.readers.base import lines_of
from gendertui.corpus.table import Problem

SEPARATOR = "+++$+++"
FILM_LABELS = ("m", "f")


def inner(text: str) -> str:
    """A text field without the one space that separators add on each side; its own spaces are kept."""
    if text.startswith(" "):
        text = text[1:]
    return text[:-1] if text.endswith(" ") else text


def label_of(gender: str) -> str | None:
    """``m``, ``f`` or ``None`` for a missing one.

    :raises ValueError: the label is not one of these.
    """
    folded = gender.strip().casefold()
    if folded in FILM_LABELS:
        return folded
    if folded in ("?", ""):
        return None
    raise ValueError(folded)


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
    year: int | None
    genres: str | None


def films(text: str, file: str, problems: list[Problem]) -> dict[str, Film]:
    """``movie_titles_metadata.txt``: film id → film. Rows not understood are reported, as remarks."""
    found: dict[str, Film] = {}
    for number, line in enumerate(lines_of(text), 1):
        parts = [part.strip() for part in line.split(SEPARATOR)]
        if len(parts) != 6 or not parts[0]:
            problems.append(Problem(file, number, "film row not understood", line, kept=True))
            continue
        # Years such as 1989/I distinguish films of the same title and year.
        year = parts[2][:4]
        genres = None
        if _GENRES.fullmatch(parts[5]):
            genres = ",".join(genre.strip()[1:-1] for genre in re.findall(_GENRE, parts[5])) or None
        else:
            problems.append(Problem(file, number, "genres not understood", line, kept=True))
        found[parts[0]] = Film(known(parts[1]), int(year) if year.isascii() and year.isdigit() else None, genres)
    return found


def join_films(columns: dict[str, list[Any]], by_id: dict[str, Film]) -> None:
    """Add title, year and genres to rows whose film is known."""
    none = Film(None, None, None)
    rows = [by_id.get(movie, none) for movie in columns["movie_id"]]
    columns["title"] = [film.title for film in rows]
    columns["year"] = [film.year for film in rows]
    columns["genres"] = [film.genres for film in rows]
