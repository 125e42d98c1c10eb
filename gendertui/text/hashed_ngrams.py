"""Words and pairs of words as 32-bit numbers: n-grams that need no list of words to be recognised.

Words are lower-cased and white space is left out, whatever tokenised the lines.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

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
        starts = self.offsets[lines]
        counts = self.offsets[lines + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return np.repeat(np.arange(len(lines)), counts), self.keys[places]


def places_of(keys: Keys, wanted: Keys) -> Ints:
    """[wanted] where each stands among the known numbers; −1 where it is none of them.

    :param keys: ascending, each once.
    """
    if not len(keys):
        return np.full(len(wanted), -1, np.int64)
    # Numbers are spread evenly, so that the upper bits of one say where it stands but for a few steps: five times as
    # fast as a binary search. A table for few of them is not worth its making.
    bits = min(len(keys), len(wanted) + 1).bit_length()
    shift = np.uint64(32 - bits)
    bounds = (np.arange(2**bits, dtype=np.uint64) << shift).astype(np.uint32)
    starts = np.searchsorted(keys, bounds)
    step = 1 << int(np.diff(starts, append=len(keys)).max()).bit_length()
    padded = np.concatenate((keys, np.full(2 * step, np.iinfo(np.uint32).max, np.uint32)))
    place = starts[wanted >> shift.astype(np.uint32)] - 1
    while step:
        place += step * (padded[place + step] < wanted)
        step >>= 1
    place += 1
    found = (place < len(keys)) & (padded[place] == wanted)
    return np.where(found, place, -1)


def keys_of(words: Sequence[str]) -> Keys:
    """[words] the number of each."""
    return np.fromiter((word_key(word) for word in words), np.uint32, len(words))
