"""Balance the classes of the training set; no other set is ever balanced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Ints
from gendertui.errors import ExitCode, GendertuiError

METHODS = ("oversample", "undersample", "class-weights", "none")


@dataclass(frozen=True, eq=False)
class Balanced:
    """Rows to train on, copies included, and the weight of each class in the loss."""

    rows: Ints
    class_weights: tuple[float, float]


def balance(rows: Ints, labels: npt.NDArray[np.int8], method: str, seed: int) -> Balanced:
    """Balance train rows.

    :param rows: row indices, int64 [n].
    :param labels: their classes, int8 [n], 0 or 1.
    :param method: ``oversample`` (copies of the minority appended), ``undersample``, ``class-weights``
        (n / (2 n_class)) or ``none``.
    :raises GendertuiError: the method is unknown, or a class has no rows.
    """
    if method not in METHODS:
        raise GendertuiError(
            f"unknown balancing method {method!r}",
            hint=f"Methods: {', '.join(METHODS)}.",
            code=ExitCode.USAGE,
        )
    counts = np.bincount(labels, minlength=2)
    if method != "none" and not counts.all():
        raise GendertuiError(
            f"{method} needs rows of both labels; there are {counts[0]:,} and {counts[1]:,}",
            hint="Choose another split or corpus.",
            code=ExitCode.DATA,
        )
    if method in ("none", "class-weights"):
        weights = (1.0, 1.0)
        if method == "class-weights":
            weights = (float(len(labels) / (2 * counts[0])), float(len(labels) / (2 * counts[1])))
        return Balanced(rows, weights)
    if method == "oversample":
        from imblearn.over_sampling import RandomOverSampler

        sampler = RandomOverSampler(sampling_strategy="minority", random_state=seed)
    else:
        from imblearn.under_sampling import RandomUnderSampler

        sampler = RandomUnderSampler(sampling_strategy="majority", random_state=seed)
    sampler.fit_resample(np.arange(len(rows)).reshape(-1, 1), labels)
    return Balanced(rows[sampler.sample_indices_].astype(np.int64), (1.0, 1.0))


def balanced_counts(counts: tuple[int, int], method: str) -> tuple[int, int]:
    """Rows of each class that :func:`balance` gives, without drawing them."""
    even = {"oversample": max(counts), "undersample": min(counts)}.get(method)
    return counts if even is None else (even, even)
