"""TF-IDF of lines given as word ids: word 1–2-grams, and character 2–5-grams within words.

Words are lower-cased and whitespace tokens left out, whatever tokenised the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.text.tfidf import document_frequency, inverse_document_frequency, weighted

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Counts = Callable[[Ints], "csr_matrix"]
"""Rows of a corpus, repeats allowed → counts of each n-gram in each of them, ``[rows, n-grams]``."""

CHARACTERS = (2, 5)
"""Shortest and longest character n-gram."""


@dataclass(frozen=True)
class Lines:
    """Tokenised lines: line ``i`` has the words ``words[ids[offsets[i]:offsets[i + 1]]]``."""

    ids: npt.NDArray[np.int32]
    offsets: Ints
    words: Sequence[str]

    @cached_property
    def folded(self) -> tuple[Ints, list[str]]:
        """The id of each word after lower-casing (−1 for white space), and the words with those ids."""
        numbers: dict[str, int] = {}
        fold = [numbers.setdefault(word.lower(), len(numbers)) if word.strip() else -1 for word in self.words]
        return np.array(fold, np.int64), list(numbers)

    def occurrences(self, rows: Ints) -> tuple[Ints, Ints]:
        """For all words of ``rows`` in order: the position of their line in ``rows``, and their id."""
        starts = self.offsets[rows]
        counts = self.offsets[rows + 1] - starts
        owners = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        numbers = self.folded[0][self.ids[np.repeat(starts, counts) + within]]
        return owners[numbers >= 0], numbers[numbers >= 0]


class WordGrams:
    """Counts of the word 1–2-grams that occur in ``rows``."""

    def __init__(self, lines: Lines, rows: Ints) -> None:
        self._lines = lines
        self._keys = np.unique(self._occurrences(rows)[1])

    def __call__(self, rows: Ints) -> csr_matrix:
        """Counts ``[rows, grams]`` of any rows of the lines."""
        from scipy.sparse import csr_matrix

        owners, keys = self._occurrences(rows)
        columns = np.searchsorted(self._keys, keys)
        columns[columns == len(self._keys)] = 0
        known = self._keys[columns] == keys if len(self._keys) else np.zeros(len(keys), bool)
        ones = np.ones(int(known.sum()))
        matrix = csr_matrix((ones, (owners[known], columns[known])), shape=(len(rows), len(self._keys)))
        matrix.sum_duplicates()
        return matrix

    def _occurrences(self, rows: Ints) -> tuple[Ints, Ints]:
        """For all n-grams of ``rows``: the position of their line in ``rows``, and their key."""
        owners, words = self._lines.occurrences(rows)
        same_line = owners[1:] == owners[:-1]
        # Keys below the number of words are words, the others pairs.
        pairs = (words[:-1][same_line] + 1) * len(self._lines.folded[1]) + words[1:][same_line]
        return np.concatenate((owners, owners[1:][same_line])), np.concatenate((words, pairs))


class CharacterGrams:
    """Counts of the character n-grams of :data:`CHARACTERS` within words, padded with a space at both ends.

    scikit-learn's analyzer ``char_wb``, on the tokenizer's words: a padded word shorter than n is one n-gram.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __call__(self, rows: Ints) -> csr_matrix:
        """Counts ``[rows, grams]`` of any rows of the lines."""
        from scipy.sparse import csr_matrix

        owners, words = self._lines.occurrences(rows)
        bags = csr_matrix((np.ones(len(words)), (owners, words)), shape=(len(rows), self._of_words.shape[0]))
        return csr_matrix(bags @ self._of_words)

    @cached_property
    def _of_words(self) -> csr_matrix:
        """Counts ``[words, grams]``."""
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        words = self._lines.folded[1]
        if not words:
            return csr_matrix((0, 0))
        vectorizer = CountVectorizer(ngram_range=CHARACTERS, analyzer="char_wb", lowercase=False, dtype=np.float64)
        return csr_matrix(vectorizer.fit_transform(words))


class TfIdf:
    """TF-IDF vectors with the document frequencies of a training set: scikit-learn's ``TfidfTransformer`` with
    defaults."""

    def __init__(self, counts: Counts, kept: npt.NDArray[np.intp], idf: Floats) -> None:
        self._counts = counts
        self._kept = kept
        self._idf = idf

    @classmethod
    def fit(cls, counts: Counts, rows: Ints, *, minimum: int, copies: Ints | None = None) -> tuple[TfIdf, csr_matrix]:
        """Learn from train rows; also returns their vectors, ``[rows, grams]``.

        :param minimum: n-grams in fewer train lines than this are left out.
        :param copies: how often each train row occurs in the training set; by default once.
        """
        train = counts(rows)
        frequency = document_frequency(train, copies)
        kept = np.flatnonzero(frequency >= minimum)
        documents = len(rows) if copies is None else int(copies.sum())
        fitted = cls(counts, kept, inverse_document_frequency(frequency[kept], documents))
        return fitted, fitted._weighted(train)

    def __call__(self, rows: Ints) -> csr_matrix:
        """The vectors of any rows, ``[rows, n-grams]``, of unit length, or zero if no n-gram is known."""
        return self._weighted(self._counts(rows))

    def _weighted(self, counts: csr_matrix) -> csr_matrix:
        return weighted(counts[:, self._kept], self._idf)
