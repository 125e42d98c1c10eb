"""Counts of a corpus: lines, labels, films, characters, lengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from gendertui.arrays import Ints
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
    """Count a corpus. A word is a run of non-space characters."""
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
        movies=_distinct(corpus, "group_id"),
        characters=_distinct(corpus, "speaker_id"),
        empty=int((~corpus.has_text()).sum()),
        median_words=float(np.median(words)) if len(words) else 0.0,
        lengths=bars,
    )


def word_counts(corpus: Corpus) -> Ints:
    """Words of each line; int64 [rows]."""
    counted: Ints = pc.count_substring_regex(corpus.column("text"), r"\S+").to_numpy().astype(np.int64)
    return counted


def _distinct(corpus: Corpus, column: str) -> int:
    return int(pc.count_distinct(corpus.column(column)).as_py()) if corpus.has(column) else 0
