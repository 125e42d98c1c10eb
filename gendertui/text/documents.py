"""Documents made of lines: how often each known n-gram occurs in each, as sparse counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.text.hashed_ngrams import Keys, LineGrams, places_of


@dataclass(frozen=True, eq=False)
class Documents:
    """One entry for each n-gram of each document, by document and then by n-gram."""

    document: Ints
    """[entries]."""
    gram: Ints
    """[entries] its place among the known n-grams."""
    count: npt.NDArray[np.float32]
    """[entries]."""
    number: int
    """How many documents there are, empty ones included."""

    @classmethod
    def of(cls, grams: LineGrams, keys: Keys, document: Ints, line: Ints, number: int) -> Documents:
        """Count.

        :param keys: [n-grams] the known ones' numbers, ascending.
        :param document: [pairs] a document, and :param line: [pairs] a line that belongs to it.
        :param number: of documents.
        """
        owner, found = grams.occurrences(line)
        place, width = places_of(keys, found), max(1, len(keys))
        known = place >= 0
        codes, count = np.unique(document[owner[known]] * width + place[known], return_counts=True)
        return cls(codes // width, codes % width, count.astype(np.float32), number)

    def tfidf(self, idf: npt.NDArray[np.floating]) -> Floats:
        """[entries] their weights: (1 + log count) · idf, each document of length 1.

        Sublinear TF-IDF with the cosine's normalisation: Manning, Raghavan and Schütze, "Introduction to Information
        Retrieval" (2008), 6.4.
        """
        weights = (1 + np.log(self.count.astype(np.float64))) * idf[self.gram]
        norms = np.sqrt(np.bincount(self.document, weights * weights, minlength=self.number))
        norms[norms == 0] = 1
        scaled: Floats = weights / norms[self.document]
        return scaled

    def linear(self, idf: npt.NDArray[np.floating], weights: npt.NDArray[np.floating]) -> Floats:
        """[documents] the sum of a weight for each n-gram by what :meth:`tfidf` makes of it."""
        terms = self.tfidf(idf) * weights[self.gram]
        return np.bincount(self.document, terms, minlength=self.number).astype(np.float64)
