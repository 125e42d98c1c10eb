"""The first rows of a file, split in one way."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gendertui.corpus.readers.delimited.header import FEW_VALUES, decide_header, names_columns
from gendertui.corpus.readers.delimited.quoted_rows import QuotedRows
from gendertui.corpus.readers.delimited.quoting import decide_quoting, few_values, weigh
from gendertui.corpus.reading.profile import Profile

Split = Literal["all", "first", "last"]
NEARLY = 0.9
"""Share of the sampled rows that have the fields of the first one, from which the others are taken for damaged."""
LABEL_LENGTH = 30
SURE_ROWS = 20
"""Rows from which two different first words are labels and no accident."""


@dataclass(frozen=True)
class Dialect:
    """How rows are split into fields."""

    delimiter: str
    quoting: bool
    """Whether quotation marks enclose fields."""
    width: int
    """Fields of a row."""
    split: Split = "all"
    """At which delimiters: every one, or only the first or the last in a row."""


@dataclass(frozen=True)
class Sample:
    """The first rows under one dialect."""

    dialect: Dialect
    rows: list[list[str]]
    """Of any width."""
    why_quoting: str = ""

    @cached_property
    def widths(self) -> Counter[int]:
        return Counter(map(len, self.rows))

    @property
    def matching(self) -> int:
        """Rows of the dialect's width."""
        return self.widths[self.dialect.width]

    @property
    def several(self) -> bool:
        """Whether there is more than one column."""
        return self.dialect.width >= 2

    @property
    def uniform(self) -> bool:
        """Whether every row has the same number of fields."""
        return bool(self.rows) and self.matching == len(self.rows)

    @property
    def nearly(self) -> bool:
        """Whether most rows have the number of fields that the first one has."""
        return bool(self.rows) and len(self.rows[0]) == self.dialect.width and self.matching >= NEARLY * len(self.rows)

    @cached_property
    def labelled(self) -> bool:
        """Whether there is a column of prose, and another one of few short values."""
        whole = [row for row in self.rows if len(row) == self.dialect.width]
        if decide_header(whole)[0]:
            whole = whole[1:]
        profiles = [Profile.of(str(place), column) for place, column in enumerate(zip(*whole, strict=True))]
        prose = [each for each in profiles if each.prose]
        return bool(prose) and any(map(_may_be_label, profiles))


def _may_be_label(column: Profile) -> bool:
    few = 1 <= column.distinct <= max(2, min(FEW_VALUES, column.filled // 2))
    return few and not column.prose and column.mean_words <= 3


def split_sample(lines: Sequence[str], delimiter: str, quoting: bool | None = None) -> Sample:
    """The rows of lines.

    :param lines: without their ends; none is blank.
    :param quoting: whether quotation marks enclose fields; ``None``: find out.
    """
    plain = [line.split(delimiter) for line in lines]
    width = _commonest(plain)
    why = "as asked"
    if quoting is not False and any('"' in line for line in lines):
        enclosed = list(_tolerant(lines, delimiter))
        other = _commonest(enclosed)
        # Where both fit nearly all rows, most texts hold the delimiter, and a few rows are damaged.
        if _share(enclosed, other) >= min(_share(plain, width), NEARLY):
            width = other
        if quoting is None:
            quoting, why = decide_quoting(
                weigh(lines, delimiter, width, few_values(plain, width, FEW_VALUES)), len(lines), delimiter
            )
    elif quoting is None:
        quoting, why = False, "there are no quotation marks"
    if not quoting:
        return Sample(Dialect(delimiter, False, _commonest(plain)), plain, why)
    known = few_values(list(_tolerant(lines, delimiter)), width, FEW_VALUES)
    rows = QuotedRows((f"{line}\n" for line in lines), delimiter, width, known)
    found = list(rows)
    # The last lines may be the beginning of a row that goes on behind the sample.
    whole = [row for row in found if rows.open_from is None or row.line < rows.open_from]
    return Sample(Dialect(delimiter, True, width), [row.fields or [row.raw] for row in whole or found], why)


def _tolerant(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """Rows in quotation marks, whatever is wrong with some of them: to count their fields."""
    following = (f"{line}\n" for line in lines)
    while True:
        try:
            yield from csv.reader(following, delimiter=delimiter)
            return
        except csv.Error:
            continue


def _commonest(rows: Sequence[Sequence[str]]) -> int:
    """The number of fields that most rows have."""
    return max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]))[0] if rows else 0


def _share(rows: Sequence[Sequence[str]], width: int) -> float:
    return sum(len(row) == width for row in rows) / max(1, len(rows))


def split_label(lines: Sequence[str], delimiter: str, side: Literal["first", "last"]) -> Sample | None:
    """Rows of a label and a text that are split at the first or last delimiter alone, if they are that."""
    rows = [line.split(delimiter, 1) if side == "first" else line.rsplit(delimiter, 1) for line in lines]
    if not rows or any(len(row) < 2 for row in rows) or names_columns(lines[0].split(delimiter)) > 2:
        return None
    labels = Counter(row[0 if side == "first" else -1].strip() for row in rows)
    texts = Profile.of("text", [row[-1 if side == "first" else 0] for row in rows])
    numbers = all(label.lstrip("+-").isdecimal() for label in labels)
    sure = len(rows) >= SURE_ROWS or (numbers and len(rows) >= 4)
    few = len(labels) == 2 or numbers or 2 < len(labels) <= len(rows) / SURE_ROWS
    short = all(0 < len(label) <= LABEL_LENGTH for label in labels) and len(labels) <= FEW_VALUES
    if not (sure and few and short and texts.prose):
        return None
    return Sample(Dialect(delimiter, False, 2, side), rows)
