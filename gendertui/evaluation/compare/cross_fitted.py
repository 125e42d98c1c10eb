"""Figures over all folds of a cross-validation, each line scored by the model that has not seen its film.

Logits of different folds are of different models: before they are pooled each fold's are calibrated on its own
validation rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.calibration import fit
from gendertui.evaluation.metrics.comparison import System, compare
from gendertui.evaluation.report import stacked
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.fitted import FittedCalibrations
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.stacked import JudgedCharacters

MODEL, BASELINE = "model", "tfidf-logistic"
_COLUMNS = ("row", "set", "label", "group", "character", "length", "logit", "baseline_logit")


def cross_fitted(folds: Sequence[Scores]) -> Scores:
    """The test rows of all folds as one, logits replaced by log-odds at even odds.

    :param folds: of one corpus, each with validation rows, which calibrate it, and test rows.
    :raises ValueError: a row is in the test set of two folds.
    """
    parts = [_calibrated(scores) for scores in folds]
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    pooled = dataclasses.replace(parts[0], **columns, epoch=0)
    if len(np.unique(pooled.row)) != len(pooled.row):
        raise ValueError("a row is in the test set of two folds")
    return pooled


def figures_of(scores: Scores) -> dict[str, Any]:
    """Model, baseline and their difference: contender → metric → figure as ``report.json`` has it.

    :param scores: as :func:`cross_fitted` gives them.
    :returns: contenders ``model``, ``tfidf-logistic`` and ``difference`` (model less baseline).
    """
    contenders = [
        System.scored(name, logits.astype(np.float64))
        for name, logits in ((MODEL, scores.logit), (BASELINE, scores.baseline_logit))
    ]
    found = compare(contenders, scores.label, GroupBootstrap.of(scores.group))
    return {MODEL: found["model"], BASELINE: found["baselines"][BASELINE], "difference": found["paired"][BASELINE]}


def characters_of(folds: Sequence[tuple[Scores, CharacterScores | None]], meta: Meta) -> dict[str, Any] | None:
    """Whole characters over all folds, each scored by the model that has not seen its group; as in ``report.json``.

    :param folds: each fold's validation and test rows, and its characters of the same sets.
    :returns: ``None`` where a fold has no scores of characters, or too few characters of a label.
    """
    judged = []
    for scores, characters in folds:
        if characters is None:
            return None
        fitted = FittedCalibrations(scores.of(1), characters)
        part = fitted.judged(scores.of(2), characters.of(2))
        if part is None:
            return None
        judged.append(part)
    return stacked.report(JudgedCharacters.joined(judged), meta)


def _calibrated(fold: Scores) -> Scores:
    validation, test = fold.of(1), fold.of(2)

    def odds(fitted: npt.NDArray[np.float32], logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return fit(fitted, validation.label).log_odds(logits).astype(np.float32)

    return dataclasses.replace(
        test,
        logit=odds(validation.logit, test.logit),
        baseline_logit=odds(validation.baseline_logit, test.baseline_logit),
    )
