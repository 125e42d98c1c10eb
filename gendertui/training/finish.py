"""What follows the last epoch: scores, calibration, the report and the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from gendertui import files
from gendertui.corpus.splits.split import TRAIN, VALIDATION
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.units import UnitNumbers, scores_of
from gendertui.model.bundle.bundle import write_bundle
from gendertui.model.bundle.card import model_card
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.model.characters import CharacterModel
from gendertui.progress import Progress, silent
from gendertui.training import bulk, still_learning
from gendertui.training.characters.judge import learn
from gendertui.training.characters.judge import score as score_characters
from gendertui.training.characters.material import Material
from gendertui.training.command_line import command
from gendertui.training.config import REFIT_NONE, model_settings
from gendertui.training.loop import Result
from gendertui.training.prepare import Prepared, TrainingData

CHARACTER_SCORES = "characters.npz"


@dataclass(frozen=True)
class Finished:
    """What a finished run leaves on disk."""

    report: dict[str, Any]
    """The content of ``report.json``."""
    bundle: Path
    """The folder, inside the run's, of the bundle that the report's figures are of."""


def finish(
    prepared: Prepared, result: Result, folder: Path, *, name: str, run: str | None = None, progress: Progress = silent
) -> Finished:
    """Write ``scores.npz``, ``characters.npz``, ``report.json`` and the bundle ``model/`` into a run's folder.

    :param result: what the loop returned; its weights are the model.
    :param name: the model's name.
    :param run: the run's name, kept in the bundle.
    :param progress: may raise to stop between two steps.
    """
    progress("scores", 0, 0)
    scores = score(prepared, result)
    scores.save(folder / "scores.npz")
    progress("report", 0, 0)
    material = Material.of(prepared.corpus, prepared.tokenised)
    learned = None if material is None else learn(material, prepared.split, prepared.config.seed, progress)
    scored = None
    if material is not None and learned is not None:
        scored = score_characters(learned, material, prepared.split, VALIDATION)
        scored.save(folder / CHARACTER_SCORES)
    report = build_report(scores, meta(prepared, result), scored)
    files.write_json(folder / "report.json", report)
    progress("bundle", 0, 0)
    bundle = folder / "model"
    # What is measured is the model of the same recipe without a refit, whatever follows.
    measured = replace(prepared, config=prepared.config.model_copy(update={"refit": REFIT_NONE}))
    characters = None if learned is None else learned.fitted.model
    write_model(bundle, measured, result.weights, characters, report, name=name, run=run)
    return Finished(report, bundle)


def write_model(
    folder: Path,
    data: TrainingData,
    weights: Mapping[str, Tensor],
    characters: CharacterModel | None,
    report: Mapping[str, Any],
    *,
    name: str,
    run: str | None = None,
) -> None:
    """Write the bundle of a trained network.

    :param data: what it was trained on. :param characters: the model of characters, uncalibrated.
    :param report: its calibrations are the bundle's.
    :param name: the model's name. :param run: the run's name, kept in the bundle.
    """
    config, corpus = model_settings(data.config), data.corpus
    mean = report["character_calibration"]
    write_bundle(
        folder,
        name=name,
        network=data.config.network,
        config=config,
        labels=corpus.labels,
        units=corpus.units,
        calibration=Calibration(**report["calibration"]),
        vocabulary=data.vocabulary,
        tokenizer_rules=data.rules,
        tensors={key: value.numpy() for key, value in weights.items()},
        report=report,
        card=model_card(config, corpus.labels, report, _data(data)),
        character_calibration=None if mean is None else CharacterCalibration(**mean),
        characters=None if characters is None else _calibrated(characters, report),
        run=run,
    )


def _calibrated(model: CharacterModel, report: Mapping[str, Any]) -> CharacterModel | None:
    """The model as the report has calibrated it; ``None`` where it could not be."""
    calibration = report["stack_calibration"]
    return None if calibration is None else model.calibrated(Calibration(**calibration))


def score(prepared: Prepared, result: Result) -> Scores:
    """Logits of the kept weights for the validation rows (unbalanced), float32."""
    encoded, rows = prepared.encoded, prepared.validation_rows
    linear = next(baseline for baseline in prepared.baselines if baseline.name == "tfidf-logistic")
    return scores_of(
        prepared.corpus,
        {VALIDATION: rows},
        encoded.lengths,
        logit=bulk.logits_of_weights(prepared, result.weights, rows),
        baseline_logit=linear.validation_logits,
        epoch=result.epoch,
    )


def meta(prepared: Prepared, result: Result) -> Meta:
    """What the report contains besides the scores."""
    corpus, split = prepared.corpus, prepared.split
    numbers = UnitNumbers.of(corpus)
    shared = len(np.intersect1d(numbers.group[split.rows(TRAIN)], numbers.group[split.rows(VALIDATION)]))
    notes = list(corpus.notes)
    if result.stopped:
        notes.append(
            f"Training was stopped by hand after epoch {result.epochs}."
            if result.epoch
            else "Training was stopped within its first epoch: the model has the weights of that moment."
        )
    notes += result.notes
    if result.mixture is not None:
        notes.append(result.mixture.remark())
    if result.still_learning:
        notes.append(still_learning.remark(result.epochs))
    by_name = {baseline.name: baseline.settings for baseline in prepared.baselines}
    return Meta(
        labels=corpus.labels,
        protocol=split.protocol,
        requested=split.requested,
        unit=numbers.unit,
        units=corpus.units,
        epochs=result.epochs,
        majority=int(by_name["majority"]["label_code"]),
        shared_groups=shared,
        network=prepared.config.network,
        corpus=Path(corpus.name).name,
        data_hash=corpus.data_hash,
        baseline=by_name["tfidf-logistic"],
        article=_article(prepared, result),
        notes=tuple(notes),
    )


def _article(prepared: Prepared, result: Result) -> dict[str, float] | None:
    """Accuracy and loss of the kept epoch averaged over batches, if the article's protocol is followed."""
    if not prepared.averages_batches or not result.epoch or prepared.too_few:
        return None
    figures = result.history[result.epoch - 1]["validation"]
    return {name: float(figures[name]) for name in ("accuracy", "loss")}


def _data(data: TrainingData) -> dict[str, Any]:
    """What the card says about the corpus."""
    corpus = data.corpus
    return {
        "name": corpus.name,
        "hash": corpus.data_hash,
        "rows": {label: count for label, count in corpus.counts().items() if label is not None},
        "command": command(data),
    }
