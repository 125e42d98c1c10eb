"""A comparison of runs as text of a given width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from gendertui.runs.results.comparison_text import ALL_ALIKE, figures_tables, runs_table, settings_table
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal, shorten
from gendertui.tui.widgets.plot import COLOURS

if TYPE_CHECKING:
    from gendertui.runs.results.comparison import Comparison
    from gendertui.runs.results.comparison_text import Table

GAP = 2
LEAST_CELLS = 4
"""No column is made narrower, however little room there is."""


def words(comparison: Comparison, width: int) -> Content:
    """Which run is which, what differs, the figures, and what there is to say of them."""
    heads, rows = settings_table(comparison)
    parts = [_table(runs_table(comparison), width), Content("")]
    parts.append(_table((heads, rows), width) if rows else Content(ALL_ALIKE))
    for heading, table in figures_tables(comparison):
        parts += [Content(""), literal(heading).stylize("$foreground-muted"), _table(table, width)]
    if comparison.remarks:
        parts += [Content(""), *map(literal, comparison.remarks)]
    return Content("\n").join(parts)


def _table(table: Table, width: int) -> Content:
    heads, rows = table
    widths = fitted([heads, *rows], width)
    lines = [_line(heads, widths).stylize("bold $foreground-muted")]
    for row in rows:
        line = _line(row, widths)
        letter = row[0].lower()
        lines.append(line.stylize(f"bold {COLOURS[letter]}", 0, 1) if letter in COLOURS else line)
    return Content("\n").join(lines)


def fitted(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """A width for each column: as wide as its cells, the widest made narrower until all have room."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    while sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > LEAST_CELLS:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(row: Sequence[str], widths: Sequence[int]) -> Content:
    cells = (shorten(escape_control(cell), cells) for cell, cells in zip(row, widths, strict=True))
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True))
    return Content((" " * GAP).join(padded).rstrip())
