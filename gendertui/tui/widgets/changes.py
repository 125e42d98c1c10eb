"""What changed between two pictures of a widget: over a slow line only that is worth writing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip


def changed_regions(before: Sequence[Strip], after: Sequence[Strip]) -> list[Region]:
    """For each row that differs, from its first to its last cell that does.

    Both have the same number of rows; where the width of a row is another one, all of it has changed.
    """
    regions = []
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        left, right = _cells(old), _cells(new)
        if len(left) != len(right):
            regions.append(Region(0, y, max(len(left), len(right)), 1))
            continue
        differing = [x for x, (one, other) in enumerate(zip(left, right, strict=True)) if one != other]
        if differing:
            regions.append(Region(differing[0], y, differing[-1] - differing[0] + 1, 1))
    return regions


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """One entry a cell; the second cell of a wide character is empty."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        for character in text:
            width = Segment(character).cell_length
            cells += [(character, style), ("", style)][:width]
    return cells
