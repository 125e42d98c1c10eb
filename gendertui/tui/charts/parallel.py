"""Parallel coordinates as cells: an upright axis for each dimension, and a line across all of them for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gendertui.tui.charts.picture import Cell, Part, Picture
from gendertui.tui.charts.raster import ACROSS, UP, Raster
from gendertui.tui.charts.series import Role

LEAST_APART = 10
"""Cells from one axis to the next, at least."""
_ROWS_AROUND = 3
"""The names of the axes and their greatest values above the lines, their least values below."""


@dataclass(frozen=True)
class Axis:
    """One dimension."""

    name: str
    low: str
    """What stands at its lower end."""
    high: str
    between: Sequence[tuple[float, str]] = ()
    """(place, label) of values between the ends: places go from 0, the lower end, to 1."""


@dataclass(frozen=True)
class Entry:
    """A line across all axes."""

    role: Role
    places: Sequence[float]
    """Where it meets each axis, from 0 to 1."""
    sign: str = ""
    """What marks it on each axis."""


def most_axes(width: int) -> int:
    """How many axes so many cells have room for."""
    return max(1 + (width - 1) // LEAST_APART, 0)


def parallel(axes: Sequence[Axis], entries: Sequence[Entry], width: int, height: int) -> Picture:
    """Draw; what comes later lies over what comes before. With too little room for anything, nothing.

    :param axes: two or more, and no more than :func:`most_axes`.
    """
    rows = height - _ROWS_AROUND
    blank: list[list[Cell]] = [[(" ", None)] * width for _ in range(height)]
    if rows < 2 or not 2 <= len(axes) <= most_axes(width):
        return Picture(blank)
    columns = [round(place * (width - 1) / (len(axes) - 1)) for place in range(len(axes))]
    plot = _plot(entries, columns, width, rows)
    for axis, column in zip(axes, columns, strict=True):
        for place, label in axis.between:
            _write(plot[_row(place, rows)], label, column + 2, "tick")
    names = _labels([axis.name for axis in axes], columns, width, None)
    highs = _labels([axis.high for axis in axes], columns, width, "tick")
    lows = _labels([axis.low for axis in axes], columns, width, "tick")
    return Picture([names, highs, *plot, lows])


def _labels(texts: Sequence[str], columns: Sequence[int], width: int, part: Part | None) -> list[Cell]:
    """A row of labels: the first begins at its axis, the last ends there, and those between lie about theirs; each is
    cut where the next one begins."""
    texts = [_cut(text, columns[1] - 1) for text in texts]
    shares = [0.0, *([0.5] * (len(texts) - 2)), 1.0]
    starts = [
        max(column - round((len(text) - 1) * share), 0)
        for text, column, share in zip(texts, columns, shares, strict=True)
    ]
    row: list[Cell] = [(" ", None)] * width
    for text, start, end in zip(texts, starts, [*(start - 1 for start in starts[1:]), width], strict=True):
        _write(row, _cut(text, end - start), start, part)
    return row


def _plot(entries: Sequence[Entry], columns: Sequence[int], width: int, rows: int) -> list[list[Cell]]:
    """Lines and axes."""
    raster = Raster(width, rows)
    across = [ACROSS * column for column in columns]
    for entry in entries:
        up = [round(place * (UP * rows - 1)) for place in entry.places]
        for number in range(len(columns) - 1):
            raster.line(across[number], up[number], across[number + 1], up[number + 1], entry.role)
    cells: list[list[Cell]] = [
        [raster.cell(row, column) or (" ", None) for column in range(width)] for row in range(rows)
    ]
    for column in columns:
        for line in cells:
            if line[column][1] in (None, "faint"):
                line[column] = ("│", "axis")
    for entry in entries:
        for column, place in zip(columns, entry.places, strict=True):
            if entry.sign:
                cells[_row(place, rows)][column] = (entry.sign, entry.role)
    return cells


def _cut(name: str, cells: int) -> str:
    return name if len(name) <= cells else name[: cells - 1] + "…"


def _row(place: float, rows: int) -> int:
    """The row of a place, from the top."""
    return rows - 1 - round(place * (UP * rows - 1)) // UP


def _write(row: list[Cell], text: str, start: int, part: Part | None) -> None:
    for at, character in enumerate(text[: max(len(row) - start, 0)], start):
        row[at] = (character, part)
