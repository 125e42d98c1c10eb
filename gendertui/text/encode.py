"""Lines as one flat array of token numbers.

A corpus is tokenised once, see :mod:`gendertui.text.corpus_tokens`, with a provisional number for every word. Counting
words for a vocabulary and renumbering to it then take a few numpy calls each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gendertui.arrays import Ints
from gendertui.text.vocabulary import UNK, Vocabulary

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class EncodedLines:
    """Lines for a network: line ``i`` is ``word_ids()[offsets[i]:offsets[i + 1]]``.

    Only what is asked for becomes word ids: the provisional numbers may be a file that is mapped into memory.
    """

    provisional: NDArray[np.int32]
    """[tokens] provisional word numbers."""
    numbers: NDArray[np.int32]
    """[words] the word id of each, in a vocabulary."""
    offsets: Ints
    """[rows + 1] where each line starts in :meth:`word_ids`."""
    labels: NDArray[np.int8]
    """[rows] 0 negative, 1 positive, -1 missing."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def word_ids(self) -> NDArray[np.int32]:
        """[tokens] word ids of all lines, each time a new array."""
        return self.numbers[self.provisional]

    def take(self, places: Ints) -> NDArray[np.int32]:
        """The word ids at some places of :meth:`word_ids`."""
        return self.numbers[self.provisional[places]]

    @property
    def lengths(self) -> Ints:
        """[rows] tokens of each line."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class TokenisedLines:
    """Lines as provisional word numbers, which index ``words``: all words of the corpus, as first seen."""

    ids: NDArray[np.int32]
    """[tokens] provisional word numbers."""
    offsets: Ints
    """[rows + 1] where each line starts in ``tokens``."""
    words: list[str]
    alphabetical: NDArray[np.int32] | None = None
    """[words] what :func:`~gendertui.text.vocabulary.alphabetical_order` gives for them, where it was kept."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Ints:
        """[rows] tokens of each line."""
        return np.diff(self.offsets)

    def counts(self, rows: Ints) -> Ints:
        """[words] how often each word occurs in ``rows``; a row given twice counts twice."""
        times = np.bincount(rows, minlength=len(self))
        counts = np.zeros(len(self.words), dtype=np.int64)
        # A part at a time: the weights of all tokens would be pages of memory that are touched once.
        for start in range(0, len(self), _ROWS_AT_ONCE):
            offsets = self.offsets[start : start + _ROWS_AT_ONCE + 1]
            weights = np.repeat(times[start : start + _ROWS_AT_ONCE], np.diff(offsets))
            found = np.bincount(self.ids[offsets[0] : offsets[-1]], weights=weights, minlength=len(counts))
            counts += found.astype(np.int64)
        return counts

    def numbers(self, vocabulary: Vocabulary) -> NDArray[np.int32]:
        """[words] the number of each word in a vocabulary."""
        return np.array([vocabulary.index.get(word, UNK) for word in self.words], dtype=np.int32)

    def encode(self, numbers: NDArray[np.int32], labels: NDArray[np.int8] | None = None) -> EncodedLines:
        """The lines in a vocabulary's numbers.

        :param numbers: what :meth:`numbers` gives for the vocabulary. :param labels: [rows]; by default -1.
        """
        return EncodedLines(
            provisional=self.ids,
            numbers=numbers,
            offsets=self.offsets,
            labels=np.full(len(self), -1, dtype=np.int8) if labels is None else labels.astype(np.int8),
        )
