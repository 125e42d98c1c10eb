"""Curves over epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.events import Leave, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp
from textual.message import Message

from gendertui.formatting import number
from gendertui.tui.charts.series import Band, Frame, Mark, Role, Series
from gendertui.tui.widgets.plot import Plot

ZOOM = 1.5
"""By how much one turn of the wheel zooms."""
GROWTH, FILLED = 0.25, 0.35
"""Room that a vertical axis which has become too short has at that end, as a share of it; and what share of an axis
must be in use that it stays."""
FRACTIONS_UP_TO = 1
"""Up to so many epochs ticks may stand at fractions of one."""


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

    _pointed: float | None = None
    _limits: tuple[float, float] | None = None

    @dataclass
    class Pointed(Message):
        """The mouse is over ``x``, or has left: ``None``."""

        x: float | None

    @dataclass
    class Wheeled(Message):
        """The wheel was turned over ``x``: show an interval that is ``factor`` times as long."""

        x: float | None
        factor: float

    def begin_anew(self) -> None:
        """What is shown next is another run's: its axis does not go by that of the one before."""
        self._limits = None

    def _steady(self, lowest: float, highest: float, least_span: float) -> tuple[float, float]:
        """The limits of the last time, as long as the axis holds all values and is not much longer: with another one
        all is drawn anew that stands beside it."""
        low, high = axis_limits(lowest, highest, least_span)
        if self._limits is None or self.picture.y is None:
            return low, high
        bottom, top = self.picture.y.ends
        if bottom <= lowest and highest <= top and high - low >= FILLED * (top - bottom):
            # All values, so that an axis of another height has them, too.
            return min(self._limits[0], lowest), max(self._limits[1], highest)
        # With room to go on the way it goes.
        more = GROWTH * (high - low)
        return max(low - more * (lowest < bottom), 0.0) if low >= 0 else low, high + more * (highest > top)

    def on_mouse_move(self, event: MouseMove) -> None:
        x = self._x(event)
        if x != self._pointed:
            self._pointed = x
            self.post_message(self.Pointed(x))

    def on_leave(self, _: Leave) -> None:
        if self._pointed is not None:
            self._pointed = None
            self.post_message(self.Pointed(None))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(self._x(event), 1 / ZOOM))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(self._x(event), ZOOM))

    def _x(self, event: MouseEvent) -> float | None:
        """The place under the mouse; ``None`` beside the plot."""
        offset, scale = event.get_content_offset(self), self.picture.x
        if offset is None or scale is None or not 0 <= offset.x - self.picture.left < scale.cells:
            return None
        return scale.value(offset.x - self.picture.left)

    def show(
        self,
        lines: Sequence[Line],
        epochs: float,
        total: int | None = None,
        *,
        marks: Sequence[Mark] = (),
        band: Band | None = None,
        least_span: float = 0.0,
        logarithmic: bool = False,
        within: tuple[float, float] | None = None,
        batches: int | None = None,
        bounds: tuple[float, float] | None = None,
    ) -> int:
        """Draw; the horizontal axis goes from 0 to a round number of epochs above ``epochs``, those done so far.

        Both axes change in steps: curves stay where they are while they grow, until they need more room.

        :param total: of how many epochs; the axis never goes beyond, where no more are done.
        :param band: is in sight where the curves are no farther from it than ``least_span``.
        :param least_span: what the vertical axis shows at least from its lower to its upper end.
        :param within: the epochs to show alone.
        :param batches: of an epoch: the horizontal axis says those, too.
        :param bounds: between which all values are.
        :returns: how many cells are written for it.
        """
        lines = [line for line in lines if line.y]
        end = float(axis_end(epochs))
        if total is not None and total >= epochs:
            end = min(end, float(total))
        x = within or (0.0, end)
        values = [value for line in lines for value in _visible(line, x)]
        if values and band is not None and min(values) - band.high <= least_span:
            values += [band.low, band.high]
        limits = steady = None
        if values and logarithmic:
            limits = min(values), max(values)
        elif values and within is not None:
            limits = axis_limits(min(values), max(values), least_span)
        elif values:
            limits = steady = self._steady(min(values), max(values), least_span)
        self._limits = steady
        whole = x[1] - x[0] > FRACTIONS_UP_TO and within is None
        finer = (batches, "batch") if batches else None
        frame = Frame(x, limits, "epoch", finer, whole=whole, logarithmic=logarithmic, bounds=bounds)
        return self.draw([_series(line, x) for line in lines], frame, marks=marks, band=band)


def axis_end(epochs: float) -> int:
    """The least round number of epochs from ``epochs`` on: 1, 2, 3, 4, 7, 10, 15, 20, 30, 40, 70, 100, …"""
    scale = 1
    while True:
        for step in (1.0, 1.5, 2.0, 3.0, 4.0, 7.0):
            if (end := step * scale).is_integer() and end >= epochs:
                return int(end)
        scale *= 10


def axis_limits(low: float, high: float, least_span: float = 0.0) -> tuple[float, float]:
    """Limits around all values, a little room included; no lower than 0 where no value is.

    :param least_span: how far apart they are at least.
    """
    pad = max((high - low) * 0.05, (least_span - (high - low)) / 2, 0.004)
    bottom = low - pad
    return max(bottom, 0.0) if low >= 0 else bottom, high + pad


def _visible(line: Line, x: tuple[float, float]) -> list[float]:
    """The values between two epochs; where there is none, all."""
    if not line.x:
        return list(line.y)
    inside = [value for place, value in zip(line.x, line.y, strict=True) if x[0] <= place <= x[1]]
    return inside or list(line.y)


def _series(line: Line, x: tuple[float, float]) -> Series:
    says = line.says or number(line.y[-1])
    if line.x:
        return Series(line.name, line.role, line.x, line.y, says, line.every)
    # To the right end of the axis, which may show a little more than what it has to.
    return Series(line.name, line.role, [x[0], 2 * x[1] - x[0]], [line.y[0]] * 2, says)
