"""Columns of few different values: each value looked at once, however many rows have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Bools
from gendertui.corpus.table import Corpus


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as numbers of its values."""

    codes: npt.NDArray[np.int32]
    """Index of each row's value; −1 where it has none; int32 [rows]."""
    values: pa.Array
    """The different values, in order of first appearance."""

    def rows_of(self, test: Callable[[pa.Array], pa.Array]) -> Bools:
        """Rows whose value passes a test on all values; bool [rows]. Rows without a value do not."""
        passed = np.zeros(len(self.values) + 1, bool)
        passed[:-1] = pc.fill_null(test(self.values), False).to_numpy(zero_copy_only=False)
        # Code −1 is the last one.
        found: Bools = passed[self.codes]
        return found


class CodedColumns:
    """The columns of a corpus as numbers, each made when it is first asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._made: dict[str, Coded] = {}

    def __getitem__(self, column: str) -> Coded:
        if column not in self._made:
            encoded = self._corpus.column(column).dictionary_encode().unify_dictionaries()
            chunks = [pc.fill_null(chunk.indices, -1).to_numpy() for chunk in encoded.chunks]
            codes = np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
            values = encoded.chunk(0).dictionary if chunks else pa.nulls(0, encoded.type.value_type)
            self._made[column] = Coded(codes.astype(np.int32, copy=False), values)
        return self._made[column]
