"""Whole films, or whole characters, on one side."""

from __future__ import annotations

from typing import Any

import numpy as np

from gendertui.corpus.table import Corpus

FRACTIONS = (0.70, 0.15, 0.15)
Assignment = np.ndarray[Any, np.dtype[np.int8]]


def by_movie(corpus: Corpus, seed: int) -> Assignment:
    """70/15/15 of the labelled lines, whole films kept together."""
    return _by_group(corpus, corpus.groups("movie_id").astype(np.int64), seed)


def by_character(corpus: Corpus, seed: int) -> Assignment:
    """70/15/15 of the labelled lines, whole characters kept together (a character belongs to its film)."""
    return _by_group(corpus, character_groups(corpus), seed)


def character_groups(corpus: Corpus) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Number of each row's character, whose id counts inside its film; int64 [rows], not without gaps."""
    people = corpus.groups("character_id").astype(np.int64)
    return corpus.groups("movie_id").astype(np.int64) * (int(people.max(initial=0)) + 1) + people


def usable(corpus: Corpus) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Rows that can be trained on: labelled, and with more than white space for a text."""
    mask: np.ndarray[Any, np.dtype[np.bool_]] = (corpus.label_codes() >= 0) & corpus.has_text()
    return mask


def _by_group(corpus: Corpus, groups: np.ndarray[Any, np.dtype[np.int64]], seed: int) -> Assignment:
    """Groups in seeded order, each given to the set that is furthest below its share of the lines."""
    assignment = np.full(len(corpus), -1, dtype=np.int8)
    rows = np.flatnonzero(usable(corpus))
    names, members = np.unique(groups[rows], return_inverse=True)
    sizes = np.bincount(members, minlength=len(names))
    wanted = np.array(FRACTIONS) * len(rows)
    filled = np.zeros(3)
    side = np.zeros(len(names), dtype=np.int8)
    for group in np.random.default_rng(seed).permutation(len(names)):
        chosen = int(np.argmax((wanted - filled) / wanted))
        side[group] = chosen
        filled[chosen] += sizes[group]
    assignment[rows] = side[members]
    return assignment
