"""Near-identical texts: exact set similarity by an inverted index over rare word pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.integers import distinct, ranges
from gendertui.corpus.leaks.join import join

_EPSILON = 1e-9
"""Tolerance for rounding when a product of a size and a similarity should be a whole number."""


def near(queries: Sequence[Sequence[str]], base: Sequence[Sequence[str]], similarity: float) -> Bools:
    """Which queries have a near-identical text in the base; bool ``[queries]``.

    Texts are sequences of words, compared by their sets of pairs of neighbouring words: two are near-identical if their
    Jaccard index is at least ``similarity``. A text of fewer than two words matches none.

    The answer is exact. Two sets that similar share one of the first ``n − ceil(similarity · n) + 1`` pairs of either,
    in any order common to both (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007); with the rarest first,
    hardly any other texts need to be compared.
    """
    texts = [*queries, *base]
    numbers: dict[str, int] = {}
    words = np.array([numbers.setdefault(word, len(numbers)) for text in texts for word in text], np.int64)
    pairs = _Pairs(np.repeat(np.arange(len(texts)), [len(text) for text in texts]), words, len(texts))
    found = np.zeros(len(queries), bool)
    owners, keys = pairs.prefixes(similarity)
    from_base = owners >= len(queries)
    left_owners, right_owners = owners[~from_base], owners[from_base]
    for i, j in join(keys[~from_base], keys[from_base]):
        left, _, _ = pairs.similar(left_owners[i], right_owners[j], similarity)
        found[left] = True
    return found


def near_pairs(owners: Ints, words: Ints, texts: int, similarity: float) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Every two texts that are near-identical as :func:`near` has it: the first, the second, which has the higher
    index, and their Jaccard index; some at a time, and a pair possibly more than once.

    :param owners: the text of each word, ascending; int64 [words]. :param words: its number. :param texts: how many.
    """
    pairs = _Pairs(owners, words, texts)
    prefix_owners, keys = pairs.prefixes(similarity)
    for i, j in join(keys, keys):
        left, right = prefix_owners[i], prefix_owners[j]
        once = left < right
        yield pairs.similar(left[once], right[once], similarity)


class _Pairs:
    """The set of word pairs of each text, numbered from the rarest pair to the most common."""

    def __init__(self, owners: Ints, words: Ints, texts: int) -> None:
        inside = owners[1:] == owners[:-1]
        keys = (words[:-1] * (words.max(initial=0) + 1) + words[1:])[inside]
        _, keys = np.unique(keys, return_inverse=True)
        # One entry per text and pair.
        once = distinct(owners[1:][inside] * (keys.max(initial=0) + 1) + keys)
        owners, keys = np.divmod(once, keys.max(initial=0) + 1)
        frequency = np.bincount(keys)
        rank = np.empty(len(frequency), np.int64)
        rank[np.argsort(frequency, kind="stable")] = np.arange(len(frequency))
        keys = rank[keys]
        order = np.lexsort((keys, owners))
        self.keys: Ints = keys[order]
        self.sizes: Ints = np.bincount(owners, minlength=texts).astype(np.int64)
        self.starts: Ints = np.cumsum(self.sizes) - self.sizes

    def prefixes(self, similarity: float) -> tuple[Ints, Ints]:
        """The rarest pairs of each text, so many that two similar texts share at least one: (text, pair)."""
        needed = np.ceil(self.sizes * similarity - _EPSILON).astype(np.int64)
        lengths = np.where(self.sizes > 0, self.sizes - needed + 1, 0)
        owners = np.repeat(np.arange(len(self.sizes)), lengths)
        return owners, self.keys[ranges(self.starts, lengths)]

    def similar(self, left: Ints, right: Ints, similarity: float) -> tuple[Ints, Ints, Floats]:
        """Those of the candidate pairs ``left[i], right[i]`` that are similar enough, each once, and how similar."""
        left, right = _worth_comparing(left, right, self.sizes, similarity)
        shared = self._shared(left, right)
        together = self.sizes[left] + self.sizes[right] - shared
        close = shared >= similarity * together - _EPSILON
        return left[close], right[close], shared[close] / together[close]

    def _shared(self, left: Ints, right: Ints) -> Ints:
        """How many pairs the texts ``left[i]`` and ``right[i]`` have in common."""
        sizes = np.concatenate((self.sizes[left], self.sizes[right]))
        places = ranges(np.concatenate((self.starts[left], self.starts[right])), sizes)
        comparisons = np.repeat(np.tile(np.arange(len(left)), 2), sizes)
        both = np.sort(comparisons * (int(self.keys.max(initial=0)) + 1) + self.keys[places])
        twice = both[1:][both[1:] == both[:-1]] // (int(self.keys.max(initial=0)) + 1)
        return np.bincount(twice, minlength=len(left)).astype(np.int64)


def _worth_comparing(left: Ints, right: Ints, sizes: Ints, similarity: float) -> tuple[Ints, Ints]:
    """Each candidate pair once, without those whose sizes alone rule out a match."""
    smaller, larger = np.minimum(sizes[left], sizes[right]), np.maximum(sizes[left], sizes[right])
    possible = smaller >= similarity * larger - _EPSILON
    return np.divmod(distinct(left[possible] * len(sizes) + right[possible]), len(sizes))
