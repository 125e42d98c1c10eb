"""What the screens and ``corpus show`` tell of a corpus: counts, lengths, filters, neighbours, safe text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.table import Corpus


@dataclass(frozen=True)
class CorpusStatistics:
    """Counts of a corpus; ``lengths`` is a histogram: (words from, words to, lines)."""

    lines: int
    labelled: dict[str | None, int]
    movies: int
    characters: int
    empty: int
    median_words: float
    lengths: tuple[tuple[int, int | None, int], ...]


LENGTH_EDGES = (0, 1, 3, 5, 9, 17, 33, 65)


def corpus_statistics(corpus: Corpus) -> CorpusStatistics:
    """Count a corpus; words are runs of anything but white space."""
    words = word_counts(corpus)
    edges = [*LENGTH_EDGES, int(words.max(initial=0)) + 1 if words.max(initial=0) >= LENGTH_EDGES[-1] else 10**9]
    counted, _ = np.histogram(words, bins=np.array(edges))
    bars = tuple(
        (low, edges[place + 1] - 1 if place + 1 < len(LENGTH_EDGES) else None, int(counted[place]))
        for place, low in enumerate(LENGTH_EDGES)
    )
    return CorpusStatistics(
        lines=len(corpus),
        labelled=corpus.counts(),
        movies=_distinct(corpus, "movie_id"),
        characters=_distinct(corpus, "character_id"),
        empty=int((~corpus.has_text()).sum()),
        median_words=float(np.median(words)) if len(words) else 0.0,
        lengths=bars,
    )


def word_counts(corpus: Corpus) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Words of each line; int64 [rows]."""
    counted: np.ndarray[Any, np.dtype[np.int64]] = (
        pc.count_substring_regex(corpus.column("text"), r"\S+").to_numpy().astype(np.int64)
    )
    return counted


def _distinct(corpus: Corpus, column: str) -> int:
    return int(pc.count_distinct(corpus.column(column)).as_py()) if corpus.has(column) else 0


_FIELDS = {"label": "label", "title": "title", "movie": "movie_id", "character": "character"}
_TERM = re.compile(r"(label|film|title|movie|character):(\"[^\"]*\"|\S+)", re.IGNORECASE)


def filter(corpus: Corpus, query: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows that match a query, in table order; int64.

    Plain words are looked for, case aside, in text, character and film title, as one phrase;
    ``label:f``, ``label:?``, ``film:…`` (the id where the corpus knows no titles), ``movie:m12`` and ``character:…``
    narrow it down.
    """
    mask: Any = None
    fields = {**_FIELDS, "film": corpus.film_column}

    def narrow(mask: Any, condition: Any) -> Any:
        return condition if mask is None else pc.and_(mask, condition)

    for field, quoted in _TERM.findall(query):
        column = corpus.column(fields[field.lower()])
        value = quoted.strip('"')
        if column.null_count == len(corpus):
            condition = pa.array(np.zeros(len(corpus), bool))
        elif field.lower() in ("label", "movie"):
            condition = pc.is_null(column) if value == "?" else pc.equal(pc.utf8_lower(column), value.lower())
        else:
            condition = pc.match_substring(column, value, ignore_case=True)
        mask = narrow(mask, pc.fill_null(condition, False))
    phrase = _TERM.sub("", query).strip()
    if phrase:
        found = pc.match_substring(corpus.column("text"), phrase, ignore_case=True)
        for name in ("character", "title"):
            if corpus.has(name):
                match = pc.match_substring(corpus.column(name), phrase, ignore_case=True)
                found = pc.or_(found, pc.fill_null(match, False))
        mask = narrow(mask, found)
    if mask is None:
        return np.arange(len(corpus), dtype=np.int64)
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False) if isinstance(mask, pa.Array) else mask.to_numpy())


def neighbours(corpus: Corpus, row: int, around: int = 3) -> list[int]:
    """Rows of the same film around a row, in the scene's order, the row itself among them."""
    order = corpus.scene_order()
    place = int(np.flatnonzero(order == row)[0])
    near = order[max(0, place - around) : place + around + 1]
    if not corpus.has("movie_id"):
        return [int(item) for item in near]
    films = corpus.groups("movie_id")
    return [int(item) for item in near if films[item] == films[row]]
