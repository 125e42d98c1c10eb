"""Rows in the order of a column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.query.coded import CodedColumns
from gendertui.corpus.statistics import word_counts
from gendertui.corpus.table import Corpus, id_numbers

LENGTH = "len"
"""Sorts by the number of words."""
_MANY_VALUES = frozenset({"line_id", "text", "position", LENGTH})
_FEW = 4
"""Less than one row in so many is sorted by itself."""


class Order:
    """Sorts rows of a corpus, and remembers the place of every row in the orders it was asked for."""

    def __init__(self, corpus: Corpus, coded: CodedColumns) -> None:
        self._corpus = corpus
        self._coded = coded
        self._places: dict[str, Ints] = {}

    def sorted(self, rows: Ints, column: str | None, descending: bool = False) -> Ints:
        """``rows``, which ascend, by a column's values; int64.

        Ties keep the source's order, rows without a value come last; ids are sorted by the number in them, texts and
        names ignoring case.

        :param column: one of the table, :data:`LENGTH`, or ``None`` for the source's order.
        """
        if column is None:
            return rows[::-1] if descending else rows
        places = self._of(rows, column)
        keys = -places if descending else places
        return rows[np.argsort(np.where(places < 0, len(self._corpus), keys), kind="stable")]

    def _of(self, rows: Ints, column: str) -> Ints:
        """Place of each of the rows among the values of a column, equal values alike; −1 where there is none."""
        if column in self._places:
            return self._places[column][rows]
        if column in _MANY_VALUES and len(rows) < len(self._corpus) / _FEW:
            # Not worth sorting all the others.
            return _places(self._values(column).take(pa.array(rows)))
        if column in _MANY_VALUES:
            self._places[column] = _places(self._values(column))
        else:
            coded = self._coded[column]
            self._places[column] = np.append(_places(_comparable(column, coded.values)), -1)[coded.codes]
        return self._places[column][rows]

    def _values(self, column: str) -> pa.ChunkedArray:
        if column == LENGTH:
            return pa.chunked_array([pa.array(word_counts(self._corpus))])
        return _comparable(column, self._corpus.column(column))


def _comparable(column: str, values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """What the values of a column are sorted by."""
    if not pa.types.is_string(values.type):
        return values
    return id_numbers(values) if column == "line_id" else pc.utf8_lower(values)


def _places(values: pa.Array | pa.ChunkedArray) -> Ints:
    """Place of each value in their order, from 0, equal values alike; −1 where there is none; int64 [values]."""
    ranks: Ints = pc.rank(values, tiebreaker="dense").to_numpy().astype(np.int64)
    ranks[pc.is_null(values).to_numpy(zero_copy_only=False)] = 0
    return ranks - 1
