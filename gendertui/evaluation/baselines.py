"""What a model has to beat: always the same answer, and logistic regression on TF-IDF of 1–2 grams.

The words are those the model's tokenizer finds, lower-cased and without whitespace tokens whatever the model's
configuration says, so that runs on one split share one baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation.metrics import auc

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STRENGTHS = (0.1, 0.3, 1.0, 3.0)
"""Inverse regularisation strengths tried; the best validation AUC wins, the smaller at a tie."""

MINIMUM_DOCUMENTS = 3
"""A gram in fewer train lines than this is left out."""


@dataclass(frozen=True)
class Baseline:
    """A baseline's log-odds of the positive label for the validation rows, in their order."""

    name: str
    validation_logits: Floats
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lines:
    """Tokenised lines: line ``i`` has the words ``words[ids[offsets[i]:offsets[i + 1]]]``."""

    ids: npt.NDArray[np.int32]
    offsets: Ids
    words: Sequence[str]


def majority(train_labels: npt.NDArray[np.int8], validation_rows: int) -> Baseline:
    """The commonest label of train, whatever the line says."""
    positive = float(np.mean(train_labels == 1)) > 0.5
    logit = 1.0 if positive else -1.0
    return Baseline("majority", np.full(validation_rows, logit), {"label_code": int(positive)})


def tfidf_logistic(
    lines: Lines,
    train_rows: Ids,
    train_labels: npt.NDArray[np.int8],
    validation_rows: Ids,
    validation_labels: npt.NDArray[np.int8],
    *,
    strengths: Sequence[float] = STRENGTHS,
    progress: Callable[[int, int], None] | None = None,
) -> Baseline:
    """TF-IDF of 1–2 grams into logistic regression with balanced class weights.

    :param train_rows: rows of ``lines`` to learn from, without the copies of oversampling.
    :param validation_rows: rows to score; they choose the strength of the penalty among ``strengths``.
    :param strengths: inverse strengths of the penalty; of one alone the rows' labels play no part.
    :param progress: called with strengths tried and their number.
    """
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression

    grams = _Grams(lines, train_rows)
    train, validation = grams.vectors(train_rows), grams.vectors(validation_rows)
    if train.shape[1] == 0 or len(np.unique(train_labels)) < 2:
        share = float(np.clip(np.mean(train_labels == 1), 1e-6, 1 - 1e-6))
        return Baseline("tfidf-logistic", np.full(len(validation_rows), float(logit(share))), {"features": 0})
    # liblinear runs on one thread: BLAS threads that wait for each other on busy cores took ten times as long.
    model = LogisticRegression(class_weight="balanced", solver="liblinear", tol=0.1)
    best: tuple[float, float, Floats] | None = None
    for done, strength in enumerate(strengths):
        if progress is not None:
            progress(done, len(strengths))
        model.set_params(C=strength)
        model.fit(train, train_labels)
        scores = np.asarray(model.decision_function(validation), np.float64)
        figure = auc(scores, validation_labels)
        if best is None or figure > best[0]:
            best = (figure, strength, scores)
    assert best is not None
    settings = {"C": best[1], "features": int(train.shape[1]), "minimum_documents": MINIMUM_DOCUMENTS}
    return Baseline("tfidf-logistic", best[2], settings)


class _Grams:
    """The 1–2 grams of the train lines and their inverse document frequencies."""

    def __init__(self, lines: Lines, train_rows: Ids) -> None:
        folded: dict[str, int] = {}
        self._fold = np.array(
            [folded.setdefault(word.lower(), len(folded)) if word.strip() else -1 for word in lines.words], np.int64
        )
        self._words = len(folded)
        self._lines = lines
        rows, keys = self._occurrences(train_rows)
        # One entry a line and gram, to count in how many lines a gram stands.
        found, documents = np.unique(_distinct(keys, rows), return_counts=True)
        kept = documents >= MINIMUM_DOCUMENTS
        self._keys = found[kept]
        self._idf = np.log((1 + len(train_rows)) / (1 + documents[kept])) + 1

    def vectors(self, rows: Ids) -> csr_matrix:
        """TF-IDF ``[rows, grams]``, each row of length one."""
        from scipy.sparse import csr_matrix

        owners, keys = self._occurrences(rows)
        columns = np.searchsorted(self._keys, keys)
        columns[columns == len(self._keys)] = 0
        known = self._keys[columns] == keys if len(self._keys) else np.zeros(len(keys), bool)
        owners, columns = owners[known], columns[known]
        matrix = csr_matrix((self._idf[columns], (owners, columns)), shape=(len(rows), len(self._keys)))
        matrix.sum_duplicates()
        norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(norms, np.diff(matrix.indptr))
        return matrix

    def _occurrences(self, rows: Ids) -> tuple[Ids, Ids]:
        """Of all grams of ``rows``: the position of their line in ``rows``, and their key."""
        starts = self._lines.offsets[rows]
        counts = self._lines.offsets[rows + 1] - starts
        owners = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        words = self._fold[self._lines.ids[np.repeat(starts, counts) + within]]
        owners, words = owners[words >= 0], words[words >= 0]
        same_line = owners[1:] == owners[:-1]
        # Keys below the number of words are words, the rest pairs.
        pairs = (words[:-1][same_line] + 1) * self._words + words[1:][same_line]
        return np.concatenate((owners, owners[1:][same_line])), np.concatenate((words, pairs))


def _distinct(keys: Ids, rows: Ids) -> Ids:
    """``keys`` with repeats inside one row taken out, in no particular order."""
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    first = np.ones(len(keys), bool)
    first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    return keys[first]
