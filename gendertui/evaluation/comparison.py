"""A model beside its baselines: every metric of each with its interval, and their differences on the same resamples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation import metrics, statistics
from gendertui.evaluation.intervals import Floats, Limits, Resamples, Statistic
from gendertui.evaluation.report_parts import FEW_GROUPS

RANGES: dict[str, Limits] = {
    "balanced_accuracy": (0, 1),
    "auc": (0, 1),
    "auc_within": (0, 1),
    "average_precision": (0, 1),
    "accuracy": (0, 1),
    "f1_negative": (0, 1),
    "f1_positive": (0, 1),
    "log_loss": (0, np.inf),
    "log_loss_skill": (-np.inf, 1),
    "brier": (0, 1),
    "brier_skill": (-np.inf, 1),
    "ece": (0, 1),
}
"""Metric → what it can be. Skills are one less the ratio to the loss of always saying the labels' rate in the set.

Losses, skills and the expected calibration error are of probabilities at that rate, balanced accuracy and the rest of
what is predicted at even odds.
"""

_SHIFTED_BY_NOISE = ("ece",)
"""Metrics that a resample shifts to one side: their interval is the jackknife's."""


@dataclass(frozen=True, eq=False)
class Contender:
    """What is measured.

    :ivar name: ``model``, or the baseline's name.
    :ivar decision: float64 [rows], ranks the rows; above 0 the positive label is predicted.
    :ivar odds: float64 [rows], log-odds of the positive label at even odds.
    """

    name: str
    decision: Floats
    odds: Floats

    @classmethod
    def scored(cls, name: str, odds: Floats) -> Contender:
        """One whose log-odds rank and decide."""
        return cls(name, odds, odds)

    @classmethod
    def always(cls, label: int, rows: int) -> Contender:
        """The majority baseline: one label, whatever the row; as probability the label's rate."""
        return cls("majority", np.full(rows, 1.0 if label else -1.0), np.zeros(rows))


def figure(value: float, limits: Limits | None, groups: int, bounds: Limits = (-np.inf, np.inf)) -> dict[str, Any]:
    """A figure as ``report.json`` has it."""
    low, high = (None, None) if limits is None else (float(np.clip(limit, *bounds)) for limit in limits)
    return {"value": value, "low": low, "high": high, "groups": groups, "note": FEW_GROUPS if limits is None else ""}


def figure_of(statistic: Statistic, resamples: Resamples, bounds: Limits = (0, 1)) -> dict[str, Any] | None:
    """A statistic with its interval; ``None`` where it has no value."""
    value = resamples.value(statistic)
    if not np.isfinite(value):
        return None
    return figure(value, resamples.percentiles(resamples.drawn(statistic)), resamples.groups, bounds)


def compare(contenders: Sequence[Contender], labels: npt.NDArray[Any], resamples: Resamples) -> dict[str, Any]:
    """Figures of the model and of the baselines, and what the model has more than each of them.

    :param contenders: the model first.
    :returns: ``model``, ``baselines`` and ``paired`` of ``report.json``; a metric without a value is left out.
    """
    positive = np.asarray(labels) == 1
    model, *baselines = (_estimates(contender, positive, resamples) for contender in contenders)
    names = [contender.name for contender in contenders[1:]]
    return {
        "model": {metric: estimate.figure() for metric, estimate in model.items()},
        "baselines": {
            name: {metric: estimate.figure() for metric, estimate in each.items()}
            for name, each in zip(names, baselines, strict=True)
        },
        "paired": {
            name: {metric: model[metric].less(each[metric]) for metric in model if metric in each}
            for name, each in zip(names, baselines, strict=True)
        },
    }


class _Estimate:
    """One metric of one contender, its draws kept for differences."""

    def __init__(self, metric: str, statistic: Statistic, resamples: Resamples) -> None:
        self._metric, self._statistic, self._resamples = metric, statistic, resamples
        self.value = resamples.value(statistic)

    @cached_property
    def _drawn(self) -> Floats:
        return self._resamples.drawn(self._statistic)

    def figure(self) -> dict[str, Any]:
        """The metric itself."""
        resamples = self._resamples
        shifted = self._metric in _SHIFTED_BY_NOISE
        limits = resamples.jackknife(self._statistic) if shifted else resamples.percentiles(self._drawn)
        return figure(self.value, limits, resamples.groups, RANGES[self._metric])

    def less(self, other: _Estimate) -> dict[str, Any]:
        """What it has more than another contender's."""
        resamples = self._resamples
        if self._metric in _SHIFTED_BY_NOISE:
            limits = resamples.jackknife(statistics.difference(self._statistic, other._statistic))
        else:
            limits = resamples.percentiles(self._drawn - other._drawn)
        return figure(self.value - other.value, limits, resamples.groups)


def _estimates(contender: Contender, positive: npt.NDArray[np.bool_], resamples: Resamples) -> dict[str, _Estimate]:
    """The metrics that have a value."""
    made = {
        metric: _Estimate(metric, statistic, resamples)
        for metric, statistic in _statistics(contender, positive, resamples).items()
    }
    return {metric: estimate for metric, estimate in made.items() if np.isfinite(estimate.value)}


def _statistics(contender: Contender, positive: npt.NDArray[np.bool_], resamples: Resamples) -> dict[str, Statistic]:
    member = resamples.member
    said = metrics.predictions(contender.decision)
    rate = float(positive.mean())
    with np.errstate(divide="ignore"):
        prior = np.log(rate / (1 - rate)) if rate < 1 else np.inf
    natural, base = contender.odds + prior, np.full(len(positive), prior)
    log_loss, log_base = metrics.log_losses(natural, positive), metrics.log_losses(base, positive)
    brier, brier_base = metrics.brier_losses(natural, positive), metrics.brier_losses(base, positive)
    return {
        "balanced_accuracy": statistics.balanced_accuracy(said, positive, member),
        "auc": statistics.auc(contender.decision, positive, member),
        "auc_within": statistics.auc_within(contender.decision, positive, resamples.group, member),
        "average_precision": statistics.average_precision(contender.decision, positive, member),
        "accuracy": statistics.mean(said == positive, member),
        "f1_negative": statistics.f1(~said, ~positive, member),
        "f1_positive": statistics.f1(said, positive, member),
        "log_loss": statistics.mean(log_loss, member),
        "log_loss_skill": statistics.ratio(log_base - log_loss, log_base, member),
        "brier": statistics.mean(brier, member),
        "brier_skill": statistics.ratio(brier_base - brier, brier_base, member),
        "ece": statistics.expected_calibration_error(metrics.sigmoid(natural), positive, member),
    }
