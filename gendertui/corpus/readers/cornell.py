"""The official Cornell Movie-Dialogs Corpus: the zip as downloaded, or the folder it unpacks to.

``movie_lines.txt`` has five fields (line id, character id, film id, character, text); ``movie_characters_metadata.txt``
six (character id, name, film id, title, gender, credit position); ``movie_titles_metadata.txt`` six (film id, title,
year, rating, votes, genres). Members of the zip are read by base name and never extracted, so a path in it cannot write
anywhere.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from gendertui.corpus.problems import UNKNOWN_LABEL, Problem, Problems
from gendertui.corpus.readers.film_fields import COLUMNS, ROLES, SEPARATOR, batch, films, join_films, known
from gendertui.corpus.readers.source import decode, lines_of
from gendertui.corpus.reading.labels import is_gender
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

LINES = "movie_lines.txt"
CHARACTERS = "movie_characters_metadata.txt"
TITLES = "movie_titles_metadata.txt"
LIMIT = 512 * 1024 * 1024
"""Maximum uncompressed size of a member in bytes; the largest real one has 35 MB."""
_ZIP_START = b"PK\x03\x04"
# Everything zipfile raises for damaged data: each compression method has its own error.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def sniff(path: Path) -> bool:
    """Whether the zip or folder holds ``movie_lines.txt``.

    A zip too damaged to list counts, so that :func:`records` can report the damage (an interrupted download, say).
    """
    if path.is_dir():
        return _in_folder(path, LINES) is not None
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        if stream.read(len(_ZIP_START)) != _ZIP_START:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return _member(archive, LINES) is not None
    except _DAMAGE:
        return True


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        if parts and parts[-1] == name and "__MACOSX" not in parts:
            return info
    return None


def _in_folder(folder: Path, name: str) -> Path | None:
    for candidate in (folder / name, *sorted(folder.glob(f"*/{name}"))):
        if candidate.is_file() and "__MACOSX" not in candidate.parts:
            return candidate
    return None


def files(path: Path) -> list[Path]:
    """The zip, or whichever of the three files the folder has."""
    if not path.is_dir():
        return [path]
    return [file for name in (LINES, CHARACTERS, TITLES) if (file := _in_folder(path, name)) is not None]


def _contents(path: Path) -> dict[str, bytes]:
    """Contents of those of the three files that exist, by name."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in files(path)}
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name in (LINES, CHARACTERS, TITLES):
                info = _member(archive, name)
                if info is None:
                    continue
                if info.file_size > LIMIT:
                    raise GendertuiError(
                        f"{name} would unpack to {info.file_size:,} bytes, more than any film corpus holds",
                        where=str(path),
                        hint="Use the official file.",
                        code=ExitCode.DATA,
                    )
                found[name] = archive.read(info)
    except _DAMAGE as error:
        raise GendertuiError(
            f"the zip cannot be read: {error}",
            where=str(path),
            hint="Download it again: gendertui corpus download cornell.",
            code=ExitCode.DATA,
        ) from error
    return found


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the lines and join the metadata of their characters and films.

    A line whose character is not in the metadata is kept without a label.
    """
    contents = _contents(path)
    problems = Problems()
    people: dict[str, tuple[str | None, str | None]] = {}
    for number, row in enumerate(lines_of(decode(contents.get(CHARACTERS, b""), CHARACTERS, problems)[0]), 1):
        parts = row.split(SEPARATOR)
        if len(parts) != 6:
            problems.add(Problem(CHARACTERS, number, "character row not understood", row, kept=True))
            continue
        if not options.mapping and not is_gender(parts[4]):
            value = parts[4].strip().casefold()
            problems.add(Problem(CHARACTERS, number, UNKNOWN_LABEL, row, kept=True, value=value))
            continue
        people[parts[0].strip()] = (known(parts[4]), known(parts[5]))
    text, encoding = decode(contents[LINES], LINES, problems)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("line_id", "speaker_id", "group_id", "speaker", "label", "text", "credit")
    }
    lines = lines_of(text)
    nobody = (None, None)
    for number, line in enumerate(lines, 1):
        parts = line.split(SEPARATOR)
        if len(parts) != 5:
            kind = "too few fields" if len(parts) < 5 else "too many fields"
            problems.add(Problem(LINES, number, kind, line))
            continue
        speaker_id = parts[1].strip()
        label, credit = people.get(speaker_id, nobody)
        columns["line_id"].append(parts[0].strip())
        columns["speaker_id"].append(speaker_id or None)
        columns["group_id"].append(known(parts[2]))
        columns["speaker"].append(parts[3].strip())
        columns["label"].append(label)
        # The last field has a separator on its left only.
        columns["text"].append(parts[4].removeprefix(" "))
        columns["credit"].append(credit)
        if progress and number % 50_000 == 0:
            progress("reading", number, len(lines))
    found = Records(COLUMNS, iter(()), problems, ROLES, FILM_UNITS, encoding=encoding)
    for name in sorted(contents):
        found.digest.update(contents[name])
    if CHARACTERS not in contents:
        found.notes.append(f"{CHARACTERS} is missing: no line has a label.")
    if TITLES in contents:
        join_films(columns, films(decode(contents[TITLES], TITLES, problems)[0], TITLES, problems))
    found.batches = iter((batch(columns),))
    return found
