"""An audit asked for by a process that must not import scikit-learn."""

from __future__ import annotations

from pathlib import Path

from gendertui.corpus.load import Progress, silent
from gendertui.evaluation.audit.store import Audit
from gendertui.subprocesses.task import SubprocessTask


class AuditTask(SubprocessTask):
    """An audit that goes on in a process of its own, from the moment this is made.

    :param corpus: what :func:`gendertui.corpus.load.load` reads: a path, or ``sample``.
    :param split: a split protocol, or ``auto``.
    :raises GendertuiError: the process could not be started (code RUN).
    """

    def __init__(self, corpus: str | Path, split: str = "auto", split_seed: int = 0) -> None:
        options = ("--split", split, "--split-seed", str(split_seed), "--", str(corpus))
        super().__init__("the audit", "gendertui.subprocesses.audit", *options)

    def result(self, progress: Progress | None = None) -> Audit | None:
        """Wait for the audit, once; ``None`` where it was cancelled. Blocks: a screen calls it in a thread.

        :param progress: called with a stage, how much is done and how much there is (0: not known).
        :raises GendertuiError: the corpus cannot be audited so (code as the command's), or the process failed.
        """
        answer = self.answer(progress or silent)
        return None if answer is None else Audit.from_json(answer["audit"])
