"""Words and names as the app has them, in so many cells. Numbers: :mod:`gendertui.formatting`."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def shorten(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` terminal cells, an ellipsis where it was cut."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(cells - 1, 0)) + "…"


def tail(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` characters, cut at its start: of a run's name the end says more than the date."""
    return text if len(text) <= cells else "…" + text[len(text) - cells + 1 :]
