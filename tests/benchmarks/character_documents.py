"""Documents of characters as ``search_characters.py`` tries: whose lines, which n-grams, which weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from gendertui.arrays import Floats, Ints
from gendertui.corpus.speech import Speech
from gendertui.evaluation.baselines.ngrams import CharacterGrams, Lines, WordGrams
from gendertui.text import vectors
from gendertui.text.addresses import addresses_in
from gendertui.text.hashed_ngrams import LineGrams
from gendertui.text.vocabulary import SPECIALS, Vocabulary
from gendertui.training.characters.material import Material

TermFrequency = Literal["raw", "log", "sublinear"]
Pairs = tuple[Ints, Ints, Floats]
"""Speaker, line, and what the line weighs in the speaker's document."""
HALF_LINES = 20
SEED = 0
"""Deals the lines of documents into pieces."""


@dataclass(frozen=True)
class Text:
    """A linear model of documents, one for each speaker."""

    reads: str
    """Whose lines: a key of :attr:`Documents.readings`, or ``lines``: each of its own by itself, their mean taken."""
    grams: str
    """A key of :attr:`Documents.kinds`, or ``vectors``: the mean of GloVe 6B 50d over the terms of address."""
    strength: float
    """Inverse strength of the penalty."""
    minimum: int = 2
    """In how many of the train speakers' documents an n-gram must be."""
    piece_lines: int = 0
    """Lines of the pieces that are learnt from beside whole documents; 0 for whole documents alone."""
    copies: int = 1
    """How often the lines are dealt into pieces."""
    frequency: TermFrequency = "log"
    """What counts become: nothing else, log(1 + count), or 1 + log(count)."""
    naive_bayes: float = 0.0
    """Smoothing of naive-Bayes weights (Wang and Manning, "Baselines and Bigrams", ACL 2012); 0 for none."""


class Documents:
    """The documents of a corpus."""

    def __init__(self, material: Material) -> None:
        self.material = material
        side = material.all()
        self.speech: Speech = side.speech
        self.labels = side.labels
        tokens = material.tokenised
        self._rows = np.arange(len(tokens))
        self._lines = Lines(tokens.ids, tokens.offsets, tokens.words)
        self._counts: dict[str, csr_matrix] = {}

    @cached_property
    def readings(self) -> dict[str, Callable[[], Pairs]]:
        """Name → the lines of each speaker's document."""
        return {
            "own": lambda: _weighed(*self.speech.own()),
            "heard": lambda: _weighed(*self.speech.heard()),
            "next to own": lambda: self._near({1: 1.0}, scenes=False),
            "next to own in the scene": lambda: self._near({1: 1.0}, scenes=True),
            "before own": lambda: self._near({1: 1.0}, scenes=False, before=True, after=False),
            "after own": lambda: self._near({1: 1.0}, scenes=False, before=False, after=True),
            "up to 4 away, falling": lambda: self._near({away: 1 / away for away in range(1, 5)}, scenes=False),
            "up to 4 away in the scene, falling": lambda: self._near({n: 1 / n for n in range(1, 5)}, scenes=True),
        }

    @cached_property
    def kinds(self) -> dict[str, Callable[[], csr_matrix]]:
        """Name → counts ``[lines, n-grams]``."""
        spoken = self.material.spoken
        return {
            "words": lambda: WordGrams(self._lines, self._rows)(self._rows),
            "words, edges": lambda: _matrix(spoken.words),
            "characters": lambda: CharacterGrams(self._lines)(self._rows),
            "addresses": lambda: _matrix(spoken.addresses),
            "address words": lambda: self._address_words()[0],
            "words, edges, names masked": lambda: _matrix(self.material.masked.words),
            "addresses, names masked": lambda: _matrix(self.material.masked.addresses),
        }

    def of(self, text: Text) -> tuple[csr_matrix | Floats, Ints]:
        """What a text learns from and is read on: a row for each speaker (for each line said, under ``lines``), then
        one for each piece; and the speaker of each row, −1 where unknown."""
        if text.reads == "lines":
            return self._kind(text.grams)[self.speech.line], self.speech.speaker
        speaker, line, weight = self.readings[text.reads]()
        owner, number = [np.arange(self.speech.speakers)], self.speech.speakers
        documents = [_combine(speaker, line, weight, number, len(self._rows))]
        generator = np.random.default_rng(SEED)
        for _ in range(text.copies if text.piece_lines else 0):
            piece, of = _pieces(speaker, text.piece_lines, generator)
            documents.append(_combine(piece, line, weight, len(of), len(self._rows)))
            owner.append(of)
        together = csr_matrix(vstack(documents))
        if text.grams == "vectors":
            return self._mean_vectors(together), np.concatenate(owner)
        return csr_matrix(together @ self._kind(text.grams)), np.concatenate(owner)

    def _kind(self, name: str) -> csr_matrix:
        if name not in self._counts:
            self._counts[name] = self.kinds[name]()
        return self._counts[name]

    def _near(self, weights: dict[int, float], *, scenes: bool, before: bool = True, after: bool = True) -> Pairs:
        """Lines of others near a speaker's own, by how many lines they are away; one that is near several counts
        once, by the nearest."""
        speech = self.speech
        within = speech.scene if scenes else speech.group
        found: list[Pairs] = []
        for away, weight in weights.items():
            apart = speech.speaker[away:] != speech.speaker[:-away]
            first = np.flatnonzero((within[away:] == within[:-away]) & apart)
            second = first + away
            for wanted, mine, other in ((before, second, first), (after, first, second)):
                if wanted:
                    found.append(_weighed(speech.speaker[mine], speech.line[other], weight))
        speaker, line, weight_of = (np.concatenate(column) for column in zip(*found, strict=True))
        known = speaker >= 0
        order = np.lexsort((-weight_of[known], line[known], speaker[known]))
        speaker, line, weight_of = speaker[known][order], line[known][order], weight_of[known][order]
        fresh = np.ones(len(speaker), np.bool_)
        fresh[1:] = (speaker[1:] != speaker[:-1]) | (line[1:] != line[:-1])
        return speaker[fresh], line[fresh], weight_of[fresh]

    def _address_words(self) -> tuple[csr_matrix, list[str]]:
        """How often each line addresses somebody by each word, and the words."""
        owner, numbers = self._lines.occurrences(self._rows)
        words = self._lines.folded[1]
        address = addresses_in(words, numbers, owner)
        ones = np.ones(int(address.sum()))
        return csr_matrix((ones, (owner[address], numbers[address])), shape=(len(self._rows), len(words))), words

    def _mean_vectors(self, documents: csr_matrix) -> Floats:
        """[documents, dimensions] each dimension standardised; zeros where nobody is addressed."""
        counts, words = self._address_words()
        known = Vocabulary([*SPECIALS, *(word for word in words if word not in SPECIALS)])
        loaded = vectors.load("glove-6b-50d", known)
        found = np.array(loaded.matrix[len(SPECIALS) :], np.float64)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        often = csr_matrix(documents @ counts)
        often.data = np.log1p(often.data)
        means = np.asarray(often @ found) / np.maximum(np.asarray(often.sum(axis=1)), 1e-9)
        standard: Floats = (means - means.mean(axis=0)) / (means.std(axis=0) + 1e-9)
        return standard

    def _lines_said(self) -> Floats:
        return self.speech.lines.astype(np.float64)

    def company(self, scores: Floats) -> Floats:
        """[speakers] the mean score of the others of the film, each weighing the root of its lines."""
        weight, group, groups = np.sqrt(self._lines_said()), self.speech.group_of, self.speech.groups
        total = np.bincount(group, scores * weight, groups)[group] - scores * weight
        weights = np.bincount(group, weight, groups)[group] - weight
        found: Floats = total / np.maximum(weights, 1e-9)
        return found

    def film(self, scores: Floats) -> Floats:
        """[speakers] the mean score of all of the film, each weighing its lines."""
        lines, group, groups = self._lines_said(), self.speech.group_of, self.speech.groups
        found: Floats = (np.bincount(group, scores * lines, groups) / np.bincount(group, lines, groups))[group]
        return found

    def partners(self, scores: Floats) -> Floats:
        """[speakers] the mean score of those it talks with, by the lines they exchange."""
        hearer, line = self.speech.heard()
        speakers = np.full(int(self.speech.line.max()) + 1, -1)
        speakers[self.speech.line] = self.speech.speaker
        speaker = speakers[line]
        first, second = np.concatenate((hearer, speaker)), np.concatenate((speaker, hearer))
        known = (first >= 0) & (second >= 0)
        times = np.bincount(first[known], minlength=len(scores))
        found: Floats = np.bincount(first[known], scores[second[known]], len(scores)) / np.maximum(times, 1)
        return found

    def line_counts(self) -> Floats:
        """[speakers, 4] log of the lines, the share of the film's, log of the mean length, log of the lines heard."""
        speech, lines = self.speech, self._lines_said()
        lengths = self.material.tokenised.lengths
        speaker, line = speech.own()
        tokens = np.bincount(speaker, lengths[line], speech.speakers)
        heard = np.bincount(speech.heard()[0], minlength=speech.speakers)
        share = lines / np.bincount(speech.group_of, lines, speech.groups)[speech.group_of]
        mean = tokens / np.maximum(lines, 1)
        return np.stack([np.log1p(lines), share, np.log1p(mean), np.log1p(heard)], axis=1)

    def shrunk(self, scores: Floats) -> Floats:
        """[speakers] scores that few lines draw towards 0: times n / (n + :data:`HALF_LINES`)."""
        lines = self._lines_said()
        found: Floats = scores * lines / (lines + HALF_LINES)
        return found


def weighted(text: Text, counts: csr_matrix, train: Ints, base: Ints, labels: npt.NDArray[np.int8]) -> csr_matrix:
    """TF-IDF of all rows, each of length 1, by the document frequencies of some.

    :param train: rows that are learnt from. :param base: rows whose n-grams are counted. :param labels: of all rows.
    """
    frequency = counts[base].getnnz(axis=0)
    kept = np.flatnonzero(frequency >= text.minimum)
    values = csr_matrix(counts[:, kept], copy=True)
    if text.frequency == "log":
        values.data = np.log1p(values.data)
    elif text.frequency == "sublinear":
        values.data = 1 + np.log(values.data)
    idf = np.log((1 + len(base)) / (1 + frequency[kept])) + 1
    found = _unit_length(values, idf)
    if text.naive_bayes:
        means = [
            np.asarray(found[train[labels[train] == code]].mean(axis=0)).ravel() + text.naive_bayes for code in (0, 1)
        ]
        found = _unit_length(found, np.abs(np.log(means[1] / means[0])))
    return found


def _unit_length(matrix: csr_matrix, factors: Floats) -> csr_matrix:
    """Columns multiplied by factors, then rows of length 1; rows of zeros stay."""
    values = matrix.data * factors[matrix.indices]
    sizes = np.diff(matrix.indptr)
    squares = np.bincount(np.repeat(np.arange(len(sizes)), sizes), values * values, len(sizes))
    values /= np.repeat(np.sqrt(np.where(squares == 0, 1, squares)), sizes)
    return csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _weighed(speaker: Ints, line: Ints, weight: float = 1.0) -> Pairs:
    return speaker, line, np.full(len(line), weight)


def _combine(document: Ints, line: Ints, weight: Floats, number: int, lines: int) -> csr_matrix:
    """[documents, lines] what each line weighs in each document."""
    return csr_matrix((weight, (document, line)), shape=(number, lines))


def _matrix(grams: LineGrams) -> csr_matrix:
    """[lines, n-grams] counts."""
    found, columns = np.unique(grams.keys, return_inverse=True)
    matrix = csr_matrix((np.ones(len(columns)), columns, grams.offsets), shape=(len(grams), len(found)))
    matrix.sum_duplicates()
    return matrix


def _pieces(document: Ints, lines: int, generator: np.random.Generator) -> tuple[Ints, Ints]:
    """Deal the lines of each document at random into pieces of about so many: the piece of each, and the document of
    each piece."""
    order = np.lexsort((generator.random(len(document)), document))
    size = np.bincount(document)
    rank = np.empty(len(document), np.int64)
    rank[order] = np.arange(len(document)) - np.repeat(np.cumsum(size) - size, size)
    pieces = np.maximum(1, np.round(size / lines)).astype(np.int64)
    first = np.cumsum(pieces) - pieces
    return first[document] + rank % pieces[document], np.repeat(np.arange(len(size)), pieces)
