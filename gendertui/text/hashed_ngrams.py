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
from gendertui.text.encode import TokenisedLines
from gendertui.text.tokenizer import Tokenizer

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


@dataclass(frozen=True, eq=False)
class LineGrams:
    """The words and pairs of words of lines, as often as they occur."""

    keys: Keys
    """[occurrences] line ``i`` has ``keys[offsets[i]:offsets[i + 1]]``."""
    offsets: Ints
    """[lines + 1]."""

    @classmethod
    def of_words(cls, keys: Keys, offsets: Ints, white: npt.NDArray[np.bool_]) -> LineGrams:
        """From the words of lines.

        :param keys: [tokens] their numbers. :param offsets: [lines + 1]. :param white: [tokens] what is white space.
        """
        lines = len(offsets) - 1
        owner = np.repeat(np.arange(lines, dtype=np.int32), np.diff(offsets))
        if white.any():
            keys, owner = keys[~white], owner[~white]
        together = owner[1:] == owner[:-1]
        pairs = pair_keys(keys[:-1][together], keys[1:][together])
        owners = np.concatenate((owner, owner[1:][together]))
        order = np.argsort(owners, kind="stable")
        ends = np.zeros(lines + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=lines), out=ends[1:])
        return cls(np.concatenate((keys, pairs))[order], ends)

    @classmethod
    def of_tokenised(cls, lines: TokenisedLines, keys: Keys | None = None) -> LineGrams:
        """From tokenised lines.

        :param keys: [words] the number of each word; by default its own.
        """
        numbers = keys_of(lines.words) if keys is None else keys
        white = np.fromiter((not word.strip() for word in lines.words), np.bool_, len(lines.words))
        return cls.of_words(numbers[lines.ids], lines.offsets, white[lines.ids])

    @classmethod
    def of_texts(cls, texts: Sequence[str], tokenizer: Tokenizer) -> LineGrams:
        """From lines as they are written."""
        known: dict[str, int] = {}
        keys: list[int] = []
        ends = [0]
        for text in texts:
            for token in tokenizer(text):
                key = known.get(token)
                if key is None:
                    key = known[token] = word_key(token) if token.strip() else -1
                if key >= 0:
                    keys.append(key)
            ends.append(len(keys))
        return cls.of_words(np.array(keys, np.uint32), np.array(ends, np.int64), np.zeros(len(keys), np.bool_))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def occurrences(self, lines: Ints) -> tuple[Ints, Keys]:
        """For all n-grams of some lines, repeats allowed: the position of their line in ``lines``, and their number."""
        starts = self.offsets[lines]
        counts = self.offsets[lines + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return np.repeat(np.arange(len(lines)), counts), self.keys[places]


def keys_of(words: Sequence[str]) -> Keys:
    """[words] the number of each."""
    return np.fromiter((word_key(word) for word in words), np.uint32, len(words))
