"""An audit for a caller that must not import scikit-learn. ``main`` runs in the subprocess."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.evaluation.audit.store import Audit
from gendertui.progress import Progress, silent
from gendertui.subprocesses.task import SubprocessTask, serve


class AuditTask(SubprocessTask):
    """An audit in a subprocess, which is started by the constructor.

    :param corpus: what :func:`gendertui.corpus.load.load` reads: a path, or ``sample``.
    :param split: a split protocol, or ``auto``.
    :param options: how the corpus is read.
    :param data_hash: of the corpus, by which it is found where it has moved.
    :raises GendertuiError: the process could not be started (code RUN).
    """

    def __init__(
        self,
        corpus: str | Path,
        split: str = "auto",
        split_seed: int = 0,
        *,
        options: ReadingOptions = NO_OPTIONS,
        data_hash: str | None = None,
    ) -> None:
        super().__init__("the audit", __name__)
        self._request = {
            "corpus": str(corpus),
            "reading": options.to_json(),
            "data_hash": data_hash,
            "split": split,
            "split_seed": split_seed,
        }

    def result(self, progress: Progress = silent) -> Audit | None:
        """Wait for the audit, once; ``None`` if it was cancelled. Blocks: call it in a thread.

        :raises GendertuiError: the corpus cannot be audited (code as the command's), or the process failed.
        """
        with self:
            answer = self.ask(self._request, progress)
        return None if answer is None else Audit.from_json(answer)


def _audit(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from gendertui.corpus.moved import load_known
    from gendertui.evaluation.audit.measure import audit

    options = ReadingOptions.from_json(request["reading"])
    corpus = load_known(request["corpus"], options, request["data_hash"], progress)
    return audit(corpus, request["split"], request["split_seed"], progress).to_json()


if __name__ == "__main__":
    sys.exit(serve(_audit))
