"""What the film formats share: the field separator, encodings, labels and the metadata files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from gendertui.corpus.table import SCHEMA, Problem

SEPARATOR = "+++$+++"
FILM_LABELS = ("m", "f")
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass
class Parsed:
    """What a reader returns; column name → values, all of one length."""

    columns: dict[str, list[Any]]
    problems: list[Problem]
    rows_read: int
    encoding: str
    labels: tuple[str, str] = FILM_LABELS
    notes: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def table(self) -> pa.Table:
        size = len(self.columns["text"])
        arrays = [
            pa.array(self.columns[name], part.type) if name in self.columns else pa.nulls(size, part.type)
            for name, part in ((part.name, part) for part in SCHEMA)
        ]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)


def decode(data: bytes, file: str, problems: list[Problem]) -> tuple[str, str]:
    """Text, and the encoding it was read in.

    UTF-8 is tried first (a byte order mark is dropped); a file that is not UTF-8 throughout is Windows-1252. Bytes
    that Windows-1252 leaves undefined become the control character of that number, and the line is reported.
    """
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        pass
    pieces = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            pieces.append(line.decode("cp1252"))
        except UnicodeDecodeError:
            text = "".join(_byte(value) for value in line)
            pieces.append(text)
            problems.append(Problem(file, number, "byte undefined in Windows-1252", text, kept=True))
    return "\n".join(pieces), "cp1252"


def _byte(value: int) -> str:
    try:
        return bytes([value]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(value)


def lines_of(text: str) -> list[str]:
    """Lines ended by LF or CR LF alone: other line separators of Unicode belong to a line's text."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines] if "\r" in text else lines


def inner(text: str) -> str:
    """A text field without the one space its separators put on each side; spaces of its own stay."""
    if text.startswith(" "):
        text = text[1:]
    return text[:-1] if text.endswith(" ") else text


def label_of(gender: str) -> str | None:
    """``m``, ``f`` or ``None`` for a missing one.

    :raises ValueError: the label is neither of them.
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
        # Years such as 1989/I tell films of one year apart.
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
