"""Accuracy by the model's confidence."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.scoring.verdict import ABSTAIN_MARGIN

EDGES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 1.0)
"""Bounds of the buckets of ``max(p, 1 - p)``."""


def buckets(
    odds: npt.NDArray[Any], labels: npt.NDArray[Any], resamples: GroupBootstrap
) -> list[dict[str, float | int | None]]:
    """Accuracy in each bucket of confidence, with row weights N / (2 N_class).

    :param odds: calibrated log-odds at even odds of the labels.
    """
    sure = np.maximum(point.sigmoid(odds), point.sigmoid(-np.asarray(odds)))
    right = point.predictions(odds) == (np.asarray(labels) == 1)
    weights = point.balanced_weights(labels)
    inside = np.clip(np.searchsorted(EDGES, sure, side="right") - 1, 0, len(EDGES) - 2)
    rows: list[dict[str, float | int | None]] = []
    for index, (lower, upper) in enumerate(pairwise(EDGES)):
        here = inside == index
        share = resampled.ratio(weights * right * here, weights * here, resamples.member)
        groups = len(np.unique(resamples.group[here]))
        low, high = resamples.percentiles(resamples.drawn(share), groups) or (None, None)
        rows.append(
            {
                "lower": lower,
                "upper": upper,
                "n": int(here.sum()),
                "groups": groups,
                "accuracy": resamples.value(share) if here.any() else None,
                "low": low,
                "high": high,
            }
        )
    return rows


def abstained(odds: npt.NDArray[Any], labels: npt.NDArray[Any]) -> dict[str, float | None]:
    """The share of rows in the can't-tell band, and the accuracies on the rest."""
    silent = np.abs(point.sigmoid(odds) - 0.5) < ABSTAIN_MARGIN
    spoken, truth = np.asarray(odds)[~silent], np.asarray(labels)[~silent]
    both = len(np.unique(truth)) == 2
    return {
        "share": float(silent.mean()) if len(silent) else None,
        "accuracy": point.accuracy(spoken, truth) if len(truth) else None,
        "balanced_accuracy": point.balanced_accuracy(spoken, truth) if both else None,
    }
