"""What changed between two pictures of a widget: over a slow line only that is worth writing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

GAP = 12
"""So many equal cells in between are cheaper to write again than to go past, with position and style."""


def changed_regions(before: Sequence[Strip], after: Sequence[Strip]) -> list[Region]:
    """The cells that differ, row by row, in runs; a few equal ones in between count as changed.

    Both have the same number of rows. All of a row has changed where its width is another one, and where it has
    characters that join others: where such a row is cut, an accent may be parted from its letter.
    """
    regions = []
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        left, right = _cells(old), _cells(new)
        if left is None or right is None or len(left) != len(right):
            regions.append(Region(0, y, max(old.cell_length, new.cell_length), 1))
            continue
        runs: list[list[int]] = []
        for x, (one, other) in enumerate(zip(left, right, strict=True)):
            if one == other:
                continue
            if runs and x - runs[-1][1] <= GAP:
                runs[-1][1] = x
            else:
                runs.append([x, x])
        regions += [Region(start, y, end - start + 1, 1) for start, end in runs]
    return regions


def _cells(strip: Strip) -> list[tuple[str, Style | None]] | None:
    """One entry a cell; ``None`` where a character has none of its own, as accents and joiners. The second cell of a
    wide character changes with it: half of one cannot be drawn."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        for character in text:
            width = cell_len(character)
            if not width:
                return None
            cells += [(character, style), (f"+{character}", style)][:width]
    return cells
