"""Groups (groups, authors) that a corpus contains twice, under two ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Bools, Ints
from gendertui.corpus.leaks.join import join

SHARE = 0.2
"""Two groups count as one when the other has at least this share of the held-out group's long texts. Unrelated films
share a few per cent."""

FEWEST = 5
"""Minimum number of texts that duplicate groups have in common."""


@dataclass(frozen=True)
class GroupPair:
    """Two groups' numbers, how many texts they share, and how many the held-out one has."""

    held_out: int
    train: int
    shared: int
    texts: int


def find_duplicate_groups(groups: Ints, texts: Ints, held_out: Bools, in_train: Bools) -> list[GroupPair]:
    """Pairs of a held-out group and a different training group with many texts in common, closest first.

    :param groups: each row's group. :param texts: each row's text, as a number.
    :param held_out: rows to look at; leave short texts, which any two groups share, out of both masks.
    """
    width = int(texts.max(initial=0)) + 1
    ours, theirs = (np.divmod(np.unique(groups[rows] * width + texts[rows]), width) for rows in (held_out, in_train))
    number = int(groups.max(initial=0)) + 1
    pairs = np.concatenate(
        [np.zeros(0, np.int64), *(ours[0][i] * number + theirs[0][j] for i, j in join(ours[1], theirs[1]))]
    )
    found, shared = np.unique(pairs, return_counts=True)
    sizes = np.bincount(ours[0], minlength=number)
    alike = [
        GroupPair(int(group), int(other), int(count), int(sizes[group]))
        for group, other, count in zip(*np.divmod(found, number), shared, strict=True)
        if group != other and count >= max(FEWEST, SHARE * sizes[group])
    ]
    return sorted(alike, key=lambda pair: (-pair.shared / pair.texts, pair.held_out, pair.train))
