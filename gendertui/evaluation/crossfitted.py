"""Figures over all folds of a cross-validation, each line scored by the model that has not seen its film.

Logits of different folds are of different models: before they are pooled each fold's are calibrated on its own
validation rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation import metrics
from gendertui.evaluation.calibration import calibrated, fit
from gendertui.evaluation.intervals import MINIMUM_GROUPS, Statistic, bootstrap, interval, ratio
from gendertui.evaluation.scores import Scores

Floats = npt.NDArray[np.float64]

CONTENDERS = ("model", "tfidf-logistic")


def cross_fitted(folds: Sequence[Scores]) -> Scores:
    """The test rows of all folds as one, logits replaced by log-odds at even odds.

    :param folds: each with validation rows, which calibrate it, and test rows.
    :raises ValueError: a row is in the test set of two folds.
    """
    columns: dict[str, list[npt.NDArray[Any]]] = {}
    for scores in folds:
        validation, test = scores.of(1), scores.of(2)
        parts: dict[str, npt.NDArray[Any]] = {
            "row": test.row,
            "set": test.set,
            "label": test.label,
            "group": test.group,
            "logit": _calibrated(validation.logit, validation.label, test.logit),
            "baseline_logit": _calibrated(validation.baseline_logit, validation.label, test.baseline_logit),
        }
        for name, values in parts.items():
            columns.setdefault(name, []).append(values)
    pooled = Scores(**{name: np.concatenate(parts) for name, parts in columns.items()}, epoch=0)
    if len(np.unique(pooled.row)) != len(pooled.row):
        raise ValueError("a row is in the test set of two folds")
    return pooled


def figures_of(scores: Scores) -> dict[str, Any]:
    """Model, baseline and their difference: contender → metric → ``{value, low, high}``.

    Balanced accuracy, AUC, and AUC within films: the chance that of two lines of one film with different labels
    the positive one scores higher. Intervals are 95 % over films, on the same resamples for both; ``low`` and
    ``high`` are ``None`` below 30 films.

    :param scores: as :func:`cross_fitted` gives them.
    :returns: contenders ``model``, ``tfidf-logistic`` and ``difference`` (model less baseline).
    """
    logits = {"model": scores.logit, "tfidf-logistic": scores.baseline_logit}
    statistics = {
        f"{name}/{metric}": make(logits[name], scores) for name in CONTENDERS for metric, make in _STATISTICS.items()
    }
    even = np.ones((1, len(scores.label)))
    values = {name: float(statistic(even)[0]) for name, statistic in statistics.items()}
    enough = len(np.unique(scores.group)) >= MINIMUM_GROUPS
    drawn = bootstrap(statistics, scores.group) if enough else {}
    found: dict[str, Any] = {
        name: {key: _figure(values[f"{name}/{key}"], drawn.get(f"{name}/{key}")) for key in _STATISTICS}
        for name in CONTENDERS
    }
    ours, theirs = CONTENDERS
    found["difference"] = {
        key: _figure(
            values[f"{ours}/{key}"] - values[f"{theirs}/{key}"],
            drawn[f"{ours}/{key}"] - drawn[f"{theirs}/{key}"] if drawn else None,
        )
        for key in _STATISTICS
    }
    return found


def _figure(value: float, draws: Floats | None) -> dict[str, float | None]:
    low, high = (None if draws is None else interval(draws)) or (None, None)
    return {"value": value, "low": low, "high": high}


def _calibrated(
    validation: npt.NDArray[np.float32], labels: npt.NDArray[np.int8], logits: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    return calibrated(fit(validation, labels), logits).astype(np.float32)


def _balanced_accuracy(logits: npt.NDArray[np.float32], scores: Scores) -> Statistic:
    is_positive = scores.label == 1
    right = metrics.predictions(logits) == is_positive
    recall, specificity = ratio(right & is_positive, is_positive), ratio(right & ~is_positive, ~is_positive)
    return lambda weights: (recall(weights) + specificity(weights)) / 2


def _auc(logits: npt.NDArray[np.float32], scores: Scores) -> Statistic:
    return metrics.Ranking(logits, scores.label).auc


def _auc_within_films(logits: npt.NDArray[np.float32], scores: Scores) -> Statistic:
    """Pairs won over pairs there are, both summed over films; a film counts as often as it was drawn."""
    order = np.argsort(scores.group, kind="stable")
    films = np.split(order, np.flatnonzero(np.diff(scores.group[order])) + 1)
    won, pairs = np.zeros(len(order)), np.zeros(len(order))
    for film in films:
        positive = int((scores.label[film] == 1).sum())
        # All of a film stands at its first row: a resample weighs the rows of a film alike.
        pairs[film[0]] = positive * (len(film) - positive)
        won[film[0]] = pairs[film[0]] * metrics.auc(logits[film], scores.label[film]) if pairs[film[0]] else 0.0
    return ratio(won, pairs)


_STATISTICS: Mapping[str, Callable[[npt.NDArray[np.float32], Scores], Statistic]] = {
    "balanced_accuracy": _balanced_accuracy,
    "auc": _auc,
    "auc_within_films": _auc_within_films,
}
