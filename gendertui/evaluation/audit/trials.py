"""What each way of splitting makes of one and the same linear model: the trials of an audit.

Under each protocol every labelled line is held out once: the lines are divided into :data:`FOLDS` folds, and a fold is
scored by models that learned from the others. So all protocols are measured on the same lines, and their differences
are paired. Nothing is chosen by a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gendertui import blas
from gendertui.arrays import Floats, Ints
from gendertui.corpus.balance import balance
from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.splits.by_group import group_numbers, usable
from gendertui.corpus.splits.split import TRAIN, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.audit.store import GROUP_ALONE, LOGISTIC, OVERSAMPLED_FIRST, SVM
from gendertui.evaluation.audit.text import short_name
from gendertui.evaluation.baselines.ngrams import Counts, Lines, TfIdf, WordGrams
from gendertui.evaluation.report.schema import MINIMUM_LINES, too_few_lines
from gendertui.progress import Progress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FOLDS = 5
MINIMUM_DOCUMENTS = 1
"""Every gram counts, as in scikit-learn's default: a model that can learn lines by heart shows what that is worth."""

TRIALS = (OVERSAMPLED_FIRST, *(name for name, each in reversed(PROTOCOLS.items()) if not each.column))
"""The last that a corpus allows is the strictest, which the others are compared with. Sets that a file gives cannot be
drawn anew, fold by fold."""


@dataclass(frozen=True, eq=False)
class Part:
    """One fold: train rows, each once with how often it stands there, and held-out rows with their copies."""

    train: Ints
    copies: Ints
    held_out: Ints


@dataclass(frozen=True, eq=False)
class TrialScores:
    """What the models said of the lines a protocol held out."""

    rows: Ints
    """Rows of the corpus, one that was copied as often as it was held out."""
    scores: dict[str, Floats]
    """Model → log-odds, or distance from the margin, of the positive label."""

    def among(self, rows: Ints) -> TrialScores:
        """What was said of those of ``rows`` that were held out."""
        here = np.isin(self.rows, rows)
        return TrialScores(self.rows[here], {model: scores[here] for model, scores in self.scores.items()})


def held_out(
    corpus: Corpus, lines: Lines, seed: int, progress: Progress | None = None
) -> tuple[dict[str, TrialScores], dict[str, str]]:
    """Every model under every protocol the corpus allows.

    :param progress: called with the protocol's name in the corpus's words, folds done and their number; may raise to
        stop.
    :returns: protocol → what was said, and protocol → why it was left out.
    :raises GendertuiError: a label has too few lines for figures.
    """
    codes = corpus.label_codes()
    rows = np.flatnonzero(usable(corpus))
    if np.bincount(codes[rows], minlength=2).min() < MINIMUM_LINES:
        raise GendertuiError(
            f"an audit needs at least {MINIMUM_LINES} lines of each label",
            where=str(corpus.path),
            hint="Choose a larger corpus.",
            code=ExitCode.DATA,
        )
    groups = corpus.groups("group_id").astype(np.int64) if corpus.has("group_id") else None
    grams = WordGrams(lines, rows)(rows)
    places = np.zeros(len(corpus), np.int64)
    places[rows] = np.arange(len(rows))

    def counts(wanted: Ints) -> csr_matrix:
        return grams[places[wanted]]

    said: dict[str, TrialScores] = {}
    omitted: dict[str, str] = {}
    for protocol in TRIALS:
        try:
            parts = list(folds(corpus, protocol, seed))
        except GendertuiError as error:
            omitted[protocol] = error.what
            continue
        results = []
        for done, part in enumerate(parts):
            if progress is not None:
                progress(short_name(protocol, corpus.units), done, len(parts))
            results.append(_linear(counts, part, codes) | _group_alone(groups, part, codes))
        said[protocol] = TrialScores(
            np.concatenate([part.held_out for part in parts]),
            {name: np.concatenate([scores[name] for scores in results]) for name in results[0]},
        )
    return said, omitted


def folds(corpus: Corpus, protocol: str, seed: int) -> Iterator[Part]:
    """The parts a protocol deals the labelled lines into; the article's is one part, its own split.

    Train is oversampled after the split. :data:`OVERSAMPLED_FIRST` does it before, which is the leak: copies of a line
    then stand on both sides. It is the only place where balancing comes first.

    :raises GendertuiError: the corpus does not allow the protocol.
    """
    codes = corpus.label_codes()
    rows = np.flatnonzero(usable(corpus))
    if protocol == OVERSAMPLED_FIRST:
        rows = balance(rows, codes[rows], "oversample", seed).rows
        for train, held in _assign_folds(rows, codes[rows], None, seed):
            yield Part(*np.unique(train, return_counts=True), held)
        return
    if PROTOCOLS[protocol].parity:
        split = make_split(corpus, protocol, seed)
        sides = [np.intersect1d(split.rows(which), rows) for which in (TRAIN, VALIDATION)]
        counts = np.bincount(codes[sides[1]], minlength=2).tolist()
        too_few = too_few_lines("what the article holds out", dict(zip(corpus.labels, counts, strict=True)))
        if too_few:
            raise GendertuiError(too_few, code=ExitCode.DATA)
        folds = iter([(sides[0], sides[1])])
    else:
        folds = _assign_folds(rows, codes[rows], _groups(corpus, protocol, rows), seed)
    for train, held in folds:
        balanced = balance(train, codes[train], "oversample", seed).rows
        yield Part(*np.unique(balanced, return_counts=True), held)


def _groups(corpus: Corpus, protocol: str, rows: Ints) -> Ints | None:
    """What a protocol keeps together, a number a row; ``None`` where it keeps nothing together."""
    columns, noun = PROTOCOLS[protocol].groups, corpus.units.noun(PROTOCOLS[protocol].unit)
    if not columns:
        return None
    if not corpus.has(columns[-1]):
        raise GendertuiError(f"the corpus names no {noun.many}", code=ExitCode.DATA)
    groups: Ints = group_numbers(corpus, columns)[rows]
    number = len(np.unique(groups))
    if number < FOLDS:
        raise GendertuiError(
            f"{noun.counted(number)} {'has' if number == 1 else 'have'} labelled lines, fewer than {FOLDS}",
            code=ExitCode.DATA,
        )
    return groups


def _assign_folds(
    rows: Ints, labels: npt.NDArray[np.int8], groups: Ints | None, seed: int
) -> Iterator[tuple[Ints, Ints]]:
    """Train rows and held-out rows, fold by fold."""
    from sklearn.model_selection import GroupKFold, StratifiedKFold

    folds = (StratifiedKFold if groups is None else GroupKFold)(FOLDS, shuffle=True, random_state=seed)
    for train, held in folds.split(rows, labels, groups):
        yield rows[train], rows[held]


def _linear(counts: Counts, part: Part, codes: npt.NDArray[np.int8]) -> dict[str, Floats]:
    """The linear models, trained on one part's train rows, on its held-out rows.

    A row that occurs n times in train is one row of weight n: the same objective, solved in less time.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    tfidf, train = TfIdf.fit(counts, part.train, minimum=MINIMUM_DOCUMENTS, copies=part.copies)
    held_out = tfidf(part.held_out)
    # The solvers of the primal problem draw no random numbers, so that two may work at once. Two Newton steps bring
    # the figures within 0.3 points of the optimum's.
    models = {LOGISTIC: LogisticRegression(solver="liblinear", tol=0.1), SVM: LinearSVC(dual=False, tol=0.5)}

    def scores(model: Any) -> Floats:
        model.fit(train, codes[part.train], sample_weight=part.copies)
        return np.asarray(model.decision_function(held_out), np.float64)

    with blas.one_thread(), ThreadPoolExecutor(len(models)) as pool:
        return dict(zip(models, pool.map(scores, models.values()), strict=True))


def _group_alone(groups: Ints | None, part: Part, codes: npt.NDArray[np.int8]) -> dict[str, Floats]:
    """The log-odds of the positive label among the train lines of each held-out line's group, one of each added."""
    if groups is None:
        return {}
    number = int(groups.max(initial=0)) + 1
    negative, positive = (
        np.bincount(groups[part.train], part.copies * (codes[part.train] == code), minlength=number) for code in (0, 1)
    )
    return {GROUP_ALONE: np.log((positive + 1) / (negative + 1))[groups[part.held_out]]}
