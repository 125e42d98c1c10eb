"""From scores to ``report.json``: figures with intervals beside baselines, and the sentences that sum them up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gendertui import blas
from gendertui.arrays import Floats
from gendertui.evaluation.metrics import confidence, point
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import System, compare
from gendertui.evaluation.metrics.curves import curves
from gendertui.evaluation.report import characters as whole_characters
from gendertui.evaluation.report import sentences, stacked
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.characters import CharacterLines
from gendertui.evaluation.report.fitted import MODEL, VALIDATION, FittedCalibrations
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.mistakes import mistakes
from gendertui.evaluation.report.schema import too_few_lines
from gendertui.evaluation.report.scores import SETS, Scores
from gendertui.evaluation.report.slices import slices
from gendertui.model.report_schema import SCHEMA

__all__ = ["Meta", "build_report"]


@blas.one_thread()
def build_report(scores: Scores, meta: Meta, characters: CharacterScores | None = None) -> dict[str, Any]:
    """The content of ``report.json``; read it with :mod:`gendertui.evaluation.report.read`.

    Calibrations, of lines and of characters, are fitted on the validation rows alone, the model's and each baseline's
    for itself; the figures of a test set rest on them too. Probabilities are at even odds, except where a metric is a
    loss: those are at the labels' rate in the set itself.

    :param characters: what the model of characters says of the same sets; without one a character's score is that of
        the mean of its lines.
    """
    fitted = FittedCalibrations(scores.of(VALIDATION), characters)
    sets = {
        name: _set_report(name, part, meta, fitted, None if characters is None else characters.of(which))
        for which, name in SETS.items()
        if len((part := scores.of(which)).row)
    }
    described = asdict(meta)
    described["remarks"] = list(described.pop("notes"))
    described["units"] = meta.units.to_json()
    return {
        "schema": SCHEMA,
        **described,
        "labels": list(meta.labels),
        "epoch": scores.epoch,
        "calibration": asdict(fitted.lines[MODEL]),
        "character_calibration": asdict(fitted.characters[MODEL]) if fitted.characters else None,
        "stack_calibration": asdict(fitted.stack.model) if fitted.stack else None,
        "sets": sets,
        "sentence": sentences.headline(sets["validation"], meta),
        "notes": [*sentences.notes(sets, meta), *meta.notes],
    }


def _set_report(
    name: str, scores: Scores, meta: Meta, fitted: FittedCalibrations, scored: CharacterScores | None
) -> dict[str, Any]:
    """One set: the model, the baselines, their differences, all on the same resamples.

    Where it has too few lines of a label, ``too_few`` says so and there is no figure.
    """
    resamples = GroupBootstrap.of(scores.group)
    odds = fitted.odds(scores)
    counts = {label: int((scores.label == code).sum()) for code, label in enumerate(meta.labels)}
    described = {
        "rows": len(scores.row),
        "groups": resamples.groups,
        "unit": meta.unit,
        "counts": counts,
        "too_few": too_few_lines(name, counts),
        "confusion": [list(row) for row in point.confusion(odds[MODEL], scores.label)],
        "mistakes": mistakes(scores, odds[MODEL], meta.labels),
    }
    if described["too_few"]:
        return {**described, "model": {}, "baselines": {each: {} for each in ("majority", *list(odds)[1:])}}
    model, *baselines = (System.scored(name, each) for name, each in odds.items())
    majority = System.always(meta.majority, len(scores.row))
    figures = compare([model, majority, *baselines], scores.label, resamples)
    return {
        **described,
        **figures,
        "confidence": confidence.buckets(odds[MODEL], scores.label, resamples),
        "abstained": confidence.abstained(odds[MODEL], scores.label),
        "characters": _characters(scores, odds, meta, fitted, scored),
        **slices(scores, odds[MODEL], meta),
        "curves": curves(odds[MODEL], scores.label, resamples),
    }


def _characters(
    scores: Scores, odds: dict[str, Floats], meta: Meta, fitted: FittedCalibrations, scored: CharacterScores | None
) -> dict[str, Any] | None:
    """The part of a set about whole characters; ``None`` where they are too few."""
    judged = fitted.judged(scores, scored)
    if judged is not None and fitted.stack is not None:
        return {"calibration": asdict(fitted.stack.model), **stacked.report(judged, meta)}
    lines = CharacterLines.of(scores)
    if fitted.characters and lines.enough:
        return whole_characters.report(lines, odds, fitted.characters, meta)
    return None
