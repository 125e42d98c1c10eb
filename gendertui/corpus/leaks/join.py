"""Join two columns of numbers on equal values, in numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from gendertui.arrays import Ints
from gendertui.corpus.integers import ranges

MATCHES_AT_A_TIME = 1_000_000


def join(left: Ints, right: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Index pairs ``(i, j)`` with ``left[i] == right[j]``, about a million matches at a time."""
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    first = np.searchsorted(ordered, left, "left")
    counts = np.searchsorted(ordered, left, "right") - first
    total = np.cumsum(counts)
    number = math.ceil((int(total[-1]) if len(total) else 0) / MATCHES_AT_A_TIME)
    edges = np.unique([0, *np.searchsorted(total, np.arange(1, number) * MATCHES_AT_A_TIME), len(left)])
    for low, high in pairwise(edges):
        part = counts[low:high]
        yield np.repeat(np.arange(low, high), part), order[ranges(first[low:high], part)]
