"""The texts of a file, row by row in its order, with what is wrong with those that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa

from gendertui.corpus.problems import Problem
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.reading.stream import SAMPLE_ROWS, choose_columns, first_records, joined


@dataclass(frozen=True)
class TextRow:
    """A row's text, or what is wrong with the row."""

    text: str
    """Of a row that cannot be read what there is in its place, cut short."""
    line: int = 0
    """Line of the file in which it begins, from 1; 0 where there are no lines."""
    file: str = ""
    """Of a row that cannot be read the file it is in, by its name."""
    error: str = ""


class TextRows:
    """The texts of a file's records, in bounded memory."""

    def __init__(self, path: Path, records: Records, options: ReadingOptions) -> None:
        """
        :raises ReadingQuestionError: several columns may be the text, or none.
        :raises GendertuiError: the options name a column that is not there.
        """
        self._records = records
        self._ordered = path.is_file()
        """Whether rows and problems are all of one file, and so in the order of their lines."""
        first, rest = first_records(records)
        self._batches = chain(first, rest)
        self._told = 0
        self.decisions: list[Decision] = list(records.decisions)
        self._roles = records.roles or Roles(("",))
        if records.roles is None and first:
            sample = pa.Table.from_batches(first).slice(0, SAMPLE_ROWS)
            self._roles, _, found = choose_columns(path, records, options, sample, labelled=False)
            self.decisions += found

    @property
    def text(self) -> Decision | None:
        """Which column the text is, where that was chosen."""
        return next((each for each in self.decisions if each.field == "text"), None)

    @property
    def remarks(self) -> Mapping[str, int]:
        """What rows were read with a remark on → how many, after the last one."""
        return self._records.problems.remarks

    @property
    def encoding(self) -> str:
        """That the texts are in."""
        return self._records.encoding

    def __iter__(self) -> Iterator[list[TextRow]]:
        """Some thousand rows at a time."""
        waiting: list[TextRow] = []
        for batch in self._batches:
            waiting += self._problems()
            yield self._merged(self._rows(batch), waiting)
        waiting += self._problems()
        if waiting:
            yield sorted(waiting, key=lambda row: row.line) if self._ordered else waiting
        untold = self._records.problems.left_out.total() - self._told
        if untold:
            yield [TextRow("", error=f"{untold:,} more rows cannot be read")]

    def _rows(self, batch: pa.RecordBatch) -> list[TextRow]:
        texts = joined([batch.column(name) for name in self._roles.text], self._records.delimiter).to_pylist()
        lines: Sequence[int] = batch.column(LINE).to_pylist() if LINE in batch.schema.names else [0] * len(texts)
        return [TextRow(text, line) for text, line in zip(texts, lines, strict=True)]

    def _problems(self) -> list[TextRow]:
        """Rows that were left out since the last time; what is told is not kept."""
        listed = self._records.problems.listed
        found = [_row(problem) for problem in listed if not problem.kept]
        listed.clear()
        self._told += len(found)
        return found

    def _merged(self, rows: list[TextRow], waiting: list[TextRow]) -> list[TextRow]:
        """Rows with the problems among or before them, which wait no longer."""
        if not self._ordered:
            now, waiting[:] = waiting[:], []
            return [*now, *rows]
        last = rows[-1].line if rows else 0
        now = [row for row in waiting if row.line <= last]
        waiting[:] = [row for row in waiting if row.line > last]
        return sorted([*now, *rows], key=lambda row: row.line) if now else rows


def _row(problem: Problem) -> TextRow:
    return TextRow(problem.text, problem.line, problem.file, problem.kind)
