"""Opening a run's test set, or fitting the stronger baseline, from a process that must not import torch.

Each call blocks until it is done: a screen makes it in a thread, and reads the run's report again afterwards.
"""

from __future__ import annotations

from pathlib import Path

from gendertui.corpus.load import Progress
from gendertui.subprocesses.task import SubprocessTask

POLL_SECONDS = 0.2


def open_test(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Open the run's test set; see :func:`gendertui.runs.results.rescore.open_test`.

    :param progress: called with ``(stage, done, total)``, in a long stage every 0.2 s; raising ends the process.
    :param corpus: where the run's corpus is, if it is not where it was.
    :raises GendertuiError: as there, or the process died (code RUN).
    """
    _rescore(run_folder, "--test", progress, corpus)


def add_strong_baseline(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Fit the stronger baseline, words and characters. Parameters and errors as for :func:`open_test`."""
    _rescore(run_folder, "--strong-baseline", progress, corpus)


def _rescore(run_folder: Path, what: str, progress: Progress, corpus: str | Path | None) -> None:
    moved = () if corpus is None else ("--corpus", str(corpus))
    errand = SubprocessTask("judging the run", "gendertui.subprocesses.rescore", what, *moved, "--", str(run_folder))
    errand.answer(progress, every=POLL_SECONDS)
