"""Word bigrams as rows of a hashed table, the same in torch and in numpy."""

from __future__ import annotations

from typing import Any

MULTIPLIER = 116_049_371
"""Odd, and small enough that its product with any word's number fits 64 bits."""


def buckets_of(first: Any, second: Any, buckets: int) -> Any:
    """The bucket of each pair of word numbers, as fastText has one for each n-gram: pairs may share one.

    :param first: int64 array or tensor, of any shape. :param second: one of the same shape.
    """
    return (first * MULTIPLIER + second) % buckets
