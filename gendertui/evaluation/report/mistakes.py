"""Lines worth looking at: misclassified with the most confidence, or closest to undecided. Row numbers and ids, no
text."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats
from gendertui.evaluation.metrics import point
from gendertui.evaluation.report.scores import Scores

MOST = 50
_DIGITS = 6


def mistakes(scores: Scores, odds: Floats, labels: tuple[str, str]) -> dict[str, Any]:
    """The lines of a set, ties in source order.

    :param odds: calibrated log-odds at even odds.
    """
    wrong = np.flatnonzero(point.predictions(odds) != (scores.label == 1))
    worst = wrong[np.argsort(-np.abs(odds[wrong]), kind="stable")[:MOST]]
    uncertain = np.argsort(np.abs(odds), kind="stable")[:MOST]
    return {
        "worst": _lines(scores, odds, labels, worst),
        "uncertain": _lines(scores, odds, labels, uncertain),
    }


def _lines(scores: Scores, odds: Floats, labels: tuple[str, str], at: npt.NDArray[np.intp]) -> list[dict[str, Any]]:
    return [
        {
            "row": int(scores.row[line]),
            "character": scores.names.character(int(scores.character[line])),
            "group": scores.names.group(int(scores.group[line])),
            "label": labels[int(scores.label[line])],
            "probability": round(float(point.sigmoid(odds[line])), _DIGITS),
        }
        for line in at
    ]
