"""Arrays of whole numbers: many ranges at a time, and the different ones."""

from __future__ import annotations

import numpy as np

from gendertui.arrays import Ints


def ranges(starts: Ints, counts: Ints) -> Ints:
    """``starts[0], …, starts[0] + counts[0] − 1, starts[1], …`` one after the other."""
    ends = np.cumsum(counts)
    places: Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return places


def distinct(numbers: Ints) -> Ints:
    """The different numbers, ascending. ``np.unique`` looks them up in a hash table, which takes ten times as long for
    millions of them."""
    ordered = np.sort(numbers)
    different: Ints = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered
    return different
