"""The cross-fitted scores of a corpus's units, for a caller that must not import scikit-learn. ``main`` runs in the
subprocess; the scores are read where :mod:`gendertui.evaluation.suspects.store` keeps them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress, silent
from gendertui.subprocesses.task import SubprocessTask, serve


class SuspectsTask(SubprocessTask):
    """The scoring in a subprocess, which is started by the constructor.

    :param corpus: what :func:`gendertui.corpus.load.load` reads: a path, or ``sample``.
    :param data_hash: of the corpus, by which it is found where it has moved, with the labels it had then.
    :param unit: what is scored.
    :param options: how the corpus is read.
    :raises GendertuiError: the process could not be started (code RUN).
    """

    def __init__(self, corpus: str | Path, data_hash: str, unit: Unit, *, options: ReadingOptions = NO_OPTIONS) -> None:
        super().__init__("the scoring", __name__)
        self._request = {
            "corpus": str(corpus),
            "reading": options.to_json(),
            "data_hash": data_hash,
            "unit": unit,
        }

    def wait(self, progress: Progress = silent) -> bool:
        """Wait for the scores, once; whether they are there: not where it was cancelled. Blocks: call it in a thread.

        :raises GendertuiError: the corpus cannot be scored, or is not what it was; or the process failed.
        """
        with self:
            return self.ask(self._request, progress) is not None


def _score(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from gendertui.corpus.moved import load_known
    from gendertui.training.suspects import unit_scores

    options = ReadingOptions.from_json(request["reading"])
    corpus = load_known(request["corpus"], options, request["data_hash"], progress)
    if corpus.data_hash != request["data_hash"]:
        raise GendertuiError(
            "the corpus has changed since it was opened",
            where=str(corpus.path),
            hint="Open it again in the Corpus pane.",
            code=ExitCode.DATA,
        )
    return {"units": len(unit_scores(corpus, request["unit"], progress))}


if __name__ == "__main__":
    sys.exit(serve(_score))
