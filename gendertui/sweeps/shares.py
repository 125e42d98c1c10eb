"""Which lines a sweep's trials learn from and are judged on, and which are set aside until the winner is known.

Whole groups (films, authors, threads) are drawn once per sweep: first the share that no trial reads, then the folds of
the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Ints
from gendertui.corpus.splits import BY_GROUP, RANDOM
from gendertui.corpus.splits.by_group import FRACTIONS, Assignment, assign_groups, lines_by_label, usable
from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION, Split, set_counts, set_shares
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.schema import too_few_lines

SET_ASIDE = -2
"""In an assignment of shares: set aside."""
_VALIDATION_SHARE = FRACTIONS[1] / (FRACTIONS[0] + FRACTIONS[1])


@dataclass(frozen=True, eq=False)
class Shares:
    """The share of each row of a corpus."""

    assignment: Assignment
    """int8 [rows]: −2 set aside, −1 not used, else the number of its fold, from 0."""
    protocol: str
    """``by-group``, or ``random`` where the corpus has no groups."""
    seed: int

    @property
    def folds(self) -> int:
        """Number of folds."""
        return int(self.assignment.max()) + 1

    def fold(self, corpus: Corpus, number: int) -> Split:
        """The split of a trial's run: a fold is its validation set, the others are its train set; it has no test set.

        :param number: of the fold, from 0.
        """
        sets = np.where(self.assignment < 0, UNUSED, np.where(self.assignment == number, VALIDATION, TRAIN))
        return self._split(corpus, sets.astype(np.int8))

    def final(self, corpus: Corpus) -> Split:
        """The split of the winner's run: what was set aside is its test set; of the rest it draws a validation set,
        which chooses the epoch and the calibration, as every run does."""
        groups, members, rows = _groups(corpus)
        lines = lines_by_label(members, corpus.label_codes()[rows], len(groups))
        aside = np.zeros(len(groups), bool)
        aside[members[self.assignment[rows] == SET_ASIDE]] = True
        rest = np.flatnonzero(~aside)
        side = np.full(len(groups), TEST, np.int8)
        generator = np.random.default_rng((self.seed, self.folds))
        side[rest] = assign_groups(lines[:, rest], (1 - _VALIDATION_SHARE, _VALIDATION_SHARE), generator)
        sets = np.full(len(corpus), UNUSED, np.int8)
        sets[rows] = side[members]
        return self._split(corpus, sets)

    def _split(self, corpus: Corpus, sets: Assignment) -> Split:
        counts = set_counts(corpus, sets)
        return Split(sets, self.protocol, self.protocol, self.seed, set_shares(sets), counts)


def draw(corpus: Corpus, folds: int, share: float, seed: int) -> Shares:
    """Draw the shares of a sweep; the same every time.

    :param folds: at least 2. :param share: of the labelled lines to set aside, between 0 and 1.
    :raises GendertuiError: the corpus is too small for that (code DATA).
    """
    groups, members, rows = _groups(corpus)
    lines = lines_by_label(members, corpus.label_codes()[rows], len(groups))
    by_group = corpus.has("group_id")
    noun = corpus.units.noun("group" if by_group else "line")
    for label, number in zip(corpus.labels, (lines > 0).sum(axis=1).tolist(), strict=True):
        # One for each fold, one to set aside; the winner's train and validation sets are never more than the folds.
        if number < folds + 1:
            raise GendertuiError(
                f"only {noun.counted(number)} {'has' if number == 1 else 'have'} lines labelled {label}; "
                f"{folds} folds and the share that is set aside need {folds + 1}",
                where=str(corpus.path),
                hint=f"Give at most {number - 1} folds: --folds." if number > 2 else "Sweep on a larger corpus.",
                code=ExitCode.DATA,
            )
    part = assign_groups(lines, (share, *([(1 - share) / folds] * folds)), np.random.default_rng((seed, folds)))
    assignment = np.full(len(corpus), UNUSED, np.int8)
    assignment[rows] = np.where(part == 0, SET_ASIDE, part - 1)[members]
    _check_lines(corpus, assignment, folds)
    return Shares(assignment, BY_GROUP if by_group else RANDOM, seed)


def _check_lines(corpus: Corpus, assignment: Assignment, folds: int) -> None:
    """:raises GendertuiError: a fold, or what is set aside, has too few lines of a label for a figure (code DATA)."""
    codes = corpus.label_codes()
    for number in (SET_ASIDE, *range(folds)):
        name = "what is set aside" if number == SET_ASIDE else f"fold {number + 1}"
        there = assignment == number
        counts = {label: int((there & (codes == code)).sum()) for code, label in enumerate(corpus.labels)}
        if words := too_few_lines(name, counts):
            raise GendertuiError(
                words,
                where=str(corpus.path),
                hint="Give fewer --folds, or another --set-aside; or sweep on a larger corpus.",
                code=ExitCode.DATA,
            )


def _groups(corpus: Corpus) -> tuple[Ints, Ints, Ints]:
    """Groups that have lines which can be trained on; the group of each such line; and the rows of these lines."""
    rows = np.flatnonzero(usable(corpus))
    numbers = corpus.groups("group_id")[rows].astype(np.int64) if corpus.has("group_id") else rows
    groups, members = np.unique(numbers, return_inverse=True)
    return groups, members, rows
