"""Curves over epochs: the one place that knows the plotting library.

textual-plot was chosen over textual-plotext after rendering both: its ticks stand at round numbers (plotext wrote
0.677, 0.662, …), its axes and lines take their colours from the theme (plotext drew its level line black on a
dark ground), it can be zoomed and moved by key and mouse, and it keeps no global state that grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual_plot import HiResMode, PlotWidget

Role = Literal["first", "second", "level", "other"]

# Each kind of line has a sign of its own, so that none needs its colour to be known.
MARKERS: dict[Role, str] = {"first": "○", "second": "●", "level": "╌", "other": "·"}
COLOURS: dict[Role, str] = {"first": "$secondary", "second": "$accent", "level": "$primary", "other": "$foreground"}
LEVEL_POINTS = 120


@dataclass(frozen=True)
class Line:
    """A curve over epochs, or with one value only a level line across the whole plot."""

    name: str
    role: Role
    values: Sequence[float]

    @property
    def level(self) -> bool:
        return self.role in ("level", "other")


class Curves(Vertical):
    """A plot with a title above and a legend, each line with its last value, below, both in its border."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"curves--first", "curves--second", "curves--level", "curves--other"}

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._lines: list[Line] = []
        self._epochs = 1

    def compose(self) -> ComposeResult:
        yield PlotWidget(allow_pan_and_zoom=True)

    def on_mount(self) -> None:
        plot = self.query_one(PlotWidget)
        plot.margin_top = 0
        plot.margin_bottom = 1
        plot.margin_left = 6
        plot.can_focus = False

    def show(self, lines: Sequence[Line], epochs: int) -> None:
        """Draw; the horizontal axis goes from epoch 1 to ``epochs``."""
        self._lines = [line for line in lines if line.values]
        self._epochs = max(epochs, 2)
        self._draw()

    def notify_style_update(self) -> None:
        """A new theme: the lines were drawn in the old one's colours."""
        super().notify_style_update()
        if self._lines and self.is_attached:
            self._draw()

    def _draw(self) -> None:
        plot = self.query_one(PlotWidget)
        plot.clear()
        # A little room on both sides, or the marks of the first and last epoch would be cut off.
        room = (self._epochs - 1) * 0.04
        plot.set_xlimits(1 - room, self._epochs + room)
        plot.set_xticks(_ticks(self._epochs))
        values = [value for line in self._lines for value in line.values]
        if values:
            pad = max((max(values) - min(values)) * 0.12, 0.004)
            plot.set_ylimits(min(values) - pad, max(values) + pad)
        # Levels first: a curve that crosses one stays whole.
        for line in sorted(self._lines, key=lambda line: not line.level):
            self._draw_line(plot, line)
        self.border_subtitle = "  ".join(self._legend(line) for line in self._lines)

    def _draw_line(self, plot: PlotWidget, line: Line) -> None:
        style = str(self.get_component_rich_style(f"curves--{line.role}", partial=True))
        if line.level:
            step = (self._epochs - 1) / (LEVEL_POINTS - 1)
            x = [1 + step * point for point in range(LEVEL_POINTS)]
            plot.scatter(x, [line.values[0]] * LEVEL_POINTS, marker=MARKERS[line.role], marker_style=style)
            return
        x = [float(epoch) for epoch in range(1, len(line.values) + 1)]
        plot.plot(x, list(line.values), line_style=style, hires_mode=HiResMode.BRAILLE)
        plot.scatter(x, list(line.values), marker=MARKERS[line.role], marker_style=style)

    def _legend(self, line: Line) -> str:
        """Markup: the names are the program's own."""
        return f"[{COLOURS[line.role]}]{MARKERS[line.role]} {line.name}[/] {line.values[-1]:.3f}"


def _ticks(epochs: int) -> list[float]:
    """At most nine whole epochs."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if epochs / step <= 9)
    return [1.0, *(float(epoch) for epoch in range(step, epochs + 1, step) if epoch > 1)]
