"""*Why not 70 %?* of a run under the article's split: what has been measured so far, and how to measure the rest."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from gendertui.corpus.splits import BY_GROUP
from gendertui.errors import GendertuiError
from gendertui.evaluation.audit.store import measured
from gendertui.evaluation.compare.why_not_70 import why_not_70
from gendertui.evaluation.metrics import resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import figure_of
from gendertui.evaluation.metrics.point import predictions
from gendertui.evaluation.report.read import CharacterReport, Report, read_report
from gendertui.evaluation.report.schema import Estimate
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.runs.results import folds
from gendertui.training.config import FIELDS

TUTORIAL = "tutorial"


@dataclass(frozen=True)
class Why:
    """The sentences known so far, and the commands that measure what is missing."""

    sentences: tuple[str, ...]
    missing: tuple[str, ...]
    audited: bool
    """Whether what the article's split shares between its sets has been measured."""


def why(report: Report, run: RunFolder | None) -> Why:
    """What stands between the article's figure and a run's.

    :param report: the run's, under the tutorial's protocol.
    :param run: ``None`` where only the model of the run is here: nothing can be measured for it then.
    :raises GendertuiError: a file of the run cannot be read (code RUN).
    """
    audit = measured(str(report.meta.get("data_hash")), TUTORIAL)
    by_film = None if run is None else same_model_by_film(run)
    averaged = None if report.article is None else report.article.accuracy
    whole = characters_by_film(str(report.meta.get("data_hash")))
    sentences = why_not_70(report, audit, batch_averaged=averaged, by_film=by_film, whole=whole)
    if run is None:
        return Why(sentences, (), audit is not None)
    missing = []
    if audit is None:
        corpus = run.record()["corpus"]["path"]
        missing.append(
            "What the article's split shares between its sets, and what each way of splitting is worth, is measured "
            f"by: gendertui audit {shlex.quote(str(corpus))} --split tutorial"
        )
    if by_film is None:
        missing.append(f"The same model by film is measured by: gendertui evaluate {shlex.quote(run.name)} --folds 5")
    if whole is None:
        corpus = run.record()["corpus"]["path"]
        missing.append(
            "What whole characters tell on films that a model has not seen is measured by: gendertui train --corpus "
            f"{shlex.quote(str(corpus))} --preset quick"
        )
    return Why(sentences, tuple(missing), audit is not None)


def characters_by_film(data_hash: str) -> CharacterReport | None:
    """The validation characters of the newest run on a corpus that was split by film and judged lines in their place;
    ``None`` where there is none. The model of characters is the same in every configuration."""
    for info in list_runs():
        try:
            report = read_report(RunFolder(info.folder).report_file)
        except GendertuiError:
            continue  # Not finished, or broken, which is reported when that run itself is opened.
        characters = report.sets["validation"].characters if "validation" in report.sets else None
        same = report.meta.get("data_hash") == data_hash and report.protocol == BY_GROUP
        if same and characters is not None and characters.lines_in_place is not None:
            return characters
    return None


def same_model_by_film(run: RunFolder) -> Estimate | None:
    """Balanced accuracy of the run's configuration on films it has not seen, where it has been measured: by a finished
    cross-validation, else by the newest run of the same configuration and corpus that was split by film.

    :raises GendertuiError: a file of the run cannot be read (code RUN).
    """
    scores = folds.newest_finished(run)
    if scores is not None:
        resamples = GroupBootstrap.of(scores.group)
        statistic = resampled.balanced_accuracy(predictions(scores.logit), scores.label == 1, resamples.member)
        found = figure_of(statistic, resamples)
        return None if found is None else Estimate(**found)
    ours = _model(run.record())
    for info in list_runs():
        other = RunFolder(info.folder)
        try:
            if _model(other.record()) == ours:
                report = read_report(other.report_file)
                if report.protocol == BY_GROUP:
                    return report.sets["validation"].model.get("balanced_accuracy")
        except GendertuiError:
            continue  # Not finished, or broken, which is reported when that run itself is opened.
    return None


def _model(record: dict[str, Any]) -> dict[str, Any]:
    """What two runs of one model on one corpus have in common; resolved fields count as they were requested."""
    config = {**record["config"], **record.get("requested", {})}
    ignored = {name for name, field in FIELDS.items() if field.metadata.ignored_when_matching}
    return {
        "data_hash": record["corpus"].get("data_hash"),
        **{name: value for name, value in config.items() if name not in ignored},
    }
