"""The n-grams of an ensemble: logistic regression on words and hashed bigrams, weighted by their rarity (TF-IDF).

Its weights are fitted and not trained step by step: the loss is convex, so that a corpus of any size gets the best ones
in a few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui import logistic
from gendertui.arrays import Floats, Ints
from gendertui.evaluation.metrics.point import auc, balanced_weights, log_loss
from gendertui.model.networks.bigram_hash import buckets_of
from gendertui.text.encode import EncodedLines
from gendertui.text.vocabulary import PAD

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from gendertui.training.prepare import Prepared, TrainingData

STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Inverse regularisation strengths tried, of features that have about unit length."""

WORSE = 2
"""As many strengths in a row without a better figure end the search: larger ones take longer and overfit more."""


@dataclass(frozen=True, eq=False)
class Features:
    """What turns lines into vectors of n-grams: a column for each word, then one for each bucket of bigrams.

    A line's entries are its counts times ``weights``, divided by the root of its number of n-grams as the network
    divides them (see :func:`gendertui.model.networks.bag_of_ngrams.scale_of`).
    """

    lines: EncodedLines
    words: int
    buckets: int
    max_length: int | None
    weights: Floats
    """[words + buckets] inverse document frequency of each column, 0 of one that no train line has."""

    @classmethod
    def of(cls, data: TrainingData) -> Features:
        """The features of a corpus, weighted by the frequencies in its train rows."""
        config, words = data.config, len(data.vocabulary)
        flat = cls(data.encoded, words, config.bigram_buckets, config.max_length, np.empty(0))
        rows = data.distinct_train_rows
        frequency = flat.counts(rows).getnnz(axis=0)
        rarity = np.log((1 + len(rows)) / (1 + frequency)) + 1  # As scikit-learn's, smoothed.
        # A vector's mean squared length is then near one, whatever the corpus, and so are strengths comparable.
        present = np.where(frequency > 0, rarity, 0.0)
        mean = np.sqrt((frequency @ present**2) / max(frequency.sum(), 1))
        return cls(data.encoded, words, config.bigram_buckets, config.max_length, present / max(mean, 1e-12))

    def counts(self, rows: Ints) -> csr_matrix:
        """How often each n-gram occurs in each row, ``[rows, words + buckets]``."""
        from scipy.sparse import csr_matrix

        lengths = self._lengths(rows)
        owners = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        tokens = self.lines.take(self.lines.offsets[rows][owners] + within).astype(np.int64)
        before = np.where(within == 0, PAD, np.concatenate(([PAD], tokens[:-1])))
        last = tokens[np.cumsum(lengths) - 1]
        edges = buckets_of(last, np.full(len(rows), PAD, np.int64), self.buckets)
        columns = np.concatenate((tokens, self.words + buckets_of(before, tokens, self.buckets), self.words + edges))
        places = np.concatenate((owners, owners, np.arange(len(rows))))
        shape = (len(rows), self.words + self.buckets)
        matrix = csr_matrix((np.ones(len(columns)), (places, columns)), shape=shape)
        matrix.sum_duplicates()
        return matrix

    def __call__(self, rows: Ints) -> csr_matrix:
        """The vectors of rows, which have at least one token each, ``[rows, words + buckets]``."""
        counts = self.counts(rows)
        counts.data *= self.weights[counts.indices]
        counts.data *= np.repeat(self.scale(rows), np.diff(counts.indptr))
        return counts

    def scale(self, rows: Ints) -> Floats:
        """[rows] one over the root of each row's number of n-grams."""
        scale: Floats = 1 / np.sqrt(2 * self._lengths(rows) + 1)
        return scale

    def _lengths(self, rows: Ints) -> Ints:
        lengths = self.lines.offsets[rows + 1] - self.lines.offsets[rows]
        return lengths if self.max_length is None else np.minimum(lengths, self.max_length)


@dataclass(frozen=True, eq=False)
class NgramModel:
    """Fitted weights: the logit of a line is their sum over its n-grams, scaled, and the bias."""

    words: npt.NDArray[np.float32]
    """[vocabulary]"""
    bigrams: npt.NDArray[np.float32]
    """[buckets]"""
    bias: float
    strength: float
    """The regularisation it was fitted with."""
    validation: npt.NDArray[np.float32]
    """[validation rows] its logits; empty where there is no validation."""


def fit(data: TrainingData, strength: float) -> NgramModel:
    """Fit on all train rows, balanced as the configuration says."""
    fitting = _Fitting(data)
    return fitting.model(fitting.linear(strength), strength)


def choose(prepared: Prepared) -> NgramModel:
    """Fit with one of :data:`STRENGTHS` after the other, and keep the one with the best validation AUC, of equal ones
    that with the lower loss.
    """
    fitting, rows = _Fitting(prepared), prepared.validation_rows
    labels, held_out = prepared.encoded.labels[rows], fitting.features(rows)
    weights_of_labels = balanced_weights(labels)
    best: tuple[tuple[float, float], NgramModel] | None = None
    worse = 0
    for strength in STRENGTHS:
        linear = fitting.linear(strength)
        logits = linear.scores(held_out).astype(np.float32)
        figures = auc(logits, labels), -log_loss(logits, labels, weights_of_labels)
        if best is None or figures > best[0]:
            best, worse = (figures, fitting.model(linear, strength, logits)), 0
        else:
            worse += 1
        if worse == WORSE:
            break
    assert best is not None
    return best[1]


class _Fitting:
    """Train rows as vectors, to be fitted with several strengths."""

    def __init__(self, data: TrainingData) -> None:
        self.features = Features.of(data)
        labels = data.encoded.labels[data.train_rows]
        self._train, self._positive = self.features(data.train_rows).astype(np.float32), labels == 1
        self._weights = np.array(data.class_weights)[labels]

    def linear(self, strength: float) -> logistic.Linear:
        """A weight for each column."""
        if self._positive.all() or not self._positive.any():
            return logistic.Linear(np.zeros(self._train.shape[1]), 0.0)
        return logistic.fit(self._train, self._positive, strength, self._weights)

    def model(
        self, linear: logistic.Linear, strength: float, validation: npt.NDArray[np.float32] | None = None
    ) -> NgramModel:
        folded = (linear.weights * self.features.weights).astype(np.float32)
        words, bigrams = folded[: self.features.words], folded[self.features.words :]
        held_out = np.empty(0, np.float32) if validation is None else validation
        return NgramModel(words, bigrams, linear.intercept, strength, held_out)
