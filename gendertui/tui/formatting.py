"""Words and names as the app has them, in so many cells. Numbers: :mod:`gendertui.formatting`."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from gendertui.sanitize import escape_control

WIDE = 110
"""From so many columns on a terminal is wide."""


def literal(text: str) -> Content:
    """Text from outside (a corpus, a run, a file's name) as it stands, for titles, options and all else that would read
    a string as markup; what a terminal would obey is made visible."""
    return Content("\n".join(map(escape_control, text.split("\n"))))


def shorten(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` terminal cells, an ellipsis where it was cut."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(cells - 1, 0)) + "…"


def cut_middle(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` characters, cut in its middle: names of models differ at both ends."""
    if len(text) <= cells:
        return text
    end = (cells - 1) // 2
    return f"{text[: cells - 1 - end]}…{text[len(text) - end :]}"


def tail(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` characters, cut at its start: of a run's name the end says more than the date."""
    return text if len(text) <= cells else "…" + text[len(text) - cells + 1 :]
