"""Random split of single lines, 70/15/15 in each class; lines of one film may be in every set."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.splits.by_group import FRACTIONS, Assignment, usable
from gendertui.corpus.table import Corpus


def stratified(corpus: Corpus, seed: int) -> Assignment:
    """70/15/15 of the labelled lines of each class, drawn at random; with three lines or more, every set gets at least
    one."""
    assignment = np.full(len(corpus), -1, dtype=np.int8)
    generator = np.random.default_rng(seed)
    mask = usable(corpus)
    for code in (0, 1):
        rows = generator.permutation(np.flatnonzero(mask & (corpus.label_codes() == code)))
        first, second = (int(end) for end in np.round(np.cumsum(FRACTIONS)[:2] * len(rows)))
        if len(rows) >= len(FRACTIONS):
            first = min(first, len(rows) - 2)
            second = min(max(second, first + 1), len(rows) - 1)
        assignment[rows[:first]] = 0
        assignment[rows[first:second]] = 1
        assignment[rows[second:]] = 2
    return assignment
