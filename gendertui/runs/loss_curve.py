"""The training loss of a run from the first batches on, in a bounded number of points."""

from __future__ import annotations

from dataclasses import dataclass, field

from gendertui.training.events import Batch, Epoch

MOST_POINTS = 200
LIGHT = 0.5
"""A point of less than this share of its neighbour's weight becomes one with it: an epoch's first event is of a single
batch, whose loss says little."""
REACH, FEW = 4, 8
"""A smoothed value is a mean over its point and so many to each side, of few points one of so many: a reach that grew
with the points would move the whole curve, and all of it would be drawn anew, again and again."""


@dataclass
class _Point:
    """The mean ``loss`` of the batches up to ``x`` (in epochs) since the point before; ``weight`` is their share
    of an epoch, of its lines where the losses of lines are averaged, else of its batches."""

    x: float
    loss: float
    weight: float


@dataclass
class LossCurve:
    """Mean training loss of stretches of batches; where there would be too many, two neighbours become one."""

    lines: int | None = None
    """Of an epoch, where losses are means over lines; else ``None``."""
    _points: list[_Point] = field(default_factory=list)
    _epoch: int = 0
    _batches: int = 0
    _weight: float = 0.0
    """Batches, and what ``_mean`` is a mean over, since the epoch began: lines or batches."""
    _mean: float = 0.0
    _stretch: float = 0.0
    """No stretch but the last is lighter than this."""

    @property
    def x(self) -> list[float]:
        """Where each point is, in epochs from the beginning of training: 0.5 is half of the first epoch."""
        return [point.x for point in self._points]

    @property
    def y(self) -> list[float]:
        return [point.loss for point in self._points]

    @property
    def smooth(self) -> list[float]:
        """A running mean of :attr:`y`, its points weighed by what they stand for."""
        reach = min(len(self._points) // FEW, REACH)
        sums, weights = [0.0], [0.0]
        for point in self._points:
            sums.append(sums[-1] + point.weight * point.loss)
            weights.append(weights[-1] + point.weight)
        ends = [
            (max(place - reach, 0), min(place + reach + 1, len(self._points))) for place in range(len(self._points))
        ]
        return [(sums[end] - sums[start]) / (weights[end] - weights[start]) for start, end in ends]

    def batch(self, event: Batch) -> None:
        """Take in the mean loss since the epoch began."""
        batches = max(event.batches, 1)
        # Events of older versions do not say how many lines: batches are taken to be alike.
        weight = event.batch / batches if event.rows is None or not self.lines else event.rows / self.lines
        if event.epoch != self._epoch or event.batch <= self._batches or weight <= self._weight:
            self._epoch, self._batches, self._weight, self._mean = event.epoch, 0, 0.0, 0.0
        # What the batches since the last event add to the mean.
        more = weight - self._weight
        if more > 0:
            loss = (weight * event.loss - self._weight * self._mean) / more
            # No loss is below 0; what is, comes of rounding, or of batches that were not alike.
            self._add(_Point(event.epoch - 1 + event.batch / batches, max(loss, 0.0), more))
        self._batches, self._weight, self._mean = event.batch, weight, event.loss

    def epoch(self, event: Epoch) -> None:
        """The mean of an epoch of which no batch was seen."""
        if (loss := event.train.get("loss")) is not None and (not self._points or self._points[-1].x < event.epoch):
            self._add(_Point(float(event.epoch), loss, 1.0))

    def go_back(self, x: float) -> None:
        """Forget what came after a checkpoint."""
        self._points = [point for point in self._points if point.x <= x]
        self._epoch = 0

    def _add(self, point: _Point) -> None:
        last = self._points[-1] if self._points else None
        if last is not None and last.weight < max(self._stretch, LIGHT * point.weight):
            self._points[-1] = _joined(last, point)
        else:
            self._points.append(point)
        if len(self._points) > MOST_POINTS:
            pairs = zip(self._points[::2], self._points[1::2], strict=False)
            odd = self._points[len(self._points) // 2 * 2 :]
            self._points = [_joined(first, second) for first, second in pairs] + odd
            self._stretch = min(point.weight for point in self._points[:-1])


def _joined(first: _Point, second: _Point) -> _Point:
    weight = first.weight + second.weight
    return _Point(second.x, (first.loss * first.weight + second.loss * second.weight) / weight, weight)
