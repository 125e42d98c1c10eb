"""Opening a run's test set, or fitting the stronger baseline, from a process that must not import torch.

Each call blocks until it is done (half a minute on a large corpus): a screen makes it in a thread.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from gendertui.corpus.load import Progress
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import module

POLL_SECONDS = 0.2


def open_test(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Open the run's test set; see :func:`gendertui.runs.rescore.open_test`. Read the report again afterwards.

    :param progress: called with ``(stage, done, total)`` at least every 0.2 s; raising ends the process.
    :param corpus: where the run's corpus is, if it is not where it was.
    :raises GendertuiError: as there, or the process died (code UNEXPECTED).
    """
    _rescore(run_folder, "--test", progress, corpus)


def add_strong_baseline(run_folder: Path, progress: Progress, *, corpus: str | Path | None = None) -> None:
    """Fit the stronger baseline; see :func:`gendertui.runs.rescore.add_strong_baseline`. Parameters as above."""
    _rescore(run_folder, "--strong-baseline", progress, corpus)


def _rescore(run_folder: Path, what: str, progress: Progress, corpus: str | Path | None) -> None:
    moved = () if corpus is None else ("--corpus", str(corpus))
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            module.command("gendertui.runs.rescore", str(run_folder), what, *moved),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=module.environment(),
        )
        try:
            assert process.stdout is not None
            error = _follow(process.stdout, progress)
            code = process.wait()
        finally:
            # Somebody lost patience, or its last word was said.
            process.kill()
            process.wait()
        if error is not None:
            raise GendertuiError(error["what"], where=error["where"], hint=error["hint"], code=ExitCode(error["code"]))
        if code != ExitCode.OK:
            log.seek(0)
            last = log.read().decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {code}"]
            raise GendertuiError(f"judging the run failed: {last[0]}", where=str(run_folder))


def _follow(stream: IO[bytes], progress: Progress) -> dict[str, Any] | None:
    """Hand the stages on; the error, if one came."""
    stage: tuple[str, int, int] = ("starting", 0, 0)
    for line in _lines(stream):
        if line is not None:
            value = json.loads(line)
            if "error" in value:
                error: dict[str, Any] = value["error"]
                return error
            stage = (value["stage"], value["done"], value["total"])
        progress(*stage)
    return None


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Whole lines as they come, nothing where none came for a moment."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(POLL_SECONDS):
                yield None
                continue
            block = os.read(stream.fileno(), 65536)
            if not block:
                return
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
