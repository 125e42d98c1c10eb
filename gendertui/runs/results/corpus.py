"""The corpus that a run was trained on: as its record has it, found again and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gendertui.corpus.load import NotThereError, load
from gendertui.corpus.moved import load_known
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.samples import SAMPLES
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

MOVED = "If it has moved, or there is a copy, pass --corpus PATH."


def described(corpus: Corpus) -> dict[str, Any]:
    """What a run's ``config.json`` says of its corpus: all that :func:`corpus_of` reads it again by."""
    return {
        # A sample is wherever the program is installed. Any other name might be a folder where the worker starts.
        "path": corpus.source if corpus.source in SAMPLES else str(corpus.path),
        "name": corpus.name,
        "data_hash": corpus.data_hash,
        "labels": list(corpus.labels),
        "kind": corpus.kind,
        "reading": corpus.reading.options.to_json(),
    }


def reading_of(record: Mapping[str, Any]) -> ReadingOptions:
    """How the corpus of a run's ``config.json`` is read; runs of older versions do not say it, and asked for nothing.

    :raises GendertuiError: a newer version wrote it (code RUN).
    """
    try:
        return ReadingOptions.from_json(record["corpus"].get("reading", {}))
    except (ValueError, TypeError) as error:
        raise GendertuiError(
            f"the run does not say in words of this version how its corpus is read: {error}",
            hint="Use the version of gendertui that made it, or a newer one.",
            code=ExitCode.RUN,
        ) from error


def corpus_of(
    record: Mapping[str, Any], progress: Progress | None = None, *, path: str | Path | None = None, hint: str = MOVED
) -> Corpus:
    """Read the corpus that a run's ``config.json`` names.

    :param record: as :meth:`gendertui.runs.folder.RunFolder.record` gives it.
    A corpus that is not at its path any more is looked for among those opened lately: it is known by its content.

    :param path: where the corpus is now, if it has moved.
    :param hint: what to do if it is missing or different.
    :raises GendertuiError: it is missing, or differs from the one the run was started with (code DATA).
    """
    known, options = record["corpus"].get("data_hash"), reading_of(record)
    try:
        if path is None:
            corpus = load_known(record["corpus"]["path"], options, known, progress)
        else:
            corpus = load(path, options, progress=progress, labelled=False, data_hash=known)
    except NotThereError as error:
        raise GendertuiError(
            f"the run's corpus is not there: {error.what}", where=error.where, hint=hint, code=ExitCode.DATA
        ) from error
    if known is not None and known != corpus.data_hash:
        what = "the corpus has changed since the run began" if path is None else "this is not the corpus of the run"
        raise GendertuiError(what, where=str(corpus.path), hint=hint, code=ExitCode.DATA)
    return corpus
