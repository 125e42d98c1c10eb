"""Figures of models that were trained on parts of a training set, and what doubling it brings.

All models are judged on the same held-out rows. Intervals resample the groups (films) of these rows, the same for all
sizes, so that differences are paired, and at each size the models, which stand for the choice of films to learn from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from gendertui.evaluation.report.schema import Estimate, Estimates


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
    by_size = {each: [one for one in fits if one.divisor == each] for each in _descending(fits)}
    resamples = GroupBootstrap.of(groups)
    positive = labels == 1
    parts = [[_metrics(one.logits, positive, resamples) for one in some] for some in by_size.values()]
    measured = {metric: _averaged([[one[metric] for one in some] for some in parts]) for metric in parts[0][0]}
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
        last=_last(measured, list(by_size), resamples),
        next=_next(measured, list(by_size), resamples),
    )


def _descending(fits: Sequence[Fit]) -> list[int]:
    return sorted({one.divisor for one in fits}, reverse=True)


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


def _averaged(sizes: Sequence[Sequence[tuple[float, Floats]]]) -> _Measured:
    """Means over the models of each size, and over models drawn again for each resample."""
    generator = np.random.default_rng(0)
    values, drawn = [], []
    for models in sizes:
        values.append(np.mean([value for value, _ in models]))
        each = np.stack([draws for _, draws in models])
        number = len(models)
        times = generator.multinomial(number, np.full(number, 1 / number), size=each.shape[1])
        drawn.append((each * times.T).sum(axis=0) / number)
    return _Measured(np.array(values), np.stack(drawn))


def _last(measured: Mapping[str, _Measured], divisors: Sequence[int], resamples: GroupBootstrap) -> Estimates:
    """What the whole has more than its halves."""
    if 2 not in divisors:
        return {}
    return {
        metric: _estimate(each.values[-1] - each.values[-2], each.drawn[-1] - each.drawn[-2], resamples)
        for metric, each in measured.items()
    }


def _next(measured: Mapping[str, _Measured], divisors: Sequence[int], resamples: GroupBootstrap) -> Estimates:
    if len(divisors) < MINIMUM_SIZES:
        return {}
    return {
        metric: _estimate(next_gain(each.values[:, None])[0], next_gain(each.drawn), resamples)
        for metric, each in measured.items()
    }


def _estimate(
    value: float, drawn: Floats, resamples: GroupBootstrap, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> Estimate:
    return Estimate(**figure(value, resamples.percentiles(drawn), resamples.groups, bounds))
