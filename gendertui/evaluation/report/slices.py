"""The same figures for parts of a set: where a model is better, and where it is worse."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Floats
from gendertui.corpus.units import Unit
from gendertui.evaluation.metrics import point, resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import figure_of
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import UNKNOWN_YEAR, Scores

DRAWS = 400
"""Fewer than for a headline: there are a hundred slices, and nobody reads their third digit."""

MOST = {"group": 100, "genre": 50, "speaker": 50}
"""Slices of a kind that are shown, those with the most lines."""

LENGTHS: tuple[tuple[int, int | None], ...] = ((1, 2), (3, 5), (6, 10), (11, 20), (21, 40), (41, None))
"""Spans of tokens."""
CREDITS: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 3), (4, 6), (7, None))
"""Spans of positions in the credits."""

Part = tuple[str, Bools]


def slices(scores: Scores, odds: Floats, meta: Meta) -> dict[str, Any]:
    """``slices`` and ``slices_omitted`` of a set; a kind of which the corpus knows nothing is not there.

    :param odds: calibrated log-odds at even odds.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    omitted: dict[str, int] = {}
    for kind, parts in _kinds(scores, meta.unit).items():
        most = MOST.get(kind, len(parts))
        if kind in MOST:
            parts = sorted(parts, key=lambda part: -int(part[1].sum()))
        if parts:
            found[kind] = [_slice(scores, odds, meta.labels, name, mask) for name, mask in parts[:most]]
        if len(parts) > most:
            omitted[kind] = len(parts) - most
    return {"slices": found, "slices_omitted": omitted}


def _slice(scores: Scores, odds: Floats, labels: tuple[str, str], name: str, mask: Bools) -> dict[str, Any]:
    codes = scores.label[mask]
    positive, said = codes == 1, point.predictions(odds[mask])
    resamples = GroupBootstrap.of(scores.group[mask], draws=DRAWS)
    member = resamples.member
    return {
        "name": name,
        "rows": len(codes),
        "groups": resamples.groups,
        "counts": {label: int((codes == code).sum()) for code, label in enumerate(labels)},
        "balanced_accuracy": figure_of(resampled.balanced_accuracy(said, positive, member), resamples),
        "auc": figure_of(resampled.auc(odds[mask], positive, member), resamples),
        "accuracy": figure_of(resampled.mean(said == positive, member), resamples),
    }


def _kinds(scores: Scores, unit: Unit) -> dict[str, list[Part]]:
    """Kind of slice → its slices in the order of a screen."""
    names = scores.names
    year = _looked_up(names.year, scores.group, UNKNOWN_YEAR)
    genres = _looked_up(names.genres, scores.group, "")
    credit = _looked_up(names.credit, scores.character, "")
    position = np.array([int(text) if text.isdecimal() else 0 for text in credit.tolist()], np.int64)
    return {
        "length": _spans(scores.length, LENGTHS),
        "group": _each(_looked_up(names.groups, scores.group, "")) if unit == "group" else [],
        "genre": _genres(genres),
        "year": [(f"{decade}s", year // 10 * 10 == decade) for decade in np.unique(year[year > 0] // 10 * 10)],
        "credit": _spans(position, CREDITS) + _unknown(position) if position.any() else [],
        "speaker": _speakers(scores),
    }


def _looked_up(values: npt.NDArray[Any], numbers: npt.NDArray[np.int32], unknown: Any) -> npt.NDArray[Any]:
    """The value of each row's group or speaker; ``unknown`` where the number stands for none."""
    known = np.append(values, np.array([unknown], values.dtype))
    beyond = (numbers < 0) | (numbers >= len(values))
    return known[np.where(beyond, len(values), numbers)]


def _each(values: npt.NDArray[np.str_]) -> list[Part]:
    return [(str(value), values == value) for value in np.unique(values) if value]


def _speakers(scores: Scores) -> list[Part]:
    """By number and not by name: two groups may each have a speaker of one id."""
    numbers = np.unique(scores.character[scores.character >= 0])
    parts = ((scores.names.character(int(number)), scores.character == number) for number in numbers)
    return [(name, mask) for name, mask in parts if name is not None]


def _genres(joined: npt.NDArray[np.str_]) -> list[Part]:
    """A line counts in each genre of its film."""
    kinds, inverse = np.unique(joined, return_inverse=True)
    split = [{part.strip() for part in str(kind).split(",")} - {""} for kind in kinds]
    return [(genre, np.array([genre in genres for genres in split])[inverse]) for genre in sorted(set().union(*split))]


def _spans(values: npt.NDArray[Any], spans: tuple[tuple[int, int | None], ...]) -> list[Part]:
    parts = []
    for low, high in spans:
        name = f"{low}" if low == high else f"{low}+" if high is None else f"{low}–{high}"
        parts.append((name, (values >= low) & (True if high is None else values <= high)))
    return [(name, mask) for name, mask in parts if mask.any()]


def _unknown(values: npt.NDArray[Any]) -> list[Part]:
    return [("unknown", values == 0)] if (values == 0).any() else []
