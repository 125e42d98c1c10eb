"""Figures with their intervals on one common axis, so that overlap is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.tui.words import shorten

GUESSING = 0.5
NAME_CELLS = 12


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval, or a note on why there is none."""

    name: str
    value: float
    low: float | None
    high: float | None
    note: str = ""


class Intervals(Widget):
    """Two rows each: name and figures, then ``├──●──┤`` on the axis; at the bottom the axis itself."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"intervals--model", "intervals--other", "intervals--axis"}

    rows: reactive[tuple[Interval, ...]] = reactive(())

    def render(self) -> RenderResult:
        if not self.rows:
            return Text()
        axis = self.get_component_rich_style("intervals--axis")
        ends = [end for row in self.rows for end in (row.low, row.high, row.value) if end is not None]
        low, high = min([*ends, GUESSING]), max([*ends, GUESSING])
        pad = max((high - low) * 0.08, 0.005)
        low, high = low - pad, high + pad
        cells = max(self.size.width, 12)

        def at(value: float) -> int:
            return round((value - low) / (high - low) * (cells - 1))

        text = Text(no_wrap=True, overflow="ellipsis")
        airy = self.size.height > 3 * len(self.rows)
        for place, row in enumerate(self.rows):
            style = self.get_component_rich_style("intervals--other" if place else "intervals--model")
            text.append(f"{row.name:<{NAME_CELLS}}", style)
            text.append(f" {row.value:.3f}", style)
            if row.low is not None and row.high is not None:
                text.append(f"  [{row.low:.3f}, {row.high:.3f}]")
            elif row.note:
                text.append(f"  {shorten(row.note, cells - NAME_CELLS - 8)}", axis)
            text.append("\n")
            line = [" "] * cells
            line[at(GUESSING)] = "┊"
            if row.low is not None and row.high is not None:
                start, end = at(row.low), at(row.high)
                line[start : end + 1] = "─" * (end + 1 - start)
                line[start], line[end] = "├", "┤"
            line[at(row.value)] = "○" if place else "●"
            for sign in line:
                text.append(sign, axis if sign == "┊" else style)
            text.append("\n\n" if airy else "\n")
        scale = [" "] * cells
        words = "0.5 guessing"
        start = min(at(GUESSING), cells - len(words))
        scale[start : start + len(words)] = words
        text.append("".join(scale).rstrip(), axis)
        return text
