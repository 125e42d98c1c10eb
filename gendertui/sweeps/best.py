"""The winner of a sweep: trained on all but the lines set aside, which are then opened once.

The cross-validated figure that won is the best of many, and flattered by that; the one on the lines set aside is not.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from gendertui import files, paths
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress
from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.reports import report_of
from gendertui.subprocesses.rescore import open_test
from gendertui.sweeps.definition import Sweep, read_best
from gendertui.sweeps.trials import TrialRow, read
from gendertui.training.config import with_changes

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What ``best.json`` holds."""

    trial: int
    run: str
    """Name of the winner's run."""
    params: dict[str, Any]
    cross_validated: float
    """Mean AUC of the winner's folds, which it won by."""
    honest: float | None = None
    """AUC on the lines set aside; ``None`` until they are opened."""
    low: float | None = None
    high: float | None = None
    """95 % interval of ``honest``."""
    difference: float | None = None
    """``cross_validated`` − ``honest``: what the search flattered itself by, within the interval's width."""
    readings: int | None = None
    """How many models have been judged on these lines."""
    opened: float | None = None
    """When, in seconds since 1970."""


def train_winner(
    sweep: Sweep, corpus: Corpus, *, use: bool | None = None, device: str | None = None
) -> tuple[RunFolder, TrialRow]:
    """Start the winner's run, or take it up again; returns once its worker is there, or at once if it has finished.

    :param use: as of :func:`gendertui.runs.launch.start`; its model is published under the sweep's name.
    :raises GendertuiError: no trial has finished (code RUN), or the run cannot be started.
    """
    view = read(sweep)
    winner = view.row(view.best)
    if winner is None or winner.value is None:
        raise GendertuiError(
            "no trial of the sweep has finished yet",
            where=str(sweep.path),
            hint=f"Work on it: gendertui sweep work {sweep.name}",
            code=ExitCode.RUN,
        )
    known = _known(sweep, winner)
    if known is not None:
        if not known.info().active and known.status().state != "finished":
            launch.resume(known, use=use)
        return known, winner
    shares = sweep.shares()
    changes = {**winner.params, "split": shares.protocol, **({} if device is None else {"device": device})}
    run = launch.start(
        with_changes(view.definition.base(), changes),
        corpus,
        name=_free_name(sweep, winner),
        preset=view.definition.preset,
        use=use,
        split=shares.final(corpus),
    )
    _write(sweep, Outcome(trial=winner.number, run=run.name, params=winner.params, cross_validated=winner.value))
    return run, winner


def open_set_aside(
    sweep: Sweep, run: RunFolder, winner: TrialRow, progress: Progress, *, corpus: str | None = None
) -> Outcome:
    """Judge the winner on the lines set aside, which is counted, and write down what came of it.

    Opening them again for the same run shows the same figures and does not count.

    :param run: the winner's, finished. :param corpus: where the corpus is, if it has moved.
    :raises GendertuiError: the run has no model (code RUN), or its test set cannot be opened.
    """
    open_test(run.path, progress, corpus=corpus)
    report = report_of(run)
    auc = report.sets["test"].model["auc"]
    assert winner.value is not None
    outcome = Outcome(
        trial=winner.number,
        run=run.name,
        params=winner.params,
        cross_validated=winner.value,
        honest=auc.value,
        low=auc.low,
        high=auc.high,
        difference=winner.value - auc.value,
        readings=report.test_readings,
        opened=time.time(),
    )
    _write(sweep, outcome)
    return outcome


def _known(sweep: Sweep, winner: TrialRow) -> RunFolder | None:
    """The winner's run, if it was begun before."""
    before = read_best(sweep)
    if before is None or before.get("trial") != winner.number:
        return None
    run = RunFolder(paths.runs_dir() / str(before.get("run")))
    return run if run.config_file.is_file() and run.info().shown not in ("unreadable", "failed") else None


def _free_name(sweep: Sweep, winner: TrialRow) -> str:
    """The sweep's name for the model; with the trial's number where an earlier winner, or another model, has it."""
    from gendertui.model import store

    return sweep.name if not (store.path() / sweep.name).exists() else f"{sweep.name}-trial-{winner.number}"


def _write(sweep: Sweep, outcome: Outcome) -> None:
    files.write_json(sweep.best_file, {"schema": SCHEMA, **asdict(outcome)})
