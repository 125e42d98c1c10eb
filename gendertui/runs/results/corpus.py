"""Find and check the corpus that a run was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gendertui.corpus.load import find, load
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

MOVED = "If it has moved, or there is a copy, pass --corpus PATH."


def corpus_of(
    record: Mapping[str, Any], progress: Progress | None = None, *, path: str | Path | None = None, hint: str = MOVED
) -> Corpus:
    """Read the corpus that a run's ``config.json`` names.

    :param record: as :meth:`gendertui.runs.folder.RunFolder.record` gives it.
    :param path: where the corpus is now, if it has moved.
    :param hint: what to do if it is missing or different.
    :raises GendertuiError: it is missing, or differs from the one the run was started with (code DATA).
    """
    source = record["corpus"]["path"] if path is None else path
    try:
        find(source)
    except GendertuiError as error:
        raise GendertuiError(
            f"the run's corpus is not there: {error.what}", where=error.where, hint=hint, code=ExitCode.DATA
        ) from error
    corpus = load(source, progress=progress)
    known = record["corpus"].get("data_hash")
    if known is not None and known != corpus.data_hash:
        what = "the corpus has changed since the run began" if path is None else "this is not the corpus of the run"
        raise GendertuiError(what, where=str(corpus.path), hint=hint, code=ExitCode.DATA)
    return corpus
