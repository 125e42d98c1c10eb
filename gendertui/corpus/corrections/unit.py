"""The units of a corpus that are decided about: their keys, their rows, their labels."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.corrections.entry import Key
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit

_DIGITS = 16


def key_of(corpus: Corpus, unit: Unit, row: int) -> Key:
    """The unit that a row belongs to."""
    if unit == "line":
        return Key("line", row=row, digest=_digest(corpus, row))
    group = _value(corpus, "group_id", row)
    return Key("group", group) if unit == "group" else Key("speaker", group, _value(corpus, "speaker_id", row))


def name_of(corpus: Corpus, key: Key, row: int) -> str:
    """What a person knows a unit by: a speaker's name, a group's title, a line's id; never a text."""
    column = {"speaker": "speaker", "group": "title", "line": "line_id"}[key.unit]
    return _value(corpus, column, row) or key.speaker or key.group


def rows_of(corpus: Corpus, key: Key) -> Ints:
    """The rows of a unit, ascending; int64. Empty where the corpus has no such unit."""
    if key.unit == "line":
        there = 0 <= key.row < len(corpus) and _digest(corpus, key.row) == key.digest
        return np.array([key.row] if there else [], np.int64)
    ids = [("group_id", key.group), *([("speaker_id", key.speaker)] if key.unit == "speaker" else [])]
    mask = np.ones(len(corpus), bool)
    for column, value in ids:
        mask &= pc.equal(pc.fill_null(corpus.column(column), ""), value).to_numpy().astype(bool)
    return np.flatnonzero(mask)


def label_of(corpus: Corpus, rows: Ints) -> str | None:
    """The one label of some rows; ``None`` where they have none, or both."""
    codes = np.unique(corpus.label_codes()[rows])
    labelled = codes[codes >= 0]
    return corpus.labels[int(labelled[0])] if len(labelled) == 1 else None


def decisions_by_row(corpus: Corpus, keys: list[Key]) -> Ints:
    """Which of ``keys`` each row belongs to, −1 for none; int64 [rows]. Where it is several, the last."""
    found = np.full(len(corpus), -1, np.int64)
    for unit in ("group", "speaker", "line"):
        places = {key: place for place, key in enumerate(keys) if key.unit == unit}
        if unit == "line":
            for key, place in places.items():
                found[rows_of(corpus, key)] = place
        elif places:
            _mark(corpus, unit, places, found)
    return found


def _mark(corpus: Corpus, unit: Unit, places: dict[Key, int], found: Ints) -> None:
    """Mark the rows of groups or speakers, looking closer only at rows with one of their ids."""
    column = "group_id" if unit == "group" else "speaker_id"
    wanted = {key.group if unit == "group" else key.speaker for key in places}
    ids = pc.fill_null(corpus.column(column), "")
    candidates = np.flatnonzero(pc.is_in(ids, value_set=pa.array(sorted(wanted), pa.string())).to_numpy())
    groups = pc.fill_null(corpus.column("group_id"), "").take(candidates).to_pylist()
    speakers = ids.take(candidates).to_pylist()
    for row, group, speaker in zip(candidates.tolist(), groups, speakers, strict=True):
        key = Key("group", group) if unit == "group" else Key("speaker", group, speaker)
        if key in places:
            found[row] = places[key]


def _value(corpus: Corpus, column: str, row: int) -> str:
    return corpus.column(column)[row].as_py() or ""


def _digest(corpus: Corpus, row: int) -> str:
    return hashlib.sha256(corpus.column("text")[row].as_py().encode()).hexdigest()[:_DIGITS]
