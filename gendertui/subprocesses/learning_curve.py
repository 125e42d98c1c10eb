"""Measure a run's learning curve, for a caller that must not import torch or scikit-learn. ``main`` runs in the
subprocess.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gendertui.evaluation.learning_curve.schema import LearningCurve
from gendertui.progress import Progress
from gendertui.subprocesses.task import SubprocessTask, serve

REPORT_SECONDS = 0.2


def learning_curve(
    run_folder: Path, progress: Progress, *, network: bool = False, corpus: str | Path | None = None
) -> LearningCurve:
    """Measure it; see :func:`gendertui.runs.results.learning_curve.learning_curve`. Blocks: call it in a thread.

    :param progress: called with each stage, and every 0.2 s during a long one; raising ends the subprocess, and what
        is finished is kept.
    :param corpus: where the run's corpus is, if it has moved.
    :raises GendertuiError: as there, or the process died (code RUN).
    """
    request = {"run": str(run_folder), "network": network, "corpus": None if corpus is None else str(corpus)}
    with SubprocessTask("measuring the learning curve", __name__) as task:
        return LearningCurve.from_json(task.ask(request, progress, every=REPORT_SECONDS))


def _work(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.learning_curve import learning_curve as measure

    run = RunFolder(request["run"])
    return measure(run, progress, network=request["network"], path=request["corpus"]).to_json()


if __name__ == "__main__":
    sys.exit(serve(_work))
