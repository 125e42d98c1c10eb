"""The linear baseline on single lines, each scored by a model that has not seen it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui import logistic
from gendertui.arrays import Floats, Ints
from gendertui.corpus.splits.by_group import assign_groups, lines_by_label, speaker_groups, usable
from gendertui.corpus.splits.stratified import assign_lines
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.fit import MINIMUM_DOCUMENTS
from gendertui.evaluation.baselines.ngrams import Lines, TfIdf, WordGrams
from gendertui.evaluation.metrics.point import balanced_weights
from gendertui.progress import Progress, silent

FOLDS = 5
STRENGTH = 1.0
"""Inverse regularisation strength. It is not chosen: a figure that chose it would have seen the lines that are held
out."""


@dataclass(frozen=True, eq=False)
class LineScores:
    """Scores of lines by models that have seen nothing of what they belong to."""

    together: Unit
    """What is held out together."""
    row: Ints
    """Rows with a text, labelled or not, ascending."""
    log_odds: Floats
    """[rows] of the positive label."""


def cross_fitted_lines(corpus: Corpus, lines: Lines, *, seed: int = 0, progress: Progress = silent) -> LineScores:
    """Hold out each fold in turn, whole groups (or speakers) where there are enough of them, and score its lines by
    logistic regression with balanced class weights on TF-IDF of word 1–2-grams, fitted on the other folds.

    :param lines: the corpus, tokenised.
    :raises GendertuiError: a label has fewer lines than there are folds.
    """
    codes, labelled = corpus.label_codes(), usable(corpus)
    if np.bincount(codes[labelled], minlength=2).min() < FOLDS:
        raise GendertuiError(
            f"fewer than {FOLDS} lines of a label are too few to score each by a model that has not seen it",
            where=str(corpus.path),
            hint="Choose a larger corpus.",
            code=ExitCode.DATA,
        )
    together, fold_of = _folds(corpus, np.random.default_rng((seed, FOLDS)))
    rows = np.flatnonzero(corpus.has_text())
    log_odds = np.zeros(len(corpus))
    for fold in range(FOLDS):
        progress("lines", fold, FOLDS)
        train = np.flatnonzero(labelled & (fold_of != fold))
        held_out = rows[fold_of[rows] == fold]
        tfidf, features = TfIdf.fit(WordGrams(lines, train), train, minimum=MINIMUM_DOCUMENTS)
        if features.shape[1] and len(held_out):
            model = logistic.fit(features, codes[train] == 1, STRENGTH, balanced_weights(codes[train]))
            log_odds[held_out] = model.scores(tfidf(held_out))
    progress("lines", FOLDS, FOLDS)
    return LineScores(together, rows, log_odds[rows])


def _folds(corpus: Corpus, generator: np.random.Generator) -> tuple[Unit, Ints]:
    """What is kept together, and the fold of each row, of those without a label too."""
    labelled = np.flatnonzero(usable(corpus))
    codes = corpus.label_codes()
    kinds: tuple[tuple[Unit, str], ...] = (("group", "group_id"), ("speaker", "speaker_id"))
    for unit, column in kinds:
        if not corpus.has(column):
            continue
        numbers = corpus.groups("group_id") if unit == "group" else speaker_groups(corpus)
        _, members = np.unique(numbers, return_inverse=True)
        counts = lines_by_label(members[labelled], codes[labelled], int(members.max()) + 1)
        if (counts > 0).sum(axis=1).min() >= FOLDS:
            return unit, assign_groups(counts, [1 / FOLDS] * FOLDS, generator)[members].astype(np.int64)
    # A line without a label is no model's: any of them may score it.
    fold_of = np.arange(len(corpus)) % FOLDS
    fold_of[labelled] = assign_lines(codes[labelled], [1 / FOLDS] * FOLDS, generator)
    return "line", fold_of
