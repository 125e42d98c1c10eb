"""The official Cornell Movie-Dialogs Corpus: the zip as downloaded, the folder it unpacks to, and its re-packagings.

``movie_lines`` has five fields (line id, character id, film id, character, text); ``movie_characters_metadata`` six
(character id, name, film id, title, gender, credit position); ``movie_titles_metadata`` six (film id, title, year,
rating, votes, genres); ``movie_conversations`` four (two character ids, film id, line ids). They end in ``.txt`` and
have ``+++$+++`` between fields, or in ``.tsv`` with tabs. Members of the zip are read by base name and never extracted,
so a path in it cannot write anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.encoding import WESTERN
from gendertui.corpus.readers.film_fields import (
    COLUMNS,
    ROLES,
    SEPARATOR,
    TAB,
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
from gendertui.corpus.readers.line_order import Conversations
from gendertui.corpus.readers.source import Source, members, packing_of
from gendertui.corpus.readers.text import open_text
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

LINES = "movie_lines"
CHARACTERS = "movie_characters_metadata"
TITLES = "movie_titles_metadata"
CONVERSATIONS = "movie_conversations"
FIELDS = {LINES: 5, CHARACTERS: 6, TITLES: 6, CONVERSATIONS: 4}
SUFFIXES = (".txt", ".tsv")
DEPTH = 3
"""Folders below the one that is opened in which the corpus is looked for."""
COLLATED_FIELDS = 7
_GENDER = 4
_EXAMINED = 20


@dataclass(frozen=True)
class Part:
    """One of the corpus's files."""

    path: Path
    member: str | None = None
    """Its path in the zip ``path``."""

    @property
    def name(self) -> str:
        return PurePosixPath(self.member).name if self.member is not None else self.path.name

    def head(self) -> str:
        """Its beginning, to look at its fields."""
        data = Source(self.path, self.member).head()
        return data.replace(b"\0", b"").decode("latin-1").replace("\r", "\n")

    @property
    def separator(self) -> str:
        return SEPARATOR if SEPARATOR in self.head() else TAB


def sniff(path: Path) -> bool:
    """Whether the zip or folder holds ``movie_lines``, or the file is it.

    A zip too damaged to list counts, so that :func:`records` can report the damage (an interrupted download, say).
    """
    if path.is_file() and packing_of(path) == "zip" and not members(path):
        return True
    parts = _parts(path)
    return LINES in parts and _field_count(parts[LINES]) != COLLATED_FIELDS


def _role(name: str) -> str | None:
    path = PurePosixPath(name)
    return path.stem if path.stem in FIELDS and path.suffix.lower() in SUFFIXES else None


def _parts(path: Path) -> dict[str, Part]:
    """The corpus's files by what they are."""
    if path.is_dir():
        return _beside(_found_below(path))
    if not path.is_file():
        return {}
    if packing_of(path) == "zip":
        inside = [name for name in members(path) if "__MACOSX" not in PurePosixPath(name).parts]
        return {role: Part(path, name) for name in reversed(inside) if (role := _role(name))}
    return _beside(path) if _role(path.name) == LINES else {}


def _found_below(folder: Path) -> Path | None:
    """The lines file in a folder or below it, the nearest first."""
    for depth in range(DEPTH + 1):
        for suffix in SUFFIXES:
            for candidate in sorted(folder.glob(f"{'*/' * depth}{LINES}{suffix}")):
                if candidate.is_file() and "__MACOSX" not in candidate.parts:
                    return candidate
    return None


def _beside(lines: Path | None) -> dict[str, Part]:
    if lines is None:
        return {}
    found = {LINES: Part(lines)}
    for role in (CHARACTERS, TITLES, CONVERSATIONS):
        for suffix in (lines.suffix, *SUFFIXES):
            file = lines.with_name(f"{role}{suffix}")
            if role not in found and file.is_file():
                found[role] = Part(file)
    return found


def files(path: Path) -> list[Path]:
    """The zip, or whichever of the files there are."""
    return list(dict.fromkeys(part.path for part in _parts(path).values())) or [path]


def _field_count(part: Part) -> int:
    """Number of fields that most of the first rows have; 0 where there is no row."""
    rows = [row for row in part.head().split("\n")[:_EXAMINED] if row.strip()]
    counts = [len(row.split(part.separator)) for row in rows]
    return max(set(counts), key=counts.count, default=0)


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the lines and join the metadata of their characters and films.

    A line whose character is not in the metadata is kept without a label.

    :raises GendertuiError: the zip is damaged, or what is named like the lines file has another file's fields.
    """
    parts = _parts(path)
    if LINES not in parts:
        raise GendertuiError(
            "this zip file is damaged: what is in it cannot be listed",
            where=str(path),
            hint="Download or copy it again: gendertui corpus download cornell fetches the film corpus.",
            code=ExitCode.DATA,
        )
    _check_fields(parts[LINES])
    problems = Problems()
    found = Records(COLUMNS, iter(()), problems, ROLES, FILM_UNITS)
    if CHARACTERS not in parts:
        found.notes.append(f"{CHARACTERS}{SUFFIXES[0]} is missing: no line has a label.")
    if parts[LINES].path != path and parts[LINES].path.parent != path:
        found.notes.append(f"found below: {parts[LINES].path.parent.relative_to(path)}")
    part = parts[LINES]
    text = open_text(part.path, options, member=part.member, known_default=WESTERN, progress=progress)
    found.encoding = text.encoding
    found.decisions.append(text.decision)

    def batches() -> Iterator[pa.RecordBatch]:
        # The order of hashing is that of the files' names, conversations left out: old runs know the corpus by it.
        people = _people(parts.get(CHARACTERS), options, found)
        metadata = _films(parts.get(TITLES), problems)
        conversations = _conversations(parts.get(CONVERSATIONS), problems)
        separator = part.separator
        for block in text.blocks(problems, found.digest, progress):
            fields = fields_of(block, FIELDS[LINES], part.name, problems, separator=separator)
            yield _batch(fields, people, metadata, conversations, separator)
        _hash(parts.get(TITLES), found)

    if CONVERSATIONS in parts:
        found.columns = (*COLUMNS, "conversation_id", "position")
        found.roles = _with_order()
    found.batches = batches()
    return found


def _with_order() -> Roles:
    return replace(ROLES, conversation_id="conversation_id", position="position")


def _check_fields(part: Part) -> None:
    """Refuse the conversations file by the name of the lines file."""
    rows = [row.split(part.separator) for row in part.head().split("\n")[:_EXAMINED] if row.strip()]
    if not rows or not all(len(row) == FIELDS[CONVERSATIONS] and row[-1].lstrip().startswith("['L") for row in rows):
        return
    count = FIELDS[CONVERSATIONS]
    raise GendertuiError(
        f"its rows have {count} fields, as those of {CONVERSATIONS}{SUFFIXES[0]} have; those of {LINES}{SUFFIXES[0]} "
        f"have {FIELDS[LINES]}",
        where=f"{part.path}!{part.member}" if part.member else str(part.path),
        hint=f"Give {CONVERSATIONS}{SUFFIXES[0]} its own name back, and put {LINES}{SUFFIXES[0]} in its place.",
        code=ExitCode.DATA,
    )


def _rows(part: Part, role: str, problems: Problems, kept: str, found: Records | None = None) -> Iterator[Fields]:
    text = open_text(part.path, NO_OPTIONS, member=part.member, known_default=WESTERN)
    separator = part.separator
    for block in text.blocks(problems, found.digest if found else None):
        yield fields_of(block, FIELDS[role], part.name, problems, separator=separator, kept=kept)


def _people(part: Part | None, options: ReadingOptions, found: Records) -> Lookup:
    """Label and credit position by character."""
    people: dict[str, tuple[str | None, str | None]] = {}
    for fields in _rows(part, CHARACTERS, found.problems, "character row not understood", found) if part else ():
        if not options.mapping:
            odd = unknown_labels(fields.columns[_GENDER])
            if pc.any(odd).as_py():
                report_labels(fields, odd, _GENDER, part.name if part else "", found.problems, kept=True)
                fields = fields.where(pc.invert(odd))
        ids, genders, credits = (stripped(fields.columns[0]), known(fields.columns[4]), known(fields.columns[5]))
        pairs = zip(genders.to_pylist(), credits.to_pylist(), strict=True)
        people.update(zip(ids.to_pylist(), pairs, strict=True))
    return Lookup(people, [pa.string(), pa.string()])


def _films(part: Part | None, problems: Problems) -> Lookup:
    if part is None:
        return no_films()
    text = open_text(part.path, NO_OPTIONS, member=part.member, known_default=WESTERN)
    separator = part.separator
    rows = (
        (number, line, line.split(separator)) for block in text.blocks(problems) for number, line in block.numbered()
    )
    return films(rows, part.name, problems)


def _hash(part: Part | None, found: Records) -> None:
    for block in Source(part.path, part.member).blocks() if part else ():
        found.digest.update(block)


def _conversations(part: Part | None, problems: Problems) -> Conversations | None:
    if part is None:
        return None
    rows = (
        re.findall(r"L(\d+)", ids)
        for fields in _rows(part, CONVERSATIONS, problems, "conversation row not understood")
        for ids in fields.columns[3].to_pylist()
    )
    return Conversations.of(rows)


def _batch(
    fields: Fields, people: Lookup, metadata: Lookup, conversations: Conversations | None, separator: str
) -> pa.RecordBatch:
    line, character, film, name, text = fields.columns
    ids, characters, films_of_rows = stripped(line), stripped(character), known(film)
    label, credit = people.columns(characters)
    text = _unquoted(text) if separator == TAB else text
    columns = [ids, known(character), films_of_rows, stripped(name), label, text, credit]
    names = [*COLUMNS, LINE]
    arrays = [*columns, *metadata.columns(films_of_rows), pa.array(fields.numbers)]
    if conversations is not None:
        arrays += conversations.columns(ids)
        names += ["conversation_id", "position"]
    return pa.RecordBatch.from_arrays(arrays, names)


def _unquoted(texts: pa.Array) -> pa.Array:
    """Texts without the quotation marks of CSV, where doubled ones inside show that it wrote them."""
    written = pc.match_substring_regex(texts, r'^"(?:[^"]|"")*""(?:[^"]|"")*"$')
    if not pc.any(written).as_py():
        return texts
    inside = pc.replace_substring(pc.utf8_slice_codeunits(texts, 1, -1), '""', '"')
    return pc.if_else(written, inside, texts)
