"""Figures of models that were trained on parts of a training set, and what doubling it brings.

All models are judged on the same held-out rows. Intervals resample the groups (films) of these rows, the same for all
sizes, so that differences are paired, and at each size the models, which stand for the choice of films to learn from.

Of the whole training set there is one model alone. That other films to learn from would have given another figure
enters the interval of the forecast by a normal error, whose variance follows from that of the models of smaller shares,
in inverse proportion to the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats
from gendertui.corpus.units import Unit
from gendertui.evaluation.learning_curve.forecast import MINIMUM_SIZES, next_gain
from gendertui.evaluation.learning_curve.schema import Curve, Size
from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.calibration import fit
from gendertui.evaluation.metrics.comparison import RANGES, figure
from gendertui.evaluation.report.schema import Estimate


@dataclass(frozen=True, eq=False)
class Fit:
    """A model trained on a part of the training set."""

    divisor: int
    """The part is ``1/divisor`` of it."""
    units: int
    """Whole films (or whatever is drawn) in it."""
    lines: int
    """Labelled lines in it."""
    logits: Floats
    """[held-out rows] what the model says of each."""


@dataclass(frozen=True, eq=False)
class _Measured:
    """One metric of all sizes."""

    values: Floats
    """[sizes] means over the models."""
    drawn: Floats
    """[sizes, draws] the same under each resample."""
    variance: float
    """Of the figure of one model on all of the training set, over the choice of films to learn from."""

    def last(self) -> tuple[float, Floats]:
        """What the whole has more than its halves, and the same under each resample."""
        return self.values[-1] - self.values[-2], self.drawn[-1] - self.drawn[-2]

    def next(self) -> tuple[float, Floats]:
        """What twice the whole would have more, and the same under each resample: for one such training set, not for
        the mean of many. No figure gets above 1."""
        error, room = self._error(1), 1 - self.values[-1]
        drawn = np.concatenate((self.drawn[:-1], [self.drawn[-1] + error]))
        value = float(next_gain(self.values[:, None])[0])
        return min(value, room), np.minimum(next_gain(drawn) + error + self._error(2), room)

    def _error(self, size: int) -> Floats:
        """[draws] errors of a model on ``size`` times the training set."""
        normal = np.random.default_rng(size).normal(size=self.drawn.shape[1])
        return np.asarray(np.sqrt(self.variance / size) * normal, np.float64)


def curve(
    model: str,
    subject: Unit,
    fits: Sequence[Fit],
    labels: npt.NDArray[np.int8],
    groups: npt.NDArray[Any],
) -> Curve:
    """The curve of one kind of model.

    :param fits: at least one at each size, among them one on all of the training set; sizes double.
    :param labels: [held-out rows] 0 or 1, both there. :param groups: [held-out rows] what intervals resample.
    """
    divisors = sorted({one.divisor for one in fits}, reverse=True)
    by_size = {each: [one for one in fits if one.divisor == each] for each in divisors}
    resamples = GroupBootstrap.of(groups)
    positive = labels == 1
    parts = [[_metrics(one.logits, positive, resamples) for one in some] for some in by_size.values()]
    measured = {
        metric: _averaged(divisors, [[one[metric] for one in some] for some in parts]) for metric in parts[0][0]
    }
    return Curve(
        model=model,
        subject=subject,
        rows=len(labels),
        groups=resamples.groups,
        sizes=tuple(
            Size(
                divisor=divisor,
                units=round(float(np.mean([one.units for one in some]))),
                lines=round(float(np.mean([one.lines for one in some]))),
                fits=len(some),
                figures={
                    metric: _estimate(each.values[at], each.drawn[at], resamples, RANGES[metric])
                    for metric, each in measured.items()
                },
            )
            for at, (divisor, some) in enumerate(by_size.items())
        ),
        last={name: _estimate(*each.last(), resamples) for name, each in measured.items()} if 2 in divisors else {},
        next={name: _estimate(*each.next(), resamples) for name, each in measured.items()}
        if len(divisors) >= MINIMUM_SIZES
        else {},
    )


def _metrics(
    logits: Floats, positive: npt.NDArray[np.bool_], resamples: GroupBootstrap
) -> dict[str, tuple[float, Floats]]:
    """Metric → its value, and its value under each resample. Decisions are calibrated, as those of a run's report."""
    decided = fit(logits, positive).log_odds(logits)
    statistics = {
        "balanced_accuracy": resampled.balanced_accuracy(point.predictions(decided), positive, resamples.member),
        "auc": resampled.auc(logits, positive, resamples.member),
    }
    return {metric: (resamples.value(each), resamples.drawn(each)) for metric, each in statistics.items()}


def _averaged(divisors: Sequence[int], sizes: Sequence[Sequence[tuple[float, Floats]]]) -> _Measured:
    """Means over the models of each size, and over models drawn again for each resample."""
    generator = np.random.default_rng(0)
    values, drawn = [], []
    for models in sizes:
        values.append(np.mean([value for value, _ in models]))
        each = np.stack([draws for _, draws in models])
        number = len(models)
        times = generator.multinomial(number, np.full(number, 1 / number), size=each.shape[1])
        drawn.append((each * times.T).sum(axis=0) / number)
    several = [
        (divisor, np.array([value for value, _ in models])) for divisor, models in zip(divisors, sizes, strict=True)
    ]
    variance = np.sum([each.var() * len(each) / divisor for divisor, each in several])
    freedom = sum(len(each) - 1 for _, each in several)
    return _Measured(np.array(values), np.stack(drawn), float(variance / max(freedom, 1)))


def _estimate(
    value: float, drawn: Floats, resamples: GroupBootstrap, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> Estimate:
    return Estimate(**figure(value, resamples.percentiles(drawn), resamples.groups, bounds))
