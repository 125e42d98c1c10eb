"""Documents of a whole corpus, counted by adding up lines whose n-grams were looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.text.hashed_ngrams import Keys, LineGrams, places_of
from gendertui.text.spoken import Spoken
from gendertui.text.tfidf import norms

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, eq=False)
class CountedDocuments:
    """Documents as a matrix: what :class:`gendertui.text.documents.Documents` is for one scene, for all of them."""

    frequencies: csr_matrix
    """float64 [documents, n-grams] 1 + log count."""

    @classmethod
    def of(cls, counts: csr_matrix) -> CountedDocuments:
        """:param counts: of which the values are replaced."""
        # Counts are small and repeat: a logarithm each of the few there are.
        logarithms = 1 + np.log(np.arange(1, int(counts.data.max(initial=1)) + 1))
        counts.data = logarithms[counts.data.astype(np.int64) - 1]
        return cls(counts)

    def linear(self, idf: npt.NDArray[np.floating], weights: npt.NDArray[np.floating]) -> Floats:
        """[documents] sums of weights by TF-IDF, as :meth:`gendertui.text.documents.Documents.linear`."""
        above = self.frequencies @ (idf * weights.astype(np.float64))
        return np.asarray(above / norms(self.frequencies, idf), np.float64)


@dataclass(frozen=True, eq=False)
class LineCounts:
    """How often each known n-gram occurs in each line of a corpus."""

    matrices: Mapping[str, csr_matrix]
    """Kind of n-gram → [lines, n-grams]."""

    @classmethod
    def of(cls, spoken: Spoken, keys: Mapping[str, Keys]) -> LineCounts:
        """:param keys: kind of n-gram → those known."""
        each = np.arange(len(spoken.words))
        return cls(
            {
                kind: added_up(line_matrix(spoken.of_kind(kind), known), each, each, len(each))
                for kind, known in keys.items()
            }
        )

    def documents(self, kind: str, document: Ints, line: Ints, number: int) -> CountedDocuments:
        """As :meth:`gendertui.text.documents.Documents.of`, of n-grams of a kind."""
        lines = self.matrices[kind]
        if len(line) == number and np.array_equal(document, np.arange(number)):
            return CountedDocuments.of(lines[line])
        return CountedDocuments.of(added_up(lines, document, line, number))


def line_matrix(grams: LineGrams, keys: Keys) -> csr_matrix:
    """[lines, known n-grams] occurrences; an n-gram that a line has twice has two entries.

    :param keys: the known ones' numbers, ascending.
    """
    from scipy.sparse import csr_matrix

    place = places_of(keys, grams.keys)
    known = place >= 0
    ends = np.concatenate(([0], np.cumsum(known)))[grams.offsets]
    return csr_matrix((np.ones(int(ends[-1])), place[known], ends), shape=(len(grams), len(keys)))


def added_up(lines: csr_matrix, document: Ints, line: Ints, number: int) -> csr_matrix:
    """[documents, n-grams] counts.

    :param document: [pairs] a document, and :param line: [pairs] a line that belongs to it.
    :param number: of documents.
    """
    from scipy.sparse import csr_matrix

    # The lines of a document stay in the order in which they are said: sums do not depend on that of a file's rows.
    order = np.argsort(document, kind="stable")
    ends = np.concatenate(([0], np.cumsum(np.bincount(document, minlength=number))))
    pairs = csr_matrix((np.ones(len(line)), line[order], ends), shape=(number, lines.shape[0]))
    return csr_matrix(pairs @ lines)
