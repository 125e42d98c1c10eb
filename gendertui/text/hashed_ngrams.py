"""Words and pairs of words as 32-bit numbers: n-grams that need no list of words to be recognised.

Words are lower-cased and white space is left out, whatever tokenised the lines.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Ints

Keys = npt.NDArray[np.uint32]

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def word_key(word: str) -> int:
    """The number of a word, from 0 to 2³² − 1: the CRC-32 of its lower-cased UTF-8."""
    return zlib.crc32(word.lower().encode("utf-8", "surrogatepass"))


def pair_keys(first: Keys, second: Keys) -> Keys:
    """The numbers of pairs of words, from those of the words: a multiplicative mix of 64 bits, its upper half
    (after Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        mixed = (first.astype(np.uint64) + np.uint64(1)) * _PAIR + second.astype(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX
    keys: Keys = (mixed >> np.uint64(32)).astype(np.uint32)
    return keys


EDGE = word_key("\0edge")
"""What stands before the first word of a line and after its last."""


@dataclass(frozen=True, eq=False)
class LineGrams:
    """The n-grams of lines, as often as they occur."""

    keys: Keys
    """[occurrences] line ``i`` has ``keys[offsets[i]:offsets[i + 1]]``."""
    offsets: Ints
    """[lines + 1]."""

    @classmethod
    def of_words(cls, keys: Keys, owner: npt.NDArray[np.int32], lines: int) -> LineGrams:
        """From the words of lines.

        :param keys: [tokens] their numbers, white space left out. :param owner: [tokens] ascending, the line of each.
        """
        together = owner[1:] == owner[:-1]
        pairs = pair_keys(keys[:-1][together], keys[1:][together])
        edge = np.concatenate(([True], ~together, [True])) if len(keys) else np.zeros(1, np.bool_)
        begins, ends = keys[edge[:-1]], keys[edge[1:]]
        edges = np.full(len(begins), EDGE, np.uint32)
        found = np.concatenate((keys, pairs, pair_keys(edges, begins), pair_keys(ends, edges)))
        owners = np.concatenate((owner, owner[1:][together], owner[edge[:-1]], owner[edge[1:]]))
        order = np.argsort(owners, kind="stable")
        offsets = np.zeros(lines + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=lines), out=offsets[1:])
        return cls(found[order], offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def occurrences(self, lines: Ints) -> tuple[Ints, Keys]:
        """For all n-grams of some lines, repeats allowed: the position of their line in ``lines``, and their number."""
        owner, places = self._places(lines)
        return owner, self.keys[places]

    def among(self, keys: Keys, lines: Ints) -> tuple[Ints, Ints]:
        """For the known n-grams of some lines, repeats allowed: the position of their line in ``lines``, and their
        place in ``keys``.

        :param keys: [n-grams] the known ones' numbers, ascending.
        """
        owner, places = self._places(lines)
        if not len(keys):
            return owner[:0], places[:0]
        distinct, number = self._numbered
        place_of = np.minimum(np.searchsorted(keys, distinct), len(keys) - 1)
        place_of[keys[place_of] != distinct] = -1
        place = place_of[number[places]]
        known = place >= 0
        return owner[known], place[known]

    @cached_property
    def _numbered(self) -> tuple[Keys, npt.NDArray[np.int32]]:
        """The different numbers, ascending, and [occurrences] the place of each among them: looked up once, however
        often which of them are known is another."""
        distinct, number = np.unique(self.keys, return_inverse=True)
        return distinct, number.astype(np.int32)

    def _places(self, lines: Ints) -> tuple[Ints, Ints]:
        """For all n-grams of some lines: the position of their line in ``lines``, and theirs in :attr:`keys`."""
        starts = self.offsets[lines]
        counts = self.offsets[lines + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return np.repeat(np.arange(len(lines)), counts), places


def keys_of(words: Sequence[str]) -> Keys:
    """[words] the number of each."""
    return np.fromiter((word_key(word) for word in words), np.uint32, len(words))
