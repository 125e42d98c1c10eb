"""Shared by the torch and numpy networks of word n-grams: the hash of a bigram, and a scale."""

from __future__ import annotations

from typing import Any

MULTIPLIER = 116_049_371
"""Odd, and small enough that its product with any word id fits into 64 bits."""

LINEAR_SCALE = 5.0
"""Factor on the ensemble's linear weights. They need larger Adam steps than an LSTM's weights; this way a step moves
them by this many learning rates."""


def buckets_of(first: Any, second: Any, buckets: int) -> Any:
    """The bucket of each pair of word ids, hashed as in fastText: pairs may share one.

    :param first: int64 array or tensor, of any shape. :param second: one of the same shape.
    """
    return (first * MULTIPLIER + second) % buckets
