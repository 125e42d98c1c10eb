"""A score of every speaker of a corpus by models that have seen nothing of its group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.corpus.splits.by_group import assign_groups, lines_by_label
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress, silent
from gendertui.training.characters.fit import FOLDS, fit_characters
from gendertui.training.characters.material import Material


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """One entry for each speaker of a corpus, in the order in which they first speak."""

    row: Ints
    """A row of the corpus that each says."""
    group: Ints
    """What is held out together."""
    label: npt.NDArray[np.int8]
    """0, 1, or −1 where unknown or mixed."""
    lines: Ints
    log_odds: Floats
    """Of the positive label at even odds."""
    parts: dict[str, Floats]
    """Part → its own log-odds."""


def cross_fitted(material: Material, *, folds: int = FOLDS, seed: int = 0, progress: Progress = silent) -> CrossFitted:
    """Hold out each fold of the groups in turn, fit the model of characters on the others, and score all speakers of
    the fold, those without a label too.

    :raises GendertuiError: too few groups have characters of both labels.
    """
    side = material.all()
    speech, labels = side.speech, side.labels
    counts = lines_by_label(speech.group_of[labels >= 0], labels[labels >= 0], speech.groups)
    folds = min(folds, int((counts > 0).sum(axis=1).min()) // 2)
    if folds < 2:
        raise GendertuiError(
            "too few groups have labels to score each by a model that has not seen it",
            where=str(material.corpus.path),
            hint="Give a corpus with more of them.",
            code=ExitCode.DATA,
        )
    fold_of = assign_groups(counts, [1 / folds] * folds, np.random.default_rng((seed, folds)))
    log_odds, parts = np.zeros(speech.speakers), dict[str, Floats]()
    for fold in range(folds):
        progress(material.stage, fold, folds)
        train, speakers, _ = speech.part(fold_of[speech.group] != fold)
        fitted = fit_characters(train, material.spoken, labels[speakers], material.unit, seed=seed)
        if fitted is None:
            raise AssertionError("a fold left fewer groups than were counted")
        held, speakers, _ = speech.part(fold_of[speech.group] == fold)
        scores = fitted.parts(held)
        log_odds[speakers] = scores.log_odds(fitted.model)
        for name, values in scores.scores.items():
            parts.setdefault(name, np.zeros(speech.speakers))[speakers] = values
    progress(material.stage, folds, folds)
    return CrossFitted(side.row, speech.group_of, labels, speech.lines, log_odds, parts)
