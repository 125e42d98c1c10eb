"""Baselines a model has to beat: always the same answer, and logistic regression on TF-IDF.

Words are the model's tokens, but always lower-cased and without whitespace tokens whatever the configuration says, so
that runs on one split share one baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui import logistic
from gendertui.arrays import Floats, Ints
from gendertui.evaluation.baselines.ngrams import CharacterGrams, Counts, Lines, TfIdf, WordGrams
from gendertui.evaluation.metrics.point import auc, balanced_weights
from gendertui.progress import Count

STRENGTHS = (0.1, 0.3, 1.0, 3.0)
"""Inverse regularisation strengths tried; the one with the best validation AUC is used, the smaller in a tie."""

FINER_STRENGTHS = (0.03, 0.1, 0.3, 1.0)
"""The same with character n-grams: twice as many features need a stronger penalty."""

MINIMUM_DOCUMENTS = 3
"""N-grams in fewer train lines than this are left out."""


@dataclass(frozen=True)
class Baseline:
    """A fitted baseline."""

    name: str
    validation_logits: Floats
    """Log-odds of the positive label for the validation rows, in their order."""
    logits: Callable[[Ints], Floats]
    """The same for any rows of the lines, such as test rows or other folds."""
    settings: dict[str, Any] = field(default_factory=dict)


def majority(train_labels: npt.NDArray[np.int8], validation_rows: int) -> Baseline:
    """Always the commonest label of the training set."""
    positive = float(np.mean(train_labels == 1)) > 0.5
    return _constant("majority", 1.0 if positive else -1.0, validation_rows, {"label_code": int(positive)})


def tfidf_logistic(
    lines: Lines,
    train_rows: Ints,
    train_labels: npt.NDArray[np.int8],
    validation_rows: Ints,
    validation_labels: npt.NDArray[np.int8],
    *,
    progress: Count | None = None,
) -> Baseline:
    """Logistic regression with balanced class weights on TF-IDF of word 1–2-grams.

    :param train_rows: rows of ``lines`` to learn from, without the copies of oversampling.
    :param validation_rows: rows to score; they select the regularisation among :data:`STRENGTHS`.
    :param progress: called with the number of strengths tried and their total.
    """
    rows = _Rows(train_rows, train_labels, validation_rows, validation_labels)
    return _logistic("tfidf-logistic", (WordGrams(lines, train_rows),), rows, STRENGTHS, progress)


def words_characters_logistic(
    lines: Lines,
    train_rows: Ints,
    train_labels: npt.NDArray[np.int8],
    validation_rows: Ints,
    validation_labels: npt.NDArray[np.int8],
    *,
    progress: Count | None = None,
) -> Baseline:
    """As :func:`tfidf_logistic`, with TF-IDF of character 2–5-grams within words added.

    The stronger baseline, about five times as slow; strengths are :data:`FINER_STRENGTHS`.
    """
    rows = _Rows(train_rows, train_labels, validation_rows, validation_labels)
    counts = (WordGrams(lines, train_rows), CharacterGrams(lines))
    return _logistic("words-characters", counts, rows, FINER_STRENGTHS, progress)


@dataclass(frozen=True)
class _Rows:
    train: Ints
    train_labels: npt.NDArray[np.int8]
    validation: Ints
    validation_labels: npt.NDArray[np.int8]


def _logistic(
    name: str, counts: Sequence[Counts], rows: _Rows, strengths: Sequence[float], progress: Count | None
) -> Baseline:
    from scipy.sparse import csr_matrix, hstack

    def side_by_side(blocks: Sequence[csr_matrix]) -> csr_matrix:
        return blocks[0] if len(blocks) == 1 else csr_matrix(hstack(blocks, format="csr"))

    fitted = [TfIdf.fit(of_rows, rows.train, minimum=MINIMUM_DOCUMENTS) for of_rows in counts]
    features = [tfidf for tfidf, _ in fitted]
    train = side_by_side([vectors.astype(np.float32) for _, vectors in fitted])
    del fitted
    if train.shape[1] == 0 or len(np.unique(rows.train_labels)) < 2:
        share = float(np.clip(np.mean(rows.train_labels == 1), 1e-6, 1 - 1e-6))
        return _constant(name, float(np.log(share / (1 - share))), len(rows.validation), {"features": 0})
    validation = side_by_side([block(rows.validation) for block in features])
    positive, weights = rows.train_labels == 1, balanced_weights(rows.train_labels)
    best: tuple[float, float, Floats, logistic.Linear] | None = None
    for done, strength in enumerate(strengths):
        if progress is not None:
            progress(done, len(strengths))
        model = logistic.fit(train, positive, strength, weights)
        scores = model.scores(validation)
        figure = auc(scores, rows.validation_labels)
        if best is None or figure > best[0]:
            best = (figure, strength, scores, model)
    assert best is not None
    _, strength, scores, chosen = best

    def logits(wanted: Ints) -> Floats:
        return chosen.scores(side_by_side([block(wanted) for block in features]))

    settings = {"C": strength, "features": int(train.shape[1]), "minimum_documents": MINIMUM_DOCUMENTS}
    return Baseline(name, scores, logits, settings)


def _constant(name: str, value: float, validation_rows: int, settings: dict[str, Any]) -> Baseline:
    """The same log-odds for every row."""
    return Baseline(name, np.full(validation_rows, value), lambda rows: np.full(len(rows), value), settings)
