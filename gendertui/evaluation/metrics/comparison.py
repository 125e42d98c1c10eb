"""Compare a model with its baselines: every metric with its interval, and paired differences on the same resamples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.evaluation.metrics import FEW_GROUPS, point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap, Limits, Statistic
from gendertui.evaluation.metrics.calibration_error import CalibrationError

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
"""Metric → range of its values. A skill is one minus the ratio to the loss of always predicting the set's label rate.

Losses, skills and the expected calibration error are computed from probabilities at that rate, balanced accuracy and
the others from predictions at even odds.
"""


@dataclass(frozen=True, eq=False)
class System:
    """A classifier whose predictions are evaluated."""

    name: str
    """``model``, or the baseline's name."""
    decision: Floats
    """float64 [rows], ranks the rows; above 0 the positive label is predicted."""
    odds: Floats
    """float64 [rows], log-odds of the positive label at even odds."""

    @classmethod
    def scored(cls, name: str, odds: Floats) -> System:
        """A system whose log-odds serve for both ranking and decision."""
        return cls(name, odds, odds)

    @classmethod
    def always(cls, label: int, rows: int) -> System:
        """The majority baseline: always the same label, with the label's rate as probability."""
        return cls("majority", np.full(rows, 1.0 if label else -1.0), np.zeros(rows))


def figure(value: float, limits: Limits | None, groups: int, bounds: Limits = (-np.inf, np.inf)) -> dict[str, Any]:
    """A figure in the format of ``report.json``."""
    low, high = (None, None) if limits is None else (float(np.clip(limit, *bounds)) for limit in limits)
    return {
        "value": float(value),
        "low": low,
        "high": high,
        "groups": groups,
        "note": FEW_GROUPS if limits is None else "",
    }


def figure_of(statistic: Statistic, resamples: GroupBootstrap, bounds: Limits = (0, 1)) -> dict[str, Any] | None:
    """A statistic with its interval; ``None`` if it is undefined."""
    value = resamples.value(statistic)
    if not np.isfinite(value):
        return None
    return figure(value, resamples.percentiles(resamples.drawn(statistic)), resamples.groups, bounds)


def compare(contenders: Sequence[System], labels: npt.NDArray[Any], resamples: GroupBootstrap) -> dict[str, Any]:
    """Figures of the model and of the baselines, and the paired differences between them.

    :param contenders: the model first.
    :returns: ``model``, ``baselines`` and ``paired`` of ``report.json``; undefined metrics are left out. There is no
        difference of calibration errors, which would mostly be noise.
    """
    model, *baselines = (_Measured(contender, np.asarray(labels) == 1, resamples) for contender in contenders)
    named = {contender.name: each for contender, each in zip(contenders[1:], baselines, strict=True)}
    return {
        "model": model.figures(),
        "baselines": {name: each.figures() for name, each in named.items()},
        "paired": {name: model.paired_difference(each) for name, each in named.items()},
    }


class _Measured:
    """Every defined metric of one system, with its draws."""

    def __init__(self, contender: System, positive: Bools, resamples: GroupBootstrap) -> None:
        rate = float(positive.mean())
        with np.errstate(divide="ignore"):
            prior = float(np.log(rate) - np.log1p(-rate))
        natural = contender.odds + prior
        made = _statistics(contender.decision, natural, prior, positive, resamples)
        values = {metric: resamples.value(statistic) for metric, statistic in made.items()}
        self._values = {metric: value for metric, value in values.items() if np.isfinite(value)}
        self._drawn = {metric: resamples.drawn(made[metric]) for metric in self._values}
        self._error = CalibrationError(point.sigmoid(natural), positive, resamples.member)
        self._resamples = resamples

    def figures(self) -> dict[str, Any]:
        """Metric → figure."""
        resamples = self._resamples
        found = {
            metric: figure(value, resamples.percentiles(self._drawn[metric]), resamples.groups, RANGES[metric])
            for metric, value in self._values.items()
        }
        error = resamples.value(self._error.error)
        return {**found, "ece": figure(error, self._error.limits(resamples), resamples.groups, RANGES["ece"])}

    def paired_difference(self, other: _Measured) -> dict[str, Any]:
        """Metric → paired difference from another system."""
        resamples = self._resamples
        return {
            metric: figure(
                value - other._values[metric],
                resamples.percentiles(self._drawn[metric] - other._drawn[metric]),
                resamples.groups,
            )
            for metric, value in self._values.items()
            if metric in other._values
        }


def _statistics(
    decision: Floats, natural: Floats, prior: float, positive: Bools, resamples: GroupBootstrap
) -> dict[str, Statistic]:
    """The metrics except the calibration error.

    :param natural: log-odds at the labels' rate in the set. :param prior: the same for always predicting that rate.
    """
    member = resamples.member
    predicted, base = point.predictions(decision), np.full(len(positive), prior)
    log_loss, log_base = point.log_losses(natural, positive), point.log_losses(base, positive)
    brier, brier_base = point.brier_losses(natural, positive), point.brier_losses(base, positive)
    return {
        "balanced_accuracy": resampled.balanced_accuracy(predicted, positive, member),
        "auc": resampled.auc(decision, positive, member),
        "auc_within": resampled.auc_within(decision, positive, resamples.group, member),
        "average_precision": resampled.average_precision(decision, positive, member),
        "accuracy": resampled.mean(predicted == positive, member),
        "f1_negative": resampled.f1(~predicted, ~positive, member),
        "f1_positive": resampled.f1(predicted, positive, member),
        "log_loss": resampled.mean(log_loss, member),
        "log_loss_skill": resampled.ratio(log_base - log_loss, log_base, member),
        "brier": resampled.mean(brier, member),
        "brier_skill": resampled.ratio(brier_base - brier, brier_base, member),
    }
