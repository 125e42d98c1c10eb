"""ConvoKit corpora, as a folder or a zip: ``utterances.jsonl`` with ``speakers.json`` and ``conversations.json``.

Old ones say ``users.json``, ``user`` and ``root`` for ``speakers.json``, ``speaker`` and ``conversation_id``, and have
metadata without a ``meta`` around them. The label is what the corpus says of its speakers (their gender, mostly), else
of utterances or conversations (:mod:`~gendertui.corpus.readers.convokit_label`). Source of the format: the ConvoKit
documentation, "Data format".
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.convokit_label import MetaLabel, choose_label
from gendertui.corpus.readers.film_fields import ROLES, Lookup, genres_of, year_of
from gendertui.corpus.readers.source import Source, members, packing_of
from gendertui.corpus.readers.text import Block, Text, open_text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.units import FILM_UNITS, Noun, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

UTTERANCES = "utterances.jsonl"
SPEAKERS = ("speakers.json", "users.json")
CONVERSATIONS = "conversations.json"
_FILM_META = {"movie_idx", "movie_name"}
SAMPLED = 2_000
"""Utterances whose metadata are looked at."""
_MAXIMUM_METADATA = 2**30
_COLUMNS = ("line_id", "conversation_id", "speaker_id", "label", "text")
_FILM_COLUMNS = (*_COLUMNS, "group_id", "speaker", "title", "year", "genres", "credit")


class _Utterance(msgspec.Struct):
    """What is read of a line; everything else in it, such as parse trees, is skipped."""

    text: str
    id: str | int | None = None
    conversation_id: str | int | None = None
    root: str | int | None = None
    speaker: str | int | None = None
    user: str | int | None = None
    timestamp: float | str | None = None
    meta: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass(frozen=True)
class _Files:
    path: Path
    """The folder, or the zip."""
    inside: Mapping[str, str]
    """Base name → path of the file, or of the zip's member."""
    zipped: bool

    def source(self, name: str) -> tuple[Path, str | None]:
        place = self.inside[name]
        return (self.path, place) if self.zipped else (Path(place), None)

    def objects(self, *names: str, digest: Any) -> dict[str, dict[str, Any]]:
        """Metadata by id; empty where the corpus has no such file."""
        name = next((name for name in names if name in self.inside), None)
        if name is None:
            return {}
        source = Source(*self.source(name))
        data = bytearray()
        for block in source.blocks(digest):
            data += block
            if len(data) > _MAXIMUM_METADATA:
                raise _refused(f"{name} has more than {_MAXIMUM_METADATA:,} bytes", source.where)
        try:
            found = json.loads(data)
            return {str(key): value.get("meta", value) for key, value in found.items()}
        except (ValueError, AttributeError, RecursionError) as error:
            raise _refused(f"{name} is not what ConvoKit writes: {error}", source.where) from error


def _refused(what: str, where: str) -> GendertuiError:
    return GendertuiError(what, where=where, hint="Download the corpus again.", code=ExitCode.DATA)


def _files(path: Path) -> _Files | None:
    """The corpus's files in a folder, one level below it, in a zip, or beside ``utterances.jsonl``."""
    if path.is_file() and path.name == UTTERANCES:
        path = path.parent
    zipped = path.is_file() and packing_of(path) == "zip"
    if zipped:
        names = members(path)
    elif path.is_dir():
        names = [str(file) for pattern in ("*.json*", "*/*.json*") for file in sorted(path.glob(pattern))]
    else:
        return None
    utterances = next((name for name in names if PurePosixPath(name).name == UTTERANCES), None)
    if utterances is None:
        return None
    beside = PurePosixPath(utterances).parent
    inside = {PurePosixPath(name).name: name for name in names if PurePosixPath(name).parent == beside}
    return _Files(path, inside, zipped) if any(name in inside for name in SPEAKERS) else None


def sniff(path: Path) -> bool:
    """Whether there are utterances, and speakers or users beside them."""
    return _files(path) is not None


def files(path: Path) -> list[Path]:
    """The zip, or the three files."""
    found = _files(path)
    if found is None or found.zipped:
        return [path]
    return [Path(found.inside[name]) for name in (UTTERANCES, *SPEAKERS, CONVERSATIONS) if name in found.inside]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the utterances, and join what is known of their speakers and conversations.

    :raises ReadingQuestionError: it cannot be told which of its metadata is the label.
    :raises GendertuiError: a file is not what ConvoKit writes.
    """
    found = _files(path)
    if found is None:
        raise _refused(f"there are no {UTTERANCES} and {SPEAKERS[0]}", str(path))
    result = Records(_COLUMNS, iter(()), Problems())
    speakers = found.objects(*SPEAKERS, digest=result.digest)
    conversations = found.objects(CONVERSATIONS, digest=result.digest)
    place, member = found.source(UTTERANCES)
    text = open_text(place, options, member=member, progress=progress)
    result.encoding = text.encoding
    result.decisions.append(text.decision)
    label, decision = choose_label(
        path,
        (
            ("speakers", speakers.values),
            ("utterances", lambda: _sampled_metadata(text)),
            ("conversations", conversations.values),
        ),
        options,
    )
    result.decisions.append(decision)
    films = any(set(meta) >= _FILM_META for meta in speakers.values())
    if films:
        result.columns, result.roles, result.units = _FILM_COLUMNS, _film_roles(), FILM_UNITS
    else:
        result.roles = _roles(label)
        result.units = Units(Noun.of("conversation"), Noun.of("speaker"), label.about if label else "other")
    made = _Batches(text.source.name, label, speakers, conversations, result.problems, films)
    result.batches = (made.of(block) for block in text.blocks(result.problems, result.digest, progress))
    return result


def _roles(label: MetaLabel | None) -> Roles:
    named = {"line_id": "line_id", "speaker_id": "speaker_id", "speaker": "speaker_id", "position": "position"}
    return Roles(("text",), label="label" if label else None, group_id="conversation_id", **named)


def _film_roles() -> Roles:
    return Roles(**{**vars(ROLES), "conversation_id": "conversation_id", "position": "position"})


def _sampled_metadata(text: Text) -> Iterator[dict[str, Any]]:
    """The metadata of the first utterances."""
    decoder = msgspec.json.Decoder(_Utterance)
    first = next(text.blocks(), None)
    for _, line in islice(first.numbered() if first else (), SAMPLED):
        with contextlib.suppress(msgspec.DecodeError):
            yield _metadata(decoder.decode(line))


def _metadata(said: _Utterance) -> dict[str, Any]:
    found = msgspec.json.decode(said.meta)
    return found if isinstance(found, dict) else {}


class _Batches:
    """Blocks of lines to batches."""

    def __init__(
        self,
        file: str,
        label: MetaLabel | None,
        speakers: Mapping[str, Mapping[str, Any]],
        conversations: Mapping[str, Mapping[str, Any]],
        problems: Problems,
        films: bool,
    ) -> None:
        self._file = file
        self._problems = problems
        self._films = films
        self._decoder = msgspec.json.Decoder(_Utterance)
        self._rows = 0
        self._label = label
        labelled = {"speakers": speakers, "conversations": conversations}.get(label.level, {}) if label else {}
        self._labels = Lookup(
            {each: (_string(meta.get(label.key)) if label else None,) for each, meta in labelled.items()}, [pa.string()]
        )
        names = ("movie_idx", "character_name", "movie_name", "credit_pos")
        people = {who: tuple(_string(meta.get(name)) for name in names) for who, meta in speakers.items()}
        self._people = Lookup(people, [pa.string()] * len(names))
        self._of_film = Lookup(
            {
                conversation: (year_of(str(meta.get("release_year", ""))), genres_of(str(meta.get("genre", ""))))
                for conversation, meta in conversations.items()
            },
            [pa.int16(), pa.string()],
        )

    def of(self, block: Block) -> pa.RecordBatch:
        rows: list[tuple[Any, ...]] = []
        for number, line in block.numbered():
            if not line.strip():
                continue
            try:
                said = self._decoder.decode(line)
            except msgspec.DecodeError as error:
                kind = "no text" if isinstance(error, msgspec.ValidationError) else "not a JSON object"
                self._problems.add(Problem(self._file, number, kind, line))
                continue
            who = said.speaker if said.speaker is not None else said.user
            where = said.conversation_id if said.conversation_id is not None else said.root
            named = (_string(said.id), _string(where), _string(who))
            rows.append((*named, self._own_label(said), said.text, self._place(said), number))
        ids, conversations, speakers, labels, texts, places, numbers = zip(*rows, strict=True) if rows else ((),) * 7
        level = self._label.level if self._label else None
        of = {"conversations": pa.array(conversations, pa.string()), "speakers": pa.array(speakers, pa.string())}
        columns: dict[str, Any] = {
            "line_id": pa.array(ids, pa.string()),
            "conversation_id": of["conversations"],
            "speaker_id": of["speakers"],
            "label": self._labels.columns(of[level])[0] if level in of else pa.array(labels, pa.string()),
            "text": pa.array(texts, pa.string()),
            "position": pa.array(places, pa.int64()),
            LINE: pa.array(numbers, pa.int64()),
        }
        if self._films:
            film, name, title, credit = self._people.columns(of["speakers"])
            year, genres = self._of_film.columns(columns["conversation_id"])
            columns |= {"group_id": film, "speaker": name, "title": title, "credit": credit}
            columns |= {"year": year, "genres": genres}
        return pa.RecordBatch.from_pydict(columns)

    def _own_label(self, said: _Utterance) -> str | None:
        """The label, where it is one of each utterance."""
        if self._label is None or self._label.level != "utterances":
            return None
        return _string(_metadata(said).get(self._label.key))

    def _place(self, said: _Utterance) -> int:
        """What orders a group's lines: the time where there is one, else the number in the id, else the file."""
        self._rows += 1
        try:
            return int(float(said.timestamp)) if said.timestamp is not None else int(str(said.id).removeprefix("L"))
        except (ValueError, OverflowError):
            return self._rows


def _string(value: Any) -> str | None:
    """A metadata's value as a field; missing ones are null."""
    if value is None or (isinstance(value, str) and value.strip() in ("", "?")):
        return None
    return str(value)
