"""Which conversation a line is in, and its place there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints

LONGEST = 2**12
"""Lines of a conversation whose order is kept."""
_DIGITS = 15


@dataclass(frozen=True, eq=False)
class Conversations:
    """Conversation and place of lines by their number."""

    numbers: Ints
    """Of the lines, ascending."""
    first: Ints
    """Number of the conversation's first line."""
    place: Ints
    """Place in the conversation, from 0."""

    @classmethod
    def of(cls, conversations: Iterable[list[str]]) -> Conversations:
        """Of the line numbers of each conversation, in its order."""
        rows = [
            (int(number), int(lines[0]), place)
            for lines in conversations
            for place, number in enumerate(lines[:LONGEST])
            if len(number) <= _DIGITS and len(lines[0]) <= _DIGITS
        ]
        table = np.array(sorted(rows), np.int64).reshape(-1, 3)
        return cls(table[:, 0], table[:, 1], table[:, 2])

    def columns(self, ids: pa.Array) -> list[pa.Array]:
        """Of each line the conversation's id and its position, which orders the lines of a film.

        A line that is in no conversation stands where a conversation that began with it would.
        """
        digits = pc.replace_substring_regex(ids, r"\D", "")
        fits = pc.and_(pc.greater(pc.utf8_length(digits), 0), pc.less_equal(pc.utf8_length(digits), _DIGITS))
        numbers = pc.if_else(fits, digits, "0").cast(pa.int64()).to_numpy()
        at = np.searchsorted(self.numbers, numbers)
        at[at == len(self.numbers)] = 0
        there = (self.numbers[at] == numbers) if len(self.numbers) else np.zeros(len(numbers), bool)
        first = np.where(there, self.first[at], numbers) if len(self.numbers) else numbers
        place = np.where(there, self.place[at], 0) if len(self.numbers) else np.zeros(len(numbers), np.int64)
        names = pc.binary_join_element_wise("L", pa.array(first).cast(pa.string()), "")
        return [
            pc.if_else(pa.array(there), names, pa.scalar(None, pa.string())),
            pa.array(first * LONGEST + place),
        ]
