"""From scores to ``report.json``: figures with intervals beside baselines, and the one sentence that sums them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation import confidence, metrics
from gendertui.evaluation.calibration import fit
from gendertui.evaluation.intervals import MINIMUM_GROUPS, Statistic, bootstrap, interval, ratio, weighted_mean
from gendertui.evaluation.report_io import FEW_GROUPS, SCHEMA, UNITS
from gendertui.evaluation.scores import SETS, Scores
from gendertui.model.calibration import Calibration

Floats = npt.NDArray[np.float64]

PAIRED = ("balanced_accuracy", "auc")
"""Metrics whose difference from each baseline gets an interval."""


@dataclass(frozen=True)
class Meta:
    """What a report says that is not in the scores. JSON-able; holds no path and no line's text.

    :ivar unit: what the groups are: ``movie``, or ``line`` where the corpus has no films.
    :ivar majority: code of the commonest label of train.
    :ivar shared_groups: groups with rows both in train and in validation.
    :ivar article: under the tutorial protocol, ``accuracy`` and ``loss`` of the kept epoch averaged over batches.
    :ivar test_readings: how often the test set of this split has been read, over all runs; ``None``: never.
    """

    labels: tuple[str, str]
    protocol: str
    requested: str
    unit: str
    epochs: int
    majority: int
    shared_groups: int = 0
    network: str = ""
    corpus: str = ""
    data_hash: str = ""
    baseline: dict[str, Any] = field(default_factory=dict)
    article: dict[str, float] | None = None
    test_readings: int | None = None
    notes: tuple[str, ...] = ()


def build_report(scores: Scores, meta: Meta) -> dict[str, Any]:
    """The content of ``report.json``, schema 2; read it with :mod:`gendertui.evaluation.report_io`.

    Slope and intercept are fitted on the validation rows. Probabilities are at even odds, except where a metric
    is a loss: those are at the labels' rate in the set itself.
    """
    validation = scores.of(1)
    model, baseline = fit(validation.logit, validation.label), fit(validation.baseline_logit, validation.label)
    sets = {
        name: _set_report(part, meta, model, baseline)
        for which, name in SETS.items()
        if len((part := scores.of(which)).row)
    }
    described = asdict(meta)
    del described["notes"]
    return {
        "schema": SCHEMA,
        **described,
        "labels": list(meta.labels),
        "epoch": scores.epoch,
        "calibration": {"slope": model.slope, "intercept": model.intercept},
        "sets": sets,
        "sentence": _sentence(sets["validation"], meta),
        "notes": [*_notes(sets["validation"], meta), *meta.notes],
    }


def report_from_scores(path: Path, meta: Meta) -> dict[str, Any]:
    """The report of a ``scores.npz``.

    :raises GendertuiError: the file is missing or damaged.
    """
    return build_report(Scores.load(path), meta)


def _set_report(scores: Scores, meta: Meta, model: Calibration, baseline: Calibration) -> dict[str, Any]:
    """One set: the model, the baselines, their differences, all on the same resamples."""
    groups = scores.group if meta.unit != "line" else np.arange(len(scores.row), dtype=np.int32)
    number = len(np.unique(groups))
    odds = model.log_odds(scores.logit)
    always = np.full(len(odds), 1.0 if meta.majority else -1.0)
    contenders = {
        "model": (odds, odds),
        "majority": (always, np.zeros(len(odds))),
        "tfidf-logistic": (two := baseline.log_odds(scores.baseline_logit), two),
    }
    statistics = {
        f"{name}/{metric}": statistic
        for name, (decision, probability) in contenders.items()
        for metric, statistic in _statistics(decision, probability, scores.label).items()
    }
    even = np.ones((1, len(odds)))
    values = {name: float(statistic(even)[0]) for name, statistic in statistics.items()}
    drawn = bootstrap(statistics, groups) if number >= MINIMUM_GROUPS else {}

    def figure(value: float, draws: Floats | None) -> dict[str, Any]:
        limits = None if draws is None else interval(draws)
        note = FEW_GROUPS if number < MINIMUM_GROUPS else ""
        low, high = limits or (None, None)
        return {"value": value, "low": low, "high": high, "groups": number, "note": note}

    def figures(name: str) -> dict[str, dict[str, Any]]:
        keys = [key for key in statistics if key.startswith(f"{name}/")]
        return {key.partition("/")[2]: figure(values[key], drawn.get(key)) for key in keys}

    def difference(name: str, metric: str) -> dict[str, Any]:
        ours, theirs = f"model/{metric}", f"{name}/{metric}"
        return figure(values[ours] - values[theirs], drawn[ours] - drawn[theirs] if drawn else None)

    names = [name for name in contenders if name != "model"]
    return {
        "rows": len(odds),
        "groups": number,
        "unit": meta.unit,
        "counts": {label: int((scores.label == code).sum()) for code, label in enumerate(meta.labels)},
        "model": figures("model"),
        "baselines": {name: figures(name) for name in names},
        "paired": {name: {metric: difference(name, metric) for metric in PAIRED} for name in names},
        "confusion": [list(row) for row in metrics.confusion(odds, scores.label)],
        "confidence": confidence.buckets(odds, scores.label, groups),
        "abstained": confidence.abstained(odds, scores.label),
    }


def _statistics(decision: Floats, odds: Floats, labels: npt.NDArray[np.int8]) -> dict[str, Statistic]:
    """The metrics of one contender.

    :param decision: log-odds whose sign is the prediction.
    :param odds: calibrated log-odds at even odds, for the losses.
    """
    is_positive = labels == 1
    right = metrics.predictions(decision) == is_positive
    rate = float(is_positive.mean())
    natural = odds + np.log(rate / (1 - rate))
    base = np.full(len(odds), np.log(rate / (1 - rate)))
    positive_right = ratio(right & is_positive, is_positive)
    negative_right = ratio(right & ~is_positive, ~is_positive)
    log_loss, log_base = metrics.log_losses(natural, labels), metrics.log_losses(base, labels)
    brier, brier_base = metrics.brier_losses(natural, labels), metrics.brier_losses(base, labels)
    return {
        "balanced_accuracy": lambda weights: (positive_right(weights) + negative_right(weights)) / 2,
        "auc": metrics.Ranking(decision, labels).auc,
        "accuracy": weighted_mean(right),
        "log_loss": weighted_mean(log_loss),
        "brier": weighted_mean(brier),
        "log_loss_skill": ratio(log_base - log_loss, log_base),
        "brier_skill": ratio(brier_base - brier, brier_base),
    }


def _sentence(part: Mapping[str, Any], meta: Meta) -> str:
    unit = UNITS.get(meta.unit, meta.unit)
    held_out = f"On {unit} it has not seen" if meta.unit != "line" and not meta.shared_groups else "On held-out lines"
    figure = part["model"]["balanced_accuracy"]
    between = "" if figure["low"] is None else f" (95 %: {100 * figure['low']:.1f}–{100 * figure['high']:.1f})"
    linear = part["baselines"]["tfidf-logistic"]["balanced_accuracy"]
    negative, positive = meta.labels
    return (
        f"{held_out}, it puts {100 * figure['value']:.1f} of 100 lines on the right side{between} "
        f"where {negative} and {positive} are equally common; a coin gets 50, "
        f"TF-IDF with logistic regression {100 * linear['value']:.1f}."
    )


def _notes(part: Mapping[str, Any], meta: Meta) -> list[str]:
    unit = UNITS.get(meta.unit, meta.unit)
    notes = [
        f"One split is one draw: with other {unit} held out the figures would differ.",
        "The epoch and the calibration were chosen on these rows, which flatters the figures a little.",
    ]
    if part["model"]["auc"]["low"] is None:
        notes.append(f"{part['groups']:,} {unit}: {FEW_GROUPS}.")
    else:
        notes.append(f"Intervals cover the choice of {unit}, not the seed of training or a refit.")
    if meta.protocol == "tutorial":
        notes.append("The article's test set plays validation's part, as it did there.")
    if meta.shared_groups:
        notes.append(f"{meta.shared_groups:,} {unit} have lines both in train and in validation, which flatters too.")
    return notes
