"""The training loss of a run from the first batches on, in a bounded number of points."""

from __future__ import annotations

from dataclasses import dataclass, field

from gendertui.training.events import Batch, Epoch

MOST_POINTS = 200


@dataclass
class _Point:
    """The mean ``loss`` of the batches up to ``x`` (in epochs) since the point before; ``weight`` is their share of
    an epoch."""

    x: float
    loss: float
    weight: float


@dataclass
class LossCurve:
    """Mean training loss of stretches of batches; where there would be too many, two neighbours become one."""

    _points: list[_Point] = field(default_factory=list)
    _epoch: int = 0
    _share: float = 0.0
    _mean: float = 0.0
    _stretch: float = 0.0
    """No stretch but the last is shorter than this, in epochs."""

    @property
    def x(self) -> list[float]:
        """Where each point is, in epochs from the beginning of training: 0.5 is half of the first epoch."""
        return [point.x for point in self._points]

    @property
    def y(self) -> list[float]:
        return [point.loss for point in self._points]

    def batch(self, event: Batch) -> None:
        """Take in the mean loss since the epoch began."""
        share = event.batch / max(event.batches, 1)
        if event.epoch != self._epoch or share <= self._share:
            self._epoch, self._share, self._mean = event.epoch, 0.0, 0.0
        # What the batches since the last event add to the mean.
        weight = share - self._share
        if weight > 0:
            loss = (share * event.loss - self._share * self._mean) / weight
            self._add(_Point(event.epoch - 1 + share, loss, weight))
        self._share, self._mean = share, event.loss

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
        if last is not None and last.weight < self._stretch:
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
