"""A chart as cells: curves, marks and bands between a vertical axis at the left and a horizontal one below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gendertui.formatting import count
from gendertui.tui.charts.raster import ACROSS, UP, Raster
from gendertui.tui.charts.scale import Scale
from gendertui.tui.charts.series import MARKERS, Band, Frame, Mark, Role, Series

Part = Role | Literal["axis", "tick"]
Cell = tuple[str, Part | None]
"""A character and what it is a part of."""

COLUMNS_APART = (8, 24)
"""Cells between two ticks of the horizontal axis, at least and at most."""
ROWS_APART = ((12, (3, 6)), (5, (2, 4)), (0, (1, 2)))
"""From so many rows on, those of the vertical axis."""
ROOMY, ROOMIER = 10, 14
"""With so many rows the numbers of the horizontal axis have a row of their own below it; and those of a finer unit."""
MOST_POINTS = 400
"""Points of a curve that are drawn: twice as many as a wide plot has columns of dots."""


@dataclass(frozen=True)
class Picture:
    """Rows of cells, and where the plot is in them."""

    rows: list[list[Cell]]
    x: Scale | None = None
    y: Scale | None = None
    left: int = 0
    """Columns before the plot's first."""


def picture(
    series: Sequence[Series],
    frame: Frame,
    width: int,
    height: int,
    *,
    marks: Sequence[Mark] = (),
    band: Band | None = None,
) -> Picture:
    """Draw; with too little room for anything, nothing."""
    below = 1 + (height >= ROOMY) + (height >= ROOMIER and frame.finer is not None)
    rows = height - below
    blank: list[list[Cell]] = [[(" ", None)] * width for _ in range(height)]
    if rows < 2:
        return Picture(blank)
    low, high = frame.y or _limits(series)
    apart = next(apart for least, apart in ROWS_APART if rows >= least)
    y = Scale.fit(low, high, rows, apart, logarithmic=frame.logarithmic, bounds=frame.bounds)
    labels = {cell: y.label(cell) for cell in y.ticks()}
    margin = max(map(len, labels.values()), default=0) + 1
    columns = width - margin
    if columns < 2 * COLUMNS_APART[0]:
        return Picture(blank)
    x = _horizontal(frame, columns)
    plot = _plot(series, x, y, marks, band)
    drawn: list[list[Cell]] = []
    for row in range(rows):
        cell = rows - 1 - row
        label = labels.get(cell)
        axis: Cell = ("┤" if label is not None else "│", "axis")
        drawn.append([*_text(f"{label or '':>{margin - 1}}", "tick"), axis, *plot[row]])
    drawn += _axis(frame, x, margin, width, below)
    return Picture(drawn, x, y, margin)


def thinned(x: Sequence[float], y: Sequence[float]) -> tuple[list[float], list[float]]:
    """A curve in about :data:`MOST_POINTS` points: of each stretch the lowest and the highest, so that no peak is lost;
    its two ends stay."""
    if len(x) <= MOST_POINTS:
        return list(x), list(y)
    stretch = math.ceil(len(x) / (MOST_POINTS // 2))
    kept = {0, len(x) - 1}
    for begin in range(0, len(x), stretch):
        places = range(begin, min(begin + stretch, len(x)))
        kept |= {min(places, key=y.__getitem__), max(places, key=y.__getitem__)}
    places_kept = sorted(kept)
    return [x[place] for place in places_kept], [y[place] for place in places_kept]


def _limits(series: Sequence[Series]) -> tuple[float, float]:
    values = [value for each in series for value in each.y]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _horizontal(frame: Frame, columns: int) -> Scale:
    low, high = frame.x
    if frame.x_names:
        # Names have the room they need: the ticks 1, 2, … alone.
        spacing = max(int((columns - 1) / max(high - low, 1)), 1)
        return Scale(1 / spacing, math.floor(low * spacing), columns, spacing)
    return Scale.fit(low, high, columns, COLUMNS_APART, whole=frame.whole)


def _plot(series: Sequence[Series], x: Scale, y: Scale, marks: Sequence[Mark], band: Band | None) -> list[list[Cell]]:
    """The cells between the axes."""
    cells: list[list[Cell]] = [[(" ", None)] * x.cells for _ in range(y.cells)]
    if band is not None:
        bottom, top = round(y.place(band.low)), round(y.place(band.high))
        for cell in range(max(bottom, 0), min(top, y.cells - 1) + 1):
            cells[y.cells - 1 - cell] = [(MARKERS["band"], "band")] * x.cells
    # Levels first: a curve that crosses one stays whole.
    for each in sorted(series, key=lambda each: each.joined):
        if not (each.joined or each.scattered or each.role == "faint"):
            _sign(cells, each, x, y, 1)
    for mark in marks:
        if 0 <= (column := round(x.place(mark.x))) < x.cells:
            for line in cells:
                line[column] = (MARKERS[mark.role], mark.role)
    raster = Raster(x.cells, y.cells)
    for each in sorted(series, key=lambda each: each.joined):
        _draw(raster, each, x, y)
    for row in range(y.cells):
        for column in range(x.cells):
            if (dots := raster.cell(row, column)) is not None:
                cells[row][column] = dots
    for each in series:
        if each.scattered or (each.joined and each.every):
            _sign(cells, each, x, y, each.every)
    return cells


def _draw(raster: Raster, series: Series, x: Scale, y: Scale) -> None:
    """Dots: a curve's, those of its strokes, and faint ones."""

    def across(value: float) -> int:
        return round(ACROSS * (x.place(value) + 0.5) - 0.5)

    def up(value: float) -> int:
        return round(UP * (y.place(value) + 0.5) - 0.5)

    for place, span in zip(series.x, series.spans, strict=False):
        if span is not None:
            raster.line(across(place), up(span[0]), across(place), up(span[1]), series.role)
    if series.role == "faint":
        for place, value in zip(series.x, series.y, strict=True):
            raster.dot(across(place), up(value), series.role)
    elif series.joined:
        dots = [(across(place), up(value)) for place, value in zip(*thinned(series.x, series.y), strict=True)]
        for (x0, y0), (x1, y1) in zip(dots, dots[1:] or dots, strict=False):
            raster.line(x0, y0, x1, y1, series.role)


def _sign(cells: list[list[Cell]], series: Series, x: Scale, y: Scale, every: int) -> None:
    """The sign of a series at every so many of its points; of ``level`` and ``other`` all across between its points."""
    places = list(zip(series.x, series.y, strict=True))[::every]
    if not (series.joined or series.scattered) and len(places) == 2 and places[0][1] == places[1][1]:
        ends = [max(min(round(x.place(place)), x.cells - 1), 0) for place, _ in places]
        places = [(x.value(column), places[0][1]) for column in range(ends[0], ends[1] + 1)]
    for place, value in places:
        column, cell = round(x.place(place)), round(y.place(value))
        if 0 <= column < x.cells and 0 <= cell < y.cells:
            cells[y.cells - 1 - cell][column] = (MARKERS[series.role], series.role)


def _axis(frame: Frame, x: Scale, margin: int, width: int, rows: int) -> list[list[Cell]]:
    """The horizontal axis: a line with ticks and numbers below, or the numbers on the line where there is one row; in a
    third row the finer unit's numbers."""
    line: list[Cell] = [*_text(" " * (margin - 1), None), ("└", "axis"), *_text("─" * x.cells, "axis")]
    labels = {cell: label for cell in x.ticks() if (label := _name(frame, x, cell))}
    if rows == 1:
        labels = {cell: f" {label} " if cell else f"{label} " for cell, label in labels.items()}
        _write_numbers(line, labels, frame.x_name, margin, margin, 0)
        return [line]
    below: list[list[Cell]] = [[(" ", None)] * width for _ in range(rows - 1)]
    for cell in _write_numbers(below[0], labels, frame.x_name, margin, 0, 1):
        line[margin + cell] = ("┬", "axis")
    if rows == 3 and frame.finer is not None:
        finer = {cell: count(x.value(cell) * frame.finer[0]) for cell in labels}
        _write_numbers(below[1], finer, frame.finer[1], margin, 0, 1)
    return [line, *below]


def _write_numbers(
    row: list[Cell], labels: Mapping[int, str], name: str, margin: int, least: int, apart: int
) -> list[int]:
    """Write each label in the middle of its cell of the plot, and the axis' name between the last ones.

    :param least: the first column that may be written to. :param apart: columns between two labels at least.
    :returns: the cells whose labels were written. One without room is left out; at the right end it is moved, and still
        stands below its cell. The last but one makes room for the name.
    """
    placed: list[tuple[int, int]] = []
    """First columns, with their cells."""
    free = margin + 1
    for cell, label in labels.items():
        start = max(min(margin + cell - len(label) // 2, len(row) - len(label)), least)
        if start + len(label) <= len(row) and (not cell or start >= free):
            placed.append((start, cell))
            free = start + len(label) + apart
    begin = None
    while name and (begin := _room(name, placed, labels, len(row))) is None and len(placed) > 2:
        del placed[-2]
    for start, cell in placed:
        row[start : start + len(labels[cell])] = _text(labels[cell], "tick")
    if begin is not None:
        row[begin : begin + len(name) + 2] = _text(f" {name} ", "tick")
    return [cell for _, cell in placed]


def _room(name: str, placed: Sequence[tuple[int, int]], labels: Mapping[int, str], width: int) -> int | None:
    """Where an axis' name begins, with a blank at either side: as far to the right as there is room for it."""
    ends = [start + len(labels[cell]) for start, cell in placed]
    starts = [start for start, _ in placed[1:]] + [width]
    places = [start - len(name) - 2 for end, start in zip(ends, starts, strict=True) if start - end >= len(name) + 2]
    return max(places, default=None)


def _name(frame: Frame, x: Scale, cell: int) -> str:
    if not frame.x_names:
        return x.label(cell)
    place = round(x.value(cell))
    return frame.x_names[place - 1] if 1 <= place <= len(frame.x_names) else ""


def _text(text: str, part: Part | None) -> list[Cell]:
    return [(character, part) for character in text]
