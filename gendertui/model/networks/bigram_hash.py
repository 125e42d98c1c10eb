"""What torch's and numpy's networks of word n-grams have in common: the hash of a bigram, and a scale."""

from __future__ import annotations

from typing import Any

MULTIPLIER = 116_049_371
"""Odd, and small enough that its product with any word's number fits 64 bits."""

LINEAR_SCALE = 5.0
"""What the ensemble's linear weights are multiplied by. They want larger steps of Adam than an LSTM's weights do, and
so a step moves them by this many learning rates."""


def buckets_of(first: Any, second: Any, buckets: int) -> Any:
    """The bucket of each pair of word numbers, as fastText has one for each n-gram: pairs may share one.

    :param first: int64 array or tensor, of any shape. :param second: one of the same shape.
    """
    return (first * MULTIPLIER + second) % buckets
