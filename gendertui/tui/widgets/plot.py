"""Curves: the one place that knows the plotting library.

textual-plot was chosen over textual-plotext after rendering both: its ticks stand at round numbers (plotext wrote
0.677, 0.662, …), its axes and lines take their colours from the theme (plotext drew its level line black on a
dark ground), it can be zoomed and moved by key and mouse, and it keeps no global state that grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual_plot import HiResMode, NumericAxisFormatter, PlotWidget
from textual_plot.axis_formatter import CategoricalAxisFormatter

Role = Literal["first", "second", "level", "other"]

# Each kind of line has a sign of its own, so that none needs its colour to be known.
MARKERS: dict[Role, str] = {"first": "○", "second": "●", "level": "╌", "other": "·"}
COLOURS: dict[Role, str] = {"first": "$secondary", "second": "$accent", "level": "$primary", "other": "$foreground"}
UNMARKED = "⠒"
LEVEL_POINTS = 120


@dataclass(frozen=True)
class Series:
    """Points of a curve, joined, each with the sign of its role; ``level`` and ``other`` are rows of signs alone.

    :param says: what the legend says after the name.
    :param every: of how many points one gets a sign; 0 for none at all.
    :param spans: (low, high) of each point, drawn as an upright stroke; ``None`` where there is none.
    """

    name: str
    role: Role
    x: Sequence[float]
    y: Sequence[float]
    says: str = ""
    every: int = 1
    spans: Sequence[tuple[float, float] | None] = ()

    @property
    def joined(self) -> bool:
        return self.role in ("first", "second")


@dataclass(frozen=True)
class Frame:
    """The limits of a plot, and where its ticks stand: ``None`` leaves them to the library.

    :param x_names: names of the ticks 1, 2, …, in place of numbers.
    """

    x: tuple[float, float]
    y: tuple[float, float] | None
    x_ticks: Sequence[float] | None = None
    x_names: Sequence[str] = field(default=())


class Plot(Vertical):
    """A plot with a title above and a legend below, both in its border."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"curves--first", "curves--second", "curves--level", "curves--other"}

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._series: list[Series] = []
        self._frame = Frame((0.0, 1.0), None)

    def compose(self) -> ComposeResult:
        yield PlotWidget(allow_pan_and_zoom=True)

    def on_mount(self) -> None:
        plot = self.query_one(PlotWidget)
        plot.margin_top = 0
        plot.margin_bottom = 1
        plot.margin_left = 6
        plot.can_focus = False

    def draw(self, series: Sequence[Series], frame: Frame) -> None:
        """Show ``series``; what is there already goes."""
        self._series, self._frame = list(series), frame
        self._draw()

    def notify_style_update(self) -> None:
        """A new theme: the lines were drawn in the old one's colours."""
        super().notify_style_update()
        if self._series and self.is_attached:
            self._draw()

    def _draw(self) -> None:
        plot = self.query_one(PlotWidget)
        frame = self._frame
        plot.clear()
        plot.set_xlimits(*frame.x)
        if frame.x_names:
            plot.set_x_formatter(CategoricalAxisFormatter(list(frame.x_names)))
        else:
            plot.set_x_formatter(NumericAxisFormatter())
        plot.set_xticks(frame.x_ticks)
        if frame.y is not None:
            plot.set_ylimits(*frame.y)
        # Levels first: a curve that crosses one stays whole.
        for series in sorted(self._series, key=lambda series: series.joined):
            self._draw_series(plot, series)
        self.border_subtitle = "  ".join(_legend(series) for series in self._series)

    def _draw_series(self, plot: PlotWidget, series: Series) -> None:
        style = str(self.get_component_rich_style(f"curves--{series.role}", partial=True))
        for x, span in zip(series.x, series.spans, strict=False):
            if span is not None:
                plot.plot([x, x], list(span), line_style=style, hires_mode=HiResMode.BRAILLE)
        if series.joined:
            plot.plot(list(series.x), list(series.y), line_style=style, hires_mode=HiResMode.BRAILLE)
        if not series.every:
            return
        signed = slice(None, None, series.every)
        plot.scatter(list(series.x)[signed], list(series.y)[signed], marker=MARKERS[series.role], marker_style=style)


@dataclass(frozen=True)
class Line:
    """A curve over epochs, or with one value only a level line across the whole plot."""

    name: str
    role: Role
    values: Sequence[float]


class Curves(Plot):
    """Curves over epochs; the legend has the last value of each."""

    def show(self, lines: Sequence[Line], epochs: int) -> None:
        """Draw; the horizontal axis goes from epoch 1 to ``epochs``."""
        lines = [line for line in lines if line.values]
        epochs = max(epochs, 2)
        # A little room on both sides, or the marks of the first and last epoch would be cut off.
        room = (epochs - 1) * 0.04
        values = [value for line in lines for value in line.values]
        pad = max((max(values) - min(values)) * 0.12, 0.004) if values else 0.0
        limits = (min(values) - pad, max(values) + pad) if values else None
        frame = Frame((1 - room, epochs + room), limits, _ticks(epochs))
        self.draw([_series(line, epochs) for line in lines], frame)


def _series(line: Line, epochs: int) -> Series:
    says = f"{line.values[-1]:.3f}"
    if line.role in ("first", "second"):
        x = [float(epoch) for epoch in range(1, len(line.values) + 1)]
        return Series(line.name, line.role, x, line.values, says)
    step = (epochs - 1) / (LEVEL_POINTS - 1)
    x = [1 + step * point for point in range(LEVEL_POINTS)]
    return Series(line.name, line.role, x, [line.values[0]] * LEVEL_POINTS, says)


def _legend(series: Series) -> str:
    """Markup: the names are the program's own."""
    sign = MARKERS[series.role] if series.every else UNMARKED
    return f"[{COLOURS[series.role]}]{sign} {series.name}[/] {series.says}".rstrip()


def _ticks(epochs: int) -> list[float]:
    """At most nine whole epochs."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if epochs / step <= 9)
    return [1.0, *(float(epoch) for epoch in range(step, epochs + 1, step) if epoch > 1)]
