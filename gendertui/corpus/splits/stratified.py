"""Random split of single lines, 70/15/15 in each class; lines of one group may be in every set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gendertui.corpus.splits.by_group import FRACTIONS, Assignment, usable
from gendertui.corpus.table import Corpus


def stratified(corpus: Corpus, seed: int) -> Assignment:
    """70/15/15 of the labelled lines of each class, drawn at random; with three lines or more, every set gets at least
    one."""
    assignment = np.full(len(corpus), -1, dtype=np.int8)
    rows = np.flatnonzero(usable(corpus))
    assignment[rows] = assign_lines(corpus.label_codes()[rows], FRACTIONS, np.random.default_rng(seed))
    return assignment


def assign_lines(
    codes: npt.NDArray[np.int8], shares: Sequence[float], generator: np.random.Generator
) -> npt.NDArray[np.int8]:
    """Assign the lines of each label at random to parts by their shares; with a line for each part, none is empty.

    :param codes: 0 or 1, the label of each line.
    :returns: the part of each line; int8 [lines].
    """
    part = np.zeros(len(codes), np.int8)
    for code in (0, 1):
        lines = generator.permutation(np.flatnonzero(codes == code))
        start = 0
        for number, end in enumerate(np.round(np.cumsum(shares) * len(lines)).astype(int)):
            if len(lines) >= len(shares):
                end = min(max(int(end), start + 1), len(lines) - (len(shares) - 1 - number))
            part[lines[start:end]] = number
            start = int(end)
    return part
