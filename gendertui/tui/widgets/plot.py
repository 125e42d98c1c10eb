"""Curves: the one place that knows the plotting library.

textual-plot was chosen over textual-plotext after rendering both: its ticks stand at round numbers (plotext wrote
0.677, 0.662, …), its axes and lines take their colours from the theme (plotext drew its reference line black on a
dark ground), it can be zoomed and moved by key and mouse, and it keeps no global state that grows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Self

from rich.style import Style
from textual.app import ComposeResult, RenderResult
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual_hires_canvas import Canvas
from textual_plot import HiResMode, NumericAxisFormatter, PlotWidget
from textual_plot.axis_formatter import CategoricalAxisFormatter
from textual_plot.plot_widget import Legend

from gendertui.formatting import number
from gendertui.tui.widgets.changes import changed_regions

Role = Literal["first", "second", "level", "other"]

# Each kind of line has a sign of its own, so that none needs its colour to be known.
MARKERS: dict[Role, str] = {"first": "○", "second": "●", "level": "╌", "other": "·"}
COLOURS: dict[Role, str] = {"first": "$secondary", "second": "$accent", "level": "$primary", "other": "$foreground"}
UNMARKED = "⠒"
LEVEL_POINTS = 120
MOST_POINTS = 400
"""Points of a curve that are drawn: twice as many as a wide plot has columns of dots."""
LEGEND_MARGIN = 4
"""Cells of the border beside the legend that its change may touch."""


@dataclass(frozen=True)
class Series:
    """Points of a curve, joined, each with the sign of its role; ``level`` and ``other`` are rows of signs alone."""

    name: str
    role: Role
    x: Sequence[float]
    y: Sequence[float]
    says: str = ""
    """What the legend says after the name."""
    every: int = 1
    """Every how many points one is marked; 0 marks none."""
    spans: Sequence[tuple[float, float] | None] = ()
    """(low, high) of each point, drawn as an upright stroke; ``None`` where there is none."""

    @property
    def joined(self) -> bool:
        return self.role in ("first", "second")


@dataclass(frozen=True)
class Frame:
    """The limits of a plot, and where its ticks stand: ``None`` leaves them to the library."""

    x: tuple[float, float]
    y: tuple[float, float] | None
    x_ticks: Sequence[float] | None = None
    x_names: Sequence[str] = field(default=())
    """Names of the ticks 1, 2, …, in place of numbers."""


class StableCanvas(Canvas):
    """A canvas that writes to the terminal what has changed of it, however often it was wiped and drawn meanwhile."""

    def __init__(self, *, id: str) -> None:
        self._written: list[Strip] = []
        self._asked = False
        self._style: Style | None = None
        super().__init__(1, 1, id=id)

    @property
    def rich_style(self) -> Style:
        """As ever, but found once: the library asks for each line, and the style takes longer than drawing the line."""
        if self._style is None:
            self._style = super().rich_style
        return self._style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._style = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Look, once all of the drawing is done, what is another than before."""
        if regions or layout or recompose or not self.is_attached:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._asked:
            self._asked = True
            self.call_later(self._refresh_changed)
        return self

    def _refresh_changed(self) -> None:
        self._asked = False
        before, self._written = self._written, [self.render_line(y) for y in range(self.size.height)]
        if len(before) != len(self._written):
            super().refresh()
        elif changed := changed_regions(before, self._written):
            super().refresh(*changed)


class StablePlot(PlotWidget):
    """The library's plot, which writes all of itself to the terminal at each change, made to write what changed."""

    def compose(self) -> ComposeResult:
        with Grid():
            for part in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield StableCanvas(id=part)
        yield Legend(id="legend")

    def _rerender(self) -> None:
        """Draw onto the canvases once all of the changes are made, and leave to them what is written."""
        self._needs_rerender = True
        if self.is_attached:
            self.call_later(self._render_changed)

    def render(self) -> RenderResult:
        """Nothing, which its canvases cover. What they show is drawn in a turn of its own, not while the screen is."""
        if self._needs_rerender:
            self.call_later(self._render_changed)
        return ""

    def _render_changed(self) -> None:
        # Before it is laid out there is nothing to draw on.
        if self._needs_rerender and self.size:
            super().render()


class Plot(Vertical):
    """A plot with a title above and a legend below, both in its border."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"curves--first", "curves--second", "curves--level", "curves--other"}

    _holding = False
    _legend = ""

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._series: list[Series] = []
        self._frame = Frame((0.0, 1.0), None)

    def compose(self) -> ComposeResult:
        plot = StablePlot(allow_pan_and_zoom=True)
        plot.display = False
        yield plot

    def on_show(self) -> None:
        # The frame first, then the plot in it: both at once would keep a key waiting that comes meanwhile.
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        self.query_one(StablePlot).display = True

    def on_mount(self) -> None:
        plot = self.query_one(StablePlot)
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
            # Later: the styles of the parts come after those of the widget.
            self.call_later(self._draw)

    def _draw(self) -> None:
        plot = self.query_one(StablePlot)
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
        self._show_legend("  ".join(_legend(series) for series in self._series))

    def _show_legend(self, legend: str) -> None:
        if legend == self._legend:
            return
        before, self._legend = self._legend, legend
        self._holding = True
        self.border_subtitle = legend
        self._holding = False
        # Of the lower border alone what it covers, at its right end; in the content's coordinates.
        cells = max(Content.from_markup(text).cell_length for text in (before, legend)) + LEGEND_MARGIN
        width, height = self.size
        left = max(width + 1 - cells, -1)
        self.refresh(Region(left, height, width + 1 - left, 1))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As ever, but that a new legend says itself what is to be drawn."""
        if self._holding:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _draw_series(self, plot: PlotWidget, series: Series) -> None:
        style = str(self.get_component_rich_style(f"curves--{series.role}", partial=True))
        for x, span in zip(series.x, series.spans, strict=False):
            if span is not None:
                plot.plot([x, x], list(span), line_style=style, hires_mode=HiResMode.BRAILLE)
        if series.joined:
            curve = thinned(series.x, series.y)
            plot.plot(*curve, line_style=style, hires_mode=HiResMode.BRAILLE)
        if not series.every:
            return
        signed = slice(None, None, series.every)
        plot.scatter(list(series.x)[signed], list(series.y)[signed], marker=MARKERS[series.role], marker_style=style)


@dataclass(frozen=True)
class Line:
    """A curve over epochs; ``level`` and ``other`` are one value, a reference line across the whole plot."""

    name: str
    role: Role
    x: Sequence[float]
    """In epochs, fractions of one included; empty for a reference line."""
    y: Sequence[float]
    says: str = ""
    """What the legend says, by default the last value."""
    every: int = 1
    """Every how many points one is marked; 0 marks none."""


class Curves(Plot):
    """Curves over epochs; the legend has the last value of each."""

    def show(self, lines: Sequence[Line], epochs: float, total: int | None = None) -> None:
        """Draw; the horizontal axis goes from 0 to a round number of epochs above ``epochs``, those done so far.

        Both axes change in steps: curves stay where they are while they grow, until they need more room.

        :param total: of how many epochs; the axis never goes beyond, where no more are done.
        """
        lines = [line for line in lines if line.y]
        end = axis_end(epochs)
        if total is not None and total >= epochs:
            end = min(end, total)
        # A little room on both sides, or the marks of the first and last epoch would be cut off.
        room = end * 0.04
        values = [value for line in lines for value in line.y]
        limits = axis_limits(min(values), max(values)) if values else None
        frame = Frame((-room, end + room), limits, _ticks(end))
        self.draw([_series(line, end) for line in lines], frame)


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


def axis_end(epochs: float) -> int:
    """The least round number of epochs from ``epochs`` on: 1, 2, 3, 4, 7, 10, 15, 20, 30, 40, 70, 100, …"""
    scale = 1
    while True:
        for step in (1.0, 1.5, 2.0, 3.0, 4.0, 7.0):
            if (end := step * scale).is_integer() and end >= epochs:
                return int(end)
        scale *= 10


def axis_limits(low: float, high: float) -> tuple[float, float]:
    """Limits around all values, a little room included, at multiples of a quarter of them rounded up."""
    pad = max((high - low) * 0.05, 0.004)
    low, high = low - pad, high + pad
    scale = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(step * scale for step in (1, 2, 5, 10) if step * scale * 4 >= high - low)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _series(line: Line, end: int) -> Series:
    says = line.says or number(line.y[-1])
    if line.x:
        return Series(line.name, line.role, line.x, line.y, says, line.every)
    x = [end * point / (LEVEL_POINTS - 1) for point in range(LEVEL_POINTS)]
    return Series(line.name, line.role, x, [line.y[0]] * LEVEL_POINTS, says)


def _legend(series: Series) -> str:
    """Markup: the names are the program's own."""
    sign = MARKERS[series.role] if series.every else UNMARKED
    return f"[{COLOURS[series.role]}]{sign} {series.name}[/] {series.says}".rstrip()


def _ticks(end: int) -> list[float]:
    """At most nine whole epochs, and 0."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if end / step <= 9)
    return [float(epoch) for epoch in range(0, end + 1, step)]
