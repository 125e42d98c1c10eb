"""Texts that a corpus has more than once: the same, nearly the same, and under both labels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.integers import ranges
from gendertui.corpus.leaks.count import words
from gendertui.corpus.leaks.near_duplicates import near_pairs
from gendertui.corpus.leaks.schema import MINIMUM_WORDS, SIMILARITY
from gendertui.corpus.table import Corpus
from gendertui.corpus.words import Words, words_of
from gendertui.progress import Progress, silent

EXAMPLES = 20
ROWS_OF_AN_EXAMPLE = 5


@dataclass(frozen=True)
class RepeatedText:
    """A text that several lines have, white space at both ends ignored."""

    rows: tuple[int, ...]
    """The first few of its rows, at most :data:`ROWS_OF_AN_EXAMPLE`."""
    lines: int
    labelled: tuple[int, int]
    """Its lines under the negative and the positive label."""


@dataclass(frozen=True)
class NearPair:
    """Two different texts that are nearly the same."""

    rows: tuple[int, int]
    """The first row of each."""
    similarity: float
    """Jaccard index of their sets of pairs of neighbouring words; 1 if they have the same words in the same order."""


@dataclass(frozen=True)
class Duplicates:
    """Repeated texts of a corpus. Empty texts are none."""

    lines: int
    """Lines with a text."""
    texts: int
    """Different texts."""
    repeated_texts: int
    """Texts that several lines have."""
    repeated_lines: int
    """Lines of those."""
    ambiguous_texts: int
    """Texts that have lines under both labels."""
    ambiguous_lines: int
    """Labelled lines of those."""
    near_texts: int
    """Texts of at least five words that have a near-duplicate, another text with the same words in the same order or
    whose pairs of neighbouring words have a Jaccard index of at least 0.8 with its own."""
    near_lines: int
    """Lines of those."""
    repeated: tuple[RepeatedText, ...]
    """The most repeated first."""
    ambiguous: tuple[RepeatedText, ...]
    """Those with most lines under the rarer of their labels first."""
    near: tuple[NearPair, ...]
    """The longest texts first."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def find_duplicates(corpus: Corpus, *, examples: int = EXAMPLES, progress: Progress = silent) -> Duplicates:
    """Find repeated texts (about four seconds on 300,000 lines, most of it for near-duplicates).

    :param examples: at most so many of each kind are listed.
    """
    progress("identical texts", 0, 0)
    texts = _Texts(corpus)
    progress("near-identical texts", 0, 0)
    near = _Near(texts, examples, progress)
    repeated = np.flatnonzero(texts.counts.sum(axis=1) > 1)
    ambiguous = np.flatnonzero((texts.counts[:, 0] > 0) & (texts.counts[:, 1] > 0))
    often = repeated[np.argsort(-texts.counts[repeated].sum(axis=1), kind="stable")]
    disputed = ambiguous[np.argsort(-texts.counts[ambiguous][:, :2].min(axis=1), kind="stable")]
    return Duplicates(
        lines=int(texts.counts.sum()),
        texts=len(texts.counts),
        repeated_texts=len(repeated),
        repeated_lines=int(texts.counts[repeated].sum()),
        ambiguous_texts=len(ambiguous),
        ambiguous_lines=int(texts.counts[ambiguous][:, :2].sum()),
        near_texts=int(near.has_one.sum()),
        near_lines=int(texts.counts[near.has_one].sum()),
        repeated=tuple(texts.repeated(text) for text in often[:examples]),
        ambiguous=tuple(texts.repeated(text) for text in disputed[:examples]),
        near=near.examples(),
    )


class _Texts:
    """The different texts of a corpus, and the rows of each."""

    def __init__(self, corpus: Corpus) -> None:
        stripped = pc.utf8_trim_whitespace(corpus.column("text"))
        filled = np.flatnonzero(pc.not_equal(pc.utf8_length(stripped), 0).to_numpy())
        encoded = stripped.take(pa.array(filled)).dictionary_encode().unify_dictionaries()
        chunks = encoded.chunks
        self.values: pa.Array = chunks[0].dictionary if chunks else pa.nulls(0, pa.string())
        codes = np.concatenate([np.zeros(0, np.int64), *(chunk.indices.to_numpy() for chunk in chunks)])
        text_of = codes.astype(np.int64)
        labels = corpus.label_codes()[filled].astype(np.int64) % 3
        self.counts: Ints = np.bincount(text_of * 3 + labels, minlength=3 * len(self.values)).reshape(-1, 3)
        """Lines under the negative, the positive and no label; int64 [texts, 3]."""
        self._rows = filled[np.argsort(text_of, kind="stable")]
        self._ends = np.cumsum(self.counts.sum(axis=1))

    def rows(self, text: int) -> Ints:
        """Rows of a text, ascending."""
        end = int(self._ends[text])
        rows: Ints = self._rows[end - int(self.counts[text].sum()) : end]
        return rows

    def repeated(self, text: int) -> RepeatedText:
        """A text as an example."""
        rows = self.rows(text)
        negative, positive, _ = self.counts[text].tolist()
        return RepeatedText(tuple(rows[:ROWS_OF_AN_EXAMPLE].tolist()), len(rows), (negative, positive))


class _Near:
    """Which texts have a near-duplicate. Texts are compared by their words, as for the leaks of a split."""

    def __init__(self, texts: _Texts, limit: int, progress: Progress) -> None:
        self._texts, self._limit = texts, limit
        found = words_of(pa.chunked_array([texts.values]), words)
        sizes = np.bincount(found.texts, minlength=len(texts.counts))
        long = np.flatnonzero(sizes >= MINIMUM_WORDS)
        self._sizes = sizes
        self.has_one: Bools = np.zeros(len(texts.counts), bool)
        self._pairs: list[tuple[Ints, Ints, Floats]] = []
        # Texts with the same words are compared once, as one.
        first, contents = self._contents(found, sizes, long)
        self._same_words(long, first, contents)
        lengths = sizes[first]
        numbers = found.numbers[ranges((np.cumsum(sizes) - sizes)[first], lengths)]
        close = np.zeros(len(first), bool)
        owners = np.repeat(np.arange(len(first)), lengths)
        for left, right, similarity in near_pairs(owners, numbers, len(first), SIMILARITY):
            progress("near-identical texts", int(left.max(initial=0)), len(first))
            close[left] = close[right] = True
            self._keep(first[left], first[right], similarity)
        self.has_one[long] |= close[contents]

    @staticmethod
    def _contents(found: Words, sizes: Ints, long: Ints) -> tuple[Ints, Ints]:
        """The first text of each sequence of words, and the number of each long text's sequence among them."""
        ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        numbers = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(found.numbers).cast(pa.string()))
        encoded = pc.binary_join(numbers.take(pa.array(long)), " ").dictionary_encode()
        contents = encoded.indices.to_numpy().astype(np.int64)
        _, places = np.unique(contents, return_index=True)
        return long[places], contents

    def _same_words(self, long: Ints, first: Ints, contents: Ints) -> None:
        again = np.bincount(contents, minlength=len(first))[contents] > 1
        self.has_one[long[again]] = True
        others = again & (long != first[contents])
        self._keep(first[contents[others]], long[others], np.ones(int(others.sum())))

    def _keep(self, left: Ints, right: Ints, similarity: Floats) -> None:
        """Keep the longest of some pairs, which are different ones."""
        longest = self._longest(left, right)
        self._pairs.append((left[longest], right[longest], similarity[longest]))

    def _longest(self, left: Ints, right: Ints) -> Ints:
        shorter = np.minimum(self._sizes[left], self._sizes[right])
        return np.argsort(-shorter, kind="stable")[: self._limit]

    def examples(self) -> tuple[NearPair, ...]:
        """The longest pairs."""
        left, right, similarity = (np.concatenate(parts) for parts in zip(*self._pairs, strict=True))
        _, once = np.unique(left * len(self._sizes) + right, return_index=True)
        left, right, similarity = left[once], right[once], similarity[once]
        return tuple(
            NearPair(
                (int(self._texts.rows(left[place])[0]), int(self._texts.rows(right[place])[0])),
                float(similarity[place]),
            )
            for place in self._longest(left, right)
        )
