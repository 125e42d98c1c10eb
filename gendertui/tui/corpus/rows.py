"""Rows for the virtual tables: a corpus's lines and its problems, every cell made safe for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from gendertui.sanitize import escape_control
from gendertui.tui.widgets.table import Column

if TYPE_CHECKING:
    from gendertui.corpus.problems import Problem
    from gendertui.corpus.table import Corpus

PROBLEM_COLUMNS = (
    Column("line", "line", 7, right=True),
    Column("kind", "problem", 24),
    Column("text", "row", 20, grow=True),
    Column("file", "file", 28, wide_only=True),
)
# More than any screen is wide, and little enough that one huge line costs nothing.
CELL_CHARACTERS = 400
MISSING = "?"


def line_columns(corpus: Corpus) -> tuple[Column, ...]:
    """The columns of the lines that a corpus has, named as it names them."""
    units = corpus.units
    speaker = next((name for name in ("speaker", "speaker_id") if corpus.has(name)), None)
    columns = [Column("line_id", "line", 8, wide_only=True)] if corpus.has("line_id") else []
    columns.append(Column("label", "label", min(max(7, *map(cell_len, corpus.labels)), 14)))
    if speaker is not None:
        columns.append(Column(speaker, units.speaker.one if units.speaker else "speaker", 14))
    columns.append(Column("text", "text", 24, grow=True))
    if corpus.has(corpus.film_column):
        group = units.group.one if units.group else "group"
        # The only name there is has room on a narrow screen, too.
        columns.append(Column(corpus.film_column, group, 22 if speaker else 16, wide_only=speaker is not None))
    if corpus.has("split"):
        columns.append(Column("split", "set", 10, wide_only=True))
    return tuple(columns)


class LineRows:
    """The lines of a corpus; a missing label is a question mark, as in the corpus itself.

    :param paint: the styles of the labels, negative and positive.
    """

    def __init__(self, corpus: Corpus, paint: Callable[[], tuple[Style, Style]]) -> None:
        self._corpus = corpus
        self._columns = {column.name: corpus.column(column.name) for column in line_columns(corpus)}
        self._paint = paint

    def __len__(self) -> int:
        return len(self._corpus)

    def cell(self, row: int, column: str) -> Text:
        value = self._columns[column][row].as_py()
        if column != "label":
            return Text(escape_control((value or "")[:CELL_CHARACTERS]))
        if value is None:
            return Text(MISSING, "dim")
        negative, positive = self._paint()
        return Text(escape_control(value), positive if value == self._corpus.labels[1] else negative)


class ProblemRows:
    """What could not be read, and what was kept with a remark."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self._problems = problems

    def __len__(self) -> int:
        return len(self._problems)

    def cell(self, row: int, column: str) -> Text:
        problem = self._problems[row]
        if column == "kind":
            return Text(problem.kind + (" (kept)" if problem.kept else ""))
        return Text(escape_control(str(getattr(problem, column))[:CELL_CHARACTERS]))
