"""Films that a corpus has twice, under two ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Bools, Ints
from gendertui.corpus.leaks.join import join

SHARE = 0.2
"""Two films are twins from this share of the held-out film's long texts on that the other has too. Films that are
not share a few in a hundred."""

FEWEST = 5
"""Texts that twins have in common at least."""


@dataclass(frozen=True)
class FilmPair:
    """Two films' numbers, how many texts they share, and how many the held-out one has."""

    held_out: int
    train: int
    shared: int
    texts: int


def find_duplicate_films(films: Ints, texts: Ints, held_out: Bools, in_train: Bools) -> list[FilmPair]:
    """Pairs of a held-out film and another film of train with many texts in common, the closest first.

    :param films: each row's film. :param texts: each row's text, as a number.
    :param held_out: rows to look at; short texts, which any two films share, are best left out of both masks.
    """
    width = int(texts.max(initial=0)) + 1
    ours, theirs = (np.divmod(np.unique(films[rows] * width + texts[rows]), width) for rows in (held_out, in_train))
    number = int(films.max(initial=0)) + 1
    pairs = np.concatenate(
        [np.zeros(0, np.int64), *(ours[0][i] * number + theirs[0][j] for i, j in join(ours[1], theirs[1]))]
    )
    found, shared = np.unique(pairs, return_counts=True)
    sizes = np.bincount(ours[0], minlength=number)
    alike = [
        FilmPair(int(film), int(other), int(count), int(sizes[film]))
        for film, other, count in zip(*np.divmod(found, number), shared, strict=True)
        if film != other and count >= max(FEWEST, SHARE * sizes[film])
    ]
    return sorted(alike, key=lambda pair: (-pair.shared / pair.texts, pair.held_out, pair.train))
