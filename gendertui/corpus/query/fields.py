"""What a query may name: the columns that a corpus has, by their names and by the nouns it uses for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gendertui.corpus.table import Corpus

Kind = Literal["text", "name", "id", "label", "number", "length"]
"""How a field is compared: a text or a name holds the value; an id is the value, or holds it where no id is; a label is
the value; a number, or a text's length in words, is in a range."""


@dataclass(frozen=True)
class Field:
    """A column that a query can name."""

    column: str
    kind: Kind


TEXT = Field("text", "text")
LENGTH = Field("text", "length")


def fields(corpus: Corpus) -> dict[str, Field]:
    """Every name that a query on this corpus may use, in lower case, and the field it stands for."""
    found: dict[str, Field] = {"label": Field("label", "label"), "text": TEXT, "len": LENGTH}
    for column, kind, names in _columns(corpus):
        if corpus.has(column):
            for name in (*names, column):
                found.setdefault(name.casefold().replace(" ", "_"), Field(column, kind))
    return found


def names(corpus: Corpus) -> tuple[str, ...]:
    """The columns beside the text in which plain words are looked for: speakers, and titles or groups."""
    return tuple(column for column in ("speaker", _shown_group(corpus)) if corpus.has(column))


def _shown_group(corpus: Corpus) -> str:
    return "title" if corpus.has("title") else "group_id"


def _columns(corpus: Corpus) -> Iterator[tuple[str, Kind, tuple[str, ...]]]:
    units = corpus.units
    group, speaker = ((noun.one,) if noun is not None else () for noun in (units.group, units.speaker))
    if units.about == "films":
        yield "title", "name", ("film",)
        yield "group_id", "id", ("film", "movie", "movie_id", "group")
        yield "speaker_id", "id", ("character_id",)
    else:
        yield "group_id", "id", ("group", *group)
    # A speaker is sought by name; by id where there are only ids.
    yield "speaker", "name", ("speaker", *speaker)
    yield "speaker_id", "id", ("speaker", *speaker)
    yield "line_id", "id", ("id",)
    yield "title", "name", ()
    yield "genres", "name", ("genre",)
    yield "year", "number", ()
    yield "credit", "id", ()
    yield "conversation_id", "id", ("conversation",)
    yield "position", "number", ()
    yield "split", "id", ("set",)
