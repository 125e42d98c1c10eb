"""A worker of a rank above 0: it trains as rank 0 does, and writes nothing but why it failed."""

from __future__ import annotations

import contextlib
import signal
import traceback

from gendertui.corpus.splits.split import Split
from gendertui.errors import ExitCode
from gendertui.progress import silent
from gendertui.runs.continuation import patience_from
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.corpus import corpus_of
from gendertui.runs.worker import rank_failure
from gendertui.runs.worker.job import Job
from gendertui.runs.worker.processes import Begin, Refit, config_for, join
from gendertui.training import refit
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import REFIT_ALL
from gendertui.training.parallel.ranks import Ranks
from gendertui.training.prepare import Prepared, prepare
from gendertui.training.refit import RefitLoop
from gendertui.training.validated import FollowingTrainer


def work(run: RunFolder, job: Job) -> int:
    """Train along with rank 0; return the process's exit code."""
    try:
        ranks = join(job, run.config())
        # Who asks a run to end asks rank 0, which lets the others know between two steps.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _follow(run, job, ranks)
    except Exception as error:
        with contextlib.suppress(OSError):
            traceback.print_exception(error)
        with contextlib.suppress(OSError):
            return rank_failure.leave(run, job, error)
        return ExitCode.RUN
    return ExitCode.OK


def _follow(run: RunFolder, job: Job, ranks: Ranks) -> None:
    begin: Begin | None = ranks.told(None)
    if begin is None:
        return
    prepared = _prepare(run, job)
    trainer = FollowingTrainer(
        prepared, checkpoints=Checkpoints(run.checkpoint_folder), patience_from=patience_from(run), ranks=ranks
    )
    for _ in trainer.run(resume=begin.resume):
        pass
    if trainer.stopped or prepared.config.refit != REFIT_ALL:
        return
    more: Refit | None = ranks.told(None)
    if more is None:
        return
    loop = RefitLoop(
        refit.all_lines(prepared, silent),
        more.epochs,
        None,
        checkpoints=Checkpoints(run.refit_checkpoint_folder),
        stage="",
        ranks=ranks,
    )
    for _ in loop.run(resume=begin.resume):
        pass


def _prepare(run: RunFolder, job: Job) -> Prepared:
    """What rank 0 has prepared and written down."""
    corpus = corpus_of(run.record(), silent)
    return prepare(config_for(job, run.config()), corpus, silent, split=Split.load(run.path))
