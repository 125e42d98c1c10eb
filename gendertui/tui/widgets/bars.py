"""Bars made of characters: they read without colour, and the eighths of a cell make them smooth."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

EIGHTHS = " ▏▎▍▌▋▊▉█"
COLUMNS = " ▁▂▃▄▅▆▇█"
REST = "─"


def bar(share: float, cells: int, filled: Style, rest: Style) -> Text:
    """A horizontal bar: ``share`` (0 to 1, cut to that) of ``cells`` filled."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    whole, part = divmod(eighths, 8)
    text = Text("█" * whole, filled)
    if part:
        text.append(EIGHTHS[part], filled)
    text.append(REST * (cells - len(text)), rest)
    return text


def columns(values: Sequence[float], height: int, style: Style) -> list[Text]:
    """A column chart ``height`` rows tall, one cell a value, the tallest reaching the top; rows from the top down."""
    top = max(values, default=0.0)
    levels = [round(value / top * height * 8) if top else 0 for value in values]
    # A value that is there must be seen to be there.
    levels = [max(level, 1) if value else 0 for level, value in zip(levels, values, strict=True)]
    return [
        Text("".join(COLUMNS[min(max(level - (height - 1 - row) * 8, 0), 8)] for level in levels), style)
        for row in range(height)
    ]
