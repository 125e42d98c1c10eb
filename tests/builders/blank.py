"""How much of a pane is blank: the share of its blocks that have nothing in them."""

from __future__ import annotations

from textual.geometry import Region
from textual.widget import Widget

from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.plot import Plot
from tests.builders.screens import rows

BLOCK = (10, 3)
"""Columns and rows that the eye takes in at once: the gaps between words, columns and paragraphs are narrower."""
FRAME = frozenset(" │─┃━╭╮╰╯┌┐└┘├┤┬┴┼╸╺╴╶▁▔")
"""Signs that hold nothing: a box with an empty inside is empty."""

AXES = (None, "axis", "tick")


def blank_share(app: GendertuiApp) -> float:
    """Of the blocks between the tabs and the footer, those without a sign; on the axes of a chart nothing is blank.

    A block at the edge that is cut short counts with what is left of it.
    """
    pane = app.pane
    assert pane is not None, "a pane is shown"
    screen = rows(app)
    charts = [chart.region for chart in pane.query("Plot, Intervals") if _drawn(chart)]
    blocks = list(_blocks(pane.region))
    blank = [
        block for block in blocks if not any(block.overlaps(chart) for chart in charts) and not _signs(screen, block)
    ]
    return sum(block.area for block in blank) / sum(block.area for block in blocks)


def _drawn(chart: Widget) -> bool:
    """Whether it is on the screen, with something on it."""
    if not chart.is_on_screen or not chart.region.area:
        return False
    if isinstance(chart, Intervals):
        return bool(chart.rows)
    return isinstance(chart, Plot) and any(part not in AXES for row in chart.picture.rows for _, part in row)


def _blocks(region: Region) -> list[Region]:
    wide, high = BLOCK
    return [
        Region(x, y, min(wide, region.right - x), min(high, region.bottom - y))
        for y in range(region.y, region.bottom, high)
        for x in range(region.x, region.right, wide)
    ]


def _signs(screen: list[str], block: Region) -> bool:
    return any(set(screen[y][block.x : block.right]) - FRAME for y in range(block.y, block.bottom))
