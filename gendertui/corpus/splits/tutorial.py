"""The article's own split: the first lines of each class are its test set, which serves as validation set here."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.splits.by_group import Assignment
from gendertui.corpus.table import Corpus

FULL_CORPUS = 242_023
"""Labelled lines of the corpus the article used."""
HELD_OUT = 10_000
"""Lines of each class the article held out of it."""


def held_out(labelled: int) -> int:
    """Lines of each class to hold out of a corpus with the given number of labelled lines."""
    return HELD_OUT if labelled >= FULL_CORPUS else round(HELD_OUT * labelled / FULL_CORPUS)


def tutorial(corpus: Corpus, seed: int) -> Assignment:
    """The first :func:`held_out` lines of each class in source order are validation, the rest train.

    Lines with an empty text count among the first; nothing is drawn, so the seed has no effect.
    """
    codes = corpus.label_codes()
    assignment = np.where(codes >= 0, 0, -1).astype(np.int8)
    count = held_out(int((codes >= 0).sum()))
    for code in (0, 1):
        assignment[np.flatnonzero(codes == code)[:count]] = 1
    return assignment


def warnings(corpus: Corpus) -> list[str]:
    """That fewer lines are held out of a corpus smaller than the article's."""
    labelled = int((corpus.label_codes() >= 0).sum())
    if labelled >= FULL_CORPUS:
        return []
    return [
        f"the article held out 10,000 lines of each class of its 242,023; this corpus has {labelled:,} labelled "
        f"lines, so {held_out(labelled):,} of each class are held out"
    ]
