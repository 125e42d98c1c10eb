"""Open a run's test set or fit the stronger baseline, for a caller that must not import torch.

Each call blocks until done: a screen calls it in a thread, and reads the run's report again afterwards.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gendertui.progress import Progress
from gendertui.subprocesses.task import SubprocessTask, serve

REPORT_SECONDS = 0.2


def open_test(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Open the run's test set; see :func:`gendertui.runs.results.rescore.open_test`.

    :param progress: called with each stage, and every 0.2 s during a long one; raising ends the subprocess.
    :param corpus: where the run's corpus is, if it has moved.
    :raises GendertuiError: as there, or the process died (code RUN).
    """
    _rescore("test", run_folder, progress, corpus)


def add_strong_baseline(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Fit the stronger baseline, words and characters. Parameters and errors as for :func:`open_test`."""
    _rescore("strong-baseline", run_folder, progress, corpus)


def _rescore(what: str, run_folder: Path, progress: Progress, corpus: str | Path | None) -> None:
    request = {"what": what, "run": str(run_folder), "corpus": None if corpus is None else str(corpus)}
    with SubprocessTask("judging the run", __name__) as task:
        task.ask(request, progress, every=REPORT_SECONDS)


def _work(request: dict[str, Any], progress: Progress) -> None:
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results import rescore

    act = rescore.open_test if request["what"] == "test" else rescore.add_strong_baseline
    act(RunFolder(request["run"]), progress, corpus=request["corpus"])


if __name__ == "__main__":
    sys.exit(serve(_work))
