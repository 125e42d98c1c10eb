"""Which lines of an epoch are whose, where several processes train one network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Ints
from gendertui.training.batches import Order


@dataclass(frozen=True)
class Share:
    """One process's lines of an epoch: all processes have as many batches."""

    order: Order
    """Batch ``i`` is the process's part of the epoch's batch ``i``, never empty."""
    whole: Ints
    """``[batches]`` lines of all processes' parts together."""
    idle: npt.NDArray[np.bool_]
    """``[batches]`` whether the process has no part: its batch is a line of another's, and counts for nothing."""

    @classmethod
    def of_all(cls, order: Order) -> Share:
        """The share of the only process."""
        return cls(order, np.diff(order.bounds), np.zeros(len(order), np.bool_))


def share_of(order: Order, lengths: Ints, rank: int, size: int) -> Share:
    """Cut every batch of an epoch into ``size`` runs of lines with about equally many tokens; return run ``rank``.

    :param lengths: of each line that ``order.rows`` may name.
    """
    first, last = order.bounds[:-1], order.bounds[1:]
    tokens = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths[order.rows])))
    begin, end = (_cuts(tokens, first, last, part / size) for part in (rank, rank + 1))
    idle = begin == end
    # The last line of a batch is the shortest.
    begin, end = np.where(idle, last - 1, begin), np.where(idle, last, end)
    counts = end - begin
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    places = np.arange(bounds[-1]) + np.repeat(begin - bounds[:-1], counts)
    return Share(Order(order.rows[places], bounds), last - first, idle)


def dealt(order: Order, rank: int, size: int) -> Order:
    """Every ``size``-th batch from batch ``rank`` on; where that gives a process one less than others, the last batch.

    Whoever puts the results into the lines' places need not know that some come twice.
    """
    if not len(order):
        return order
    rounds = -(-len(order) // size)
    batches = np.minimum(np.arange(rounds) * size + rank, len(order) - 1)
    counts = np.diff(order.bounds)[batches]
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    places = np.arange(bounds[-1]) + np.repeat(order.bounds[batches] - bounds[:-1], counts)
    return Order(order.rows[places], bounds)


def _cuts(tokens: Ints, first: Ints, last: Ints, share: float) -> Ints:
    """``[batches]`` the place in each batch before which it has about ``share`` of its tokens.

    :param tokens: ``[rows + 1]`` before each place. :param first: ``[batches]`` the first place of each batch.
    :param last: ``[batches]`` the place after its last.
    """
    wanted = tokens[first] + (tokens[last] - tokens[first]) * share
    after = np.clip(np.searchsorted(tokens, wanted), first, last)
    before = np.maximum(after - 1, first)
    nearer = np.where(wanted - tokens[before] < tokens[after] - wanted, before, after)
    return nearer.astype(np.int64)
