"""Splits that keep whole groups (films, authors, threads) or whole speakers in one set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.table import Corpus

FRACTIONS = (0.70, 0.15, 0.15)
Assignment = npt.NDArray[np.int8]


def by_group(corpus: Corpus, seed: int) -> Assignment:
    """Split the labelled lines 70/15/15, keeping whole groups together."""
    return _whole(corpus, PROTOCOLS["by-group"].groups, seed)


def by_speaker(corpus: Corpus, seed: int) -> Assignment:
    """Split the labelled lines 70/15/15, keeping whole speakers together (a speaker belongs to one group)."""
    return _whole(corpus, PROTOCOLS["by-speaker"].groups, seed)


def group_numbers(corpus: Corpus, columns: Sequence[str]) -> Ints:
    """Number of each row's group, identified by the values of ``columns`` together; int64 [rows], may have gaps."""
    numbers = np.zeros(len(corpus), np.int64)
    for column in columns:
        codes = corpus.groups(column).astype(np.int64)
        numbers = numbers * (int(codes.max(initial=0)) + 1) + codes
    return numbers


def speaker_groups(corpus: Corpus) -> Ints:
    """Number of each row's speaker (an id is unique within its group); int64 [rows], may have gaps."""
    return group_numbers(corpus, PROTOCOLS["by-speaker"].groups)


def usable(corpus: Corpus) -> Bools:
    """Rows that can be trained on: labelled, with a text that is not blank."""
    mask: Bools = (corpus.label_codes() >= 0) & corpus.has_text()
    return mask


def _whole(corpus: Corpus, columns: Sequence[str], seed: int) -> Assignment:
    assignment = np.full(len(corpus), -1, dtype=np.int8)
    rows = np.flatnonzero(usable(corpus))
    groups, members = np.unique(group_numbers(corpus, columns)[rows], return_inverse=True)
    lines = lines_by_label(members, corpus.label_codes()[rows], len(groups))
    assignment[rows] = assign_groups(lines, FRACTIONS, np.random.default_rng(seed))[members]
    return assignment


def lines_by_label(members: Ints, codes: npt.NDArray[np.int8], groups: int) -> Ints:
    """How many lines of each label each group has; int64 [2, groups].

    :param members: group of each line, counted from 0. :param codes: 0 or 1, the label of each line.
    """
    return np.stack([np.bincount(members[codes == code], minlength=groups) for code in (0, 1)])


def assign_groups(lines: Ints, shares: Sequence[float], generator: np.random.Generator) -> npt.NDArray[np.int8]:
    """Assign groups in random order, each to the part furthest below its share of the lines.

    If a part then lacks a label, groups are moved until every part has both, and after that until no move brings the
    sizes closer to the shares. This succeeds whenever each label occurs in at least as many groups as there are parts;
    otherwise no assignment can.

    :param lines: [2, groups] lines of each label.
    :returns: the part of each group; int8 [groups].
    """
    sizes = lines.sum(axis=0)
    wanted = np.array(shares) * sizes.sum()
    filled = np.zeros(len(shares))
    part = np.zeros(len(sizes), dtype=np.int8)
    order = generator.permutation(len(sizes))
    for group in order:
        chosen = int(np.argmax((wanted - filled) / wanted))
        part[group] = chosen
        filled[chosen] += sizes[group]
    moves = _Moves(lines > 0, sizes, part, wanted)
    if moves.lacking().size and ((lines > 0).sum(axis=1) >= len(shares)).all():
        # Moves are tried in the drawn order, so that the seed breaks ties.
        moves = _Moves(lines[:, order] > 0, sizes[order], part[order], wanted)
        moves.give_every_part_both_labels()
        moves.even_out()
        part[order] = moves.part
    return part


class _Moves:
    """Moves of single groups between parts that leave no part without a label.

    :param has: bool [2, groups] whether a group has lines of a label.
    """

    def __init__(
        self,
        has: Bools,
        sizes: Ints,
        part: npt.NDArray[np.int8],
        wanted: Floats,
    ) -> None:
        self.part = part
        self._has, self._sizes, self._wanted = has, sizes, wanted

    def lacking(self) -> Ints:
        """The missing (label, part) pairs; [n, 2]."""
        return np.argwhere(self._groups_with() == 0)

    def give_every_part_both_labels(self) -> None:
        """While a part lacks a label, move a group with that label there from a part that has a second one.

        One always exists: the label occurs in at least as many groups as there are parts, so some part has two groups
        with it, and at most one of those is the part's only group with the other label.
        """
        while (lacking := self.lacking()).size:
            label, part = lacking[0]
            costs = self._costs()[:, part]
            costs[~self._has[label]] = np.inf
            self.part[np.argmin(costs)] = part

    def even_out(self) -> None:
        """Move groups while that brings the sizes closer to the target."""
        for _ in range(len(self.part)):
            costs = self._costs()
            group, part = np.unravel_index(np.argmin(costs), costs.shape)
            # Ignore gains that are rounding errors.
            if costs[group, part] > -1e-9:
                return
            self.part[group] = part

    def _groups_with(self) -> Ints:
        """Number of groups with each label in each part; [2, parts]."""
        return np.stack([np.bincount(self.part[each], minlength=len(self._wanted)) for each in self._has])

    def _costs(self) -> Floats:
        """Change in the sum of squared deviations from the target sizes, each divided by its target, for each move.

        :returns: [groups, parts]; infinite if the group would stay, or is its part's last with a label.
        """
        over = np.bincount(self.part, self._sizes, len(self._wanted)) - self._wanted
        here, sizes = self.part, self._sizes[:, None]
        arriving = sizes * (2 * over + sizes) / self._wanted
        leaving = sizes[:, 0] * (sizes[:, 0] - 2 * over[here]) / self._wanted[here]
        costs = arriving + leaving[:, None]
        last = (self._has & (self._groups_with()[:, here] == 1)).any(axis=0)
        costs[last] = np.inf
        costs[np.arange(len(here)), here] = np.inf
        return np.asarray(costs, np.float64)
