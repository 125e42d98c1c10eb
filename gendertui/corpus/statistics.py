"""Counts of a corpus: lines, labels, groups, speakers, lengths, and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.table import Corpus
from gendertui.formatting import percent

LENGTH_EDGES = (0, 1, 3, 5, 9, 17, 33, 65)
RARE = 0.01
"""A label with a smaller share of the labelled lines is rare."""
_PIECE_ROWS = 10_000
"""Rows whose words are counted at a time, so few that their bytes stay in the processor's cache."""
_SPACES = np.isin(np.arange(256), [ord(sign) for sign in " \t\n\f\r"])


@dataclass(frozen=True)
class CorpusStatistics:
    """Counts of a corpus; ``lengths`` is a histogram: (words from, words to, lines)."""

    lines: int
    labelled: dict[str | None, int]
    groups: int
    """What it calls them: ``corpus.units``; 0 where there are none."""
    speakers: int
    empty: int
    median_words: float
    lengths: tuple[tuple[int, int | None, int], ...]


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
        groups=_distinct(corpus, "group_id"),
        speakers=_distinct(corpus, "speaker_id"),
        empty=int((~corpus.has_text()).sum()),
        median_words=float(np.median(words)) if len(words) else 0.0,
        lengths=bars,
    )


def word_counts(corpus: Corpus) -> Ints:
    """Words of each line; int64 [rows]."""
    return count_words(corpus.column("text"))


def count_words(texts: pa.ChunkedArray) -> Ints:
    """Words of each text: runs of anything but ASCII white space; int64 [texts]."""
    pieces = (texts.slice(start, _PIECE_ROWS).chunks for start in range(0, len(texts), _PIECE_ROWS))
    return np.concatenate([np.zeros(0, np.int64), *(_words_of(chunk) for chunks in pieces for chunk in chunks)])


def _words_of(texts: pa.StringArray) -> Ints:
    """By bytes, ten times as fast as a regular expression: no part of a longer character is a white-space byte."""
    words = np.zeros(len(texts), np.int64)
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return words
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    filled = ~_SPACES[np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]]
    ends = ends - ends[0]
    begins = filled.copy()
    begins[1:] &= ~filled[:-1]
    not_empty = ends[1:] > ends[:-1]
    first = ends[:-1][not_empty]
    begins[first] = filled[first]
    if len(first):
        words[not_empty] = np.add.reduceat(begins, first, dtype=np.int32)
    return words


def notes(corpus: Corpus) -> tuple[str, ...]:
    """What somebody should know before training on it: a rare label, lines without text, ids that repeat."""
    counts = corpus.counts()
    labelled = sum(counts[label] for label in corpus.labels)
    found = [
        f"label {label} is rare: {counts[label]:,} of {labelled:,} labelled lines ({percent(counts[label] / labelled)})"
        for label in corpus.labels
        if 0 < counts[label] < RARE * labelled
    ]
    empty = int((~corpus.has_text()).sum())
    if empty and empty == len(corpus):
        found.append("no line has a text")
    elif empty:
        found.append(
            f"{empty:,} {'line has' if empty == 1 else 'lines have'} no text; nothing is trained on such lines"
        )
    if corpus.has("line_id"):
        ids = corpus.column("line_id").drop_null()
        repeated = len(ids) - int(pc.count_distinct(ids).as_py())
        if repeated:
            found.append(f"ids repeat: {repeated:,} of {len(ids):,} lines have the id of a line before them")
    return tuple(found)


def _distinct(corpus: Corpus, column: str) -> int:
    return int(pc.count_distinct(corpus.column(column)).as_py()) if corpus.has(column) else 0
