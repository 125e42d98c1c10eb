"""What can be added to a finished run on request: its test set, and a stronger baseline.

Both write ``scores.npz``, ``characters.npz`` and ``report.json`` anew. The calibrations stay validation's, and the
bundles are left as they were: their reports and their cards say what was known of the model that day. The model that
is judged is the one trained on the train set alone, also where another was published.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui import files
from gendertui.corpus.splits.split import VALIDATION, Split
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.read import Report, read_report
from gendertui.evaluation.report.scores import Scores
from gendertui.progress import Progress
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results import test_set_evaluations
from gendertui.runs.results.corpus import corpus_of

if TYPE_CHECKING:
    from gendertui.training.rescoring import Rescorer

LOCK = "rescore.lock"


def open_test(run: RunFolder, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Score the test set with the run's model and add it to the report, which counts as an evaluation on that test set.

    A report that has it already is left unchanged: printing it again is not another evaluation.

    :param progress: may raise to stop; nothing has changed then.
    :param corpus: where the run's corpus is, if it has moved.
    :raises GendertuiError: the run is still running or has no report (code RUN); its protocol has no test set (code
        USAGE); the corpus is missing or another one (code DATA); the model is damaged (code MODEL).
    """
    with _judging(run) as report:
        if report.parity:
            raise GendertuiError(
                "a run under the article's protocol has no test set to open: the article's test set plays validation's "
                "part, as it did there, and the verdict shows it",
                where=str(run.path),
                hint="Figures on lines that nothing was chosen on: gendertui evaluate --folds 5, or train with another "
                "--split.",
                code=ExitCode.USAGE,
            )
        if "test" in report.sets:
            return
        held = _held_out(run, progress, corpus)
        scores = held.with_test()
        if held.scores.strong_baseline_logit is not None:
            scores = held.with_strong_baseline(scores)
        characters = held.characters_with_test()
        progress("report", 0, 0)
        # Counted before anybody sees the figures.
        _write(run, report, scores, characters, test_readings=test_set_evaluations.record(_reading(run, held)))


def add_strong_baseline(run: RunFolder, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Add the stronger baseline (words and characters) to every set of the report, unless it is there already.

    Parameters and errors as for :func:`open_test`; any protocol will do.
    """
    with _judging(run) as report:
        if Scores.load(run.scores_file).strong_baseline_logit is not None:
            return
        held = _held_out(run, progress, corpus)
        # A process killed while opening the test set may have left its rows behind: ignore them.
        shown, characters = held.scores, held.characters
        if "test" not in report.sets:
            shown = shown.of(VALIDATION)
            characters = None if characters is None else characters.of(VALIDATION)
        scores = held.with_strong_baseline(shown)
        progress("report", 0, 0)
        _write(run, report, scores, characters, test_readings=report.test_readings)


@contextmanager
def _judging(run: RunFolder) -> Iterator[Report]:
    """The report of an ended run, locked against rewriting by others."""
    if run.info().active:
        raise GendertuiError(
            "the run is still running",
            where=str(run.path),
            hint=f"Follow it: gendertui runs follow {run.name}",
            code=ExitCode.RUN,
        )
    with RunLock(run.path / LOCK, "another process is rewriting this run's report"):
        yield read_report(run.report_file)


def _held_out(run: RunFolder, progress: Progress, corpus: str | Path | None) -> Rescorer:
    # Check what can fail quickly first: what follows imports torch.
    lines = corpus_of(run.record(), progress, path=corpus)
    progress("starting", 0, 0)
    from gendertui.model.bundle.bundle import Bundle
    from gendertui.training.rescoring import Rescorer

    return Rescorer(
        bundle=Bundle.load(run.model_folder),
        corpus=lines,
        split=Split.load(run.path),
        config=run.config(),
        scores=Scores.load(run.scores_file),
        characters=CharacterScores.load(run.character_scores_file),
        progress=progress,
    )


def _reading(run: RunFolder, held: Rescorer) -> test_set_evaluations.Reading:
    from gendertui.model.bundle.manifest import WEIGHTS

    with (held.bundle.folder / WEIGHTS).open("rb") as stream:
        weights = hashlib.file_digest(stream, "sha256").hexdigest()
    data_hash, split = held.split.without_corrections(held.corpus.data_hash)
    return test_set_evaluations.Reading(
        data_hash=data_hash,
        split=split,
        run=run.name,
        created=float(run.record()["created"]),
        weights=weights,
    )


def _write(
    run: RunFolder, report: Report, scores: Scores, characters: CharacterScores | None, *, test_readings: int | None
) -> None:
    from gendertui.evaluation.report.build import build_report
    from gendertui.evaluation.report.meta import Meta

    meta = dataclasses.replace(Meta.of(report), test_readings=test_readings)
    made = build_report(scores, meta, characters)
    scores.save(run.scores_file)
    if characters is not None:
        characters.save(run.character_scores_file)
    files.write_json(run.report_file, made)
