"""The lines table every other room works with, and what was wrong with the file it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Bools, Ints
from gendertui.corpus.problems import Problem
from gendertui.corpus.reading.reading import NOT_READ, Reading
from gendertui.corpus.units import Units


@dataclass(frozen=True, eq=False)
class Corpus:
    """A table of lines with two labels."""

    table: pa.Table
    labels: tuple[str, str]
    """The negative and the positive class, in that order."""
    problems: tuple[Problem, ...]
    """The first ones; ``left_out`` and ``remarks`` count all."""
    path: Path
    kind: str
    name: str
    data_hash: str
    """sha256 over the bytes the table was read from and the choices it depends on, labels changed by hand among them;
    the same under any path."""
    rows_read: int
    """Rows the reader saw; equals the rows of the table plus those in ``left_out``."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why rows are not in the table → how many."""
    remarks: Mapping[str, int] = field(default_factory=dict)
    """What rows were kept with a remark on → how many."""
    reading: Reading = NOT_READ
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    source: str = ""
    """What reopens it: ``sample``, ``cornell`` or an absolute path; empty if it was made in memory."""
    uncorrected: Corpus | None = None
    """The same rows with the labels of the file, where some were changed by hand."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def has(self, column: str) -> bool:
        """Whether the column exists and has any value."""
        return column in self.table.column_names and self.table.column(column).null_count < len(self)

    @property
    def film_column(self) -> str:
        """The column that names a row's film for a person: the title, or the id if there are no titles."""
        return "title" if self.has("title") else "group_id"

    @property
    def units(self) -> Units:
        """What its groups and speakers are called; ``None`` where no line has one."""
        return self.reading.units.without(group=not self.has("group_id"), speaker=not self.has("speaker_id"))

    @property
    def base_hash(self) -> str:
        """Its data hash without any label changed by hand, by which what is decided about labels is kept."""
        return self.data_hash if self.uncorrected is None else self.uncorrected.data_hash

    def column(self, name: str) -> pa.ChunkedArray:
        return self.table.column(name)

    @cached_property
    def _codes(self) -> npt.NDArray[np.int8]:
        found = pc.index_in(self.column("label"), value_set=pa.array(list(self.labels)))
        codes: npt.NDArray[np.int8] = pc.fill_null(found, -1).to_numpy().astype(np.int8)
        return codes

    def label_codes(self) -> npt.NDArray[np.int8]:
        """Class of each row: 0 negative, 1 positive, −1 missing; int8 [rows]."""
        return self._codes

    def counts(self) -> dict[str | None, int]:
        """Rows per label; unlabelled rows under ``None``."""
        counted = np.bincount(self.label_codes().astype(np.int64) + 1, minlength=3)
        return {self.labels[0]: int(counted[1]), self.labels[1]: int(counted[2]), None: int(counted[0])}

    @property
    def absent_labels(self) -> list[str]:
        """The labels that no row has."""
        counts = self.counts()
        return [label for label in self.labels if not counts[label]]

    @property
    def lack_of_labels(self) -> str:
        """Why there is nothing to train on, in a few words; empty where there is."""
        absent = self.absent_labels
        if not absent:
            return ""
        column = self.reading.decision("label")
        if column is not None and not column.value:
            return "no column holds labels"
        if self.units.about == "films" or len(absent) == len(self.labels):
            return f"no line is labelled {' or '.join(absent)}"
        (present,) = set(self.labels) - set(absent)
        return f"every labelled line is {present}, and a classifier tells two labels apart"

    @property
    def unknown_labels(self) -> str:
        """A sentence listing the values found in place of a label with their counts, commonest first; empty if none."""
        return self.reading.labels.unknown_words if self.reading.labels else ""

    def groups(self, column: str) -> npt.NDArray[np.int32]:
        """Group number of each row by a column's value, in order of first appearance; int32 [rows].

        Rows without a value share one group.
        """
        values = pc.fill_null(self.column(column).cast(pa.string()), "").combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], pa.string())
        codes: npt.NDArray[np.int32] = values.dictionary_encode().indices.to_numpy().astype(np.int32)
        return codes

    def has_text(self) -> Bools:
        """Whether a row's text has anything but white space; bool [rows]."""
        stripped = pc.utf8_trim_whitespace(self.column("text"))
        mask: Bools = pc.greater(pc.utf8_length(stripped), 0).to_numpy().astype(bool)
        return mask

    def scene_numbers(self) -> Ints | None:
        """What the lines of a group are ordered by: their position, or the number in their id; int64 [rows], ``None``
        where they have neither."""
        if self.has("position"):
            found = pc.fill_null(self.column("position"), 0)
        elif self.has("line_id"):
            found = pc.fill_null(id_numbers(self.column("line_id")), 0)
        else:
            return None
        numbers: Ints = found.to_numpy()
        return numbers

    @cached_property
    def _scene_order(self) -> Ints:
        rows = np.arange(len(self), dtype=np.int64)
        numbers = self.scene_numbers() if self.has("group_id") else None
        if numbers is None:
            return rows
        order: Ints = np.lexsort((rows, numbers, self.groups("group_id")))
        return order

    @cached_property
    def scene_places(self) -> Ints:
        """Place of each row in :meth:`scene_order`."""
        places = np.empty(len(self), np.int64)
        places[self._scene_order] = np.arange(len(self))
        return places

    def scene_order(self) -> Ints:
        """Row indices by group in order of first appearance, within a group by position, else by ascending numeric line
        id; sorted once."""
        return self._scene_order


def id_numbers(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """The number in each id, which its order goes by (``l9`` before ``l10``): its first 18 digits, 0 where it has none;
    int64, null where there is no id."""
    digits = pc.replace_substring_regex(ids, r"\D", "")
    return pc.if_else(pc.equal(pc.utf8_length(digits), 0), "0", pc.utf8_slice_codeunits(digits, 0, 18)).cast("int64")
