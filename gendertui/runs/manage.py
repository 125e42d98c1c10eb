"""Manage ended runs: rename, remove, prune by age. A run with a worker is left alone.

Models published by a run are kept, and continue to refer to their run by name.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from gendertui import files, paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.runs import lock
from gendertui.runs.folder import RunFolder, RunInfo, list_runs, slug
from gendertui.runs.only_copy import refuse_only_copy

_STAMP = re.compile(r"\d{8}-\d{6}-")
_DAY = 86400.0


def rename(run: RunFolder, title: str) -> RunFolder:
    """Rename an ended run. Its time stays in front of the title, so that names remain unique.

    :param title: what follows the time, converted to a folder name as for a new run.
    :raises GendertuiError: the run has a worker, is not in the store of runs, or another has that name (code RUN).
    """
    stamp = _STAMP.match(run.name)
    target = run.path.with_name((stamp.group() if stamp else "") + slug(title))
    with _untouched(run):
        if target.exists():
            raise GendertuiError(
                "there is a run of that name already", where=str(target), hint="Choose another.", code=ExitCode.RUN
            )
        run.path.rename(target)
        files.fsync_dir(target.parent)
        renamed = RunFolder(target)
        store.rename_run(run.name, renamed.name, (renamed.model_folder, renamed.refitted_folder))
    return renamed


def remove(run: RunFolder, *, with_model: bool = False) -> None:
    """Delete an ended run permanently, including its checkpoints, scores and report. One that another process removes
    at the same time is gone, too.

    :param with_model: whether it goes with the only copy of its model, too.
    :raises GendertuiError: the run has a worker, is not in the store of runs, or has the only copy of its model (code
        RUN).
    """
    try:
        with _untouched(run):
            if not with_model:
                refuse_only_copy(run)
            files.remove_dir(run.path)
    except (GendertuiError, FileNotFoundError):
        if not _goes_away(run):
            raise


def prunable(*, now: float, keep: int = 0, days: float = 0.0) -> list[RunInfo]:
    """Ended runs that may be removed, newest first: not among the ``keep`` newest, and started more than ``days`` days
    ago.

    Runs that cannot be read are never included.

    :param now: seconds since 1970.
    """
    return [
        run
        for run in list_runs()[keep:]
        if not run.active and run.state != "unreadable" and run.started <= now - days * _DAY
    ]


@contextmanager
def _untouched(run: RunFolder) -> Iterator[None]:
    """Context in which no worker is running and none can start."""
    if run.path.parent != paths.runs_dir():
        raise GendertuiError(
            "this folder is not in the store of runs",
            where=str(run.path),
            hint="Move or delete the folder itself.",
            code=ExitCode.RUN,
        )
    if _is_busy(run):
        raise GendertuiError(
            "the run is active, or may be",
            where=str(run.path),
            hint=f"Stop it first: gendertui runs stop {run.name}",
            code=ExitCode.RUN,
        )
    # A lock that is no file is held by nobody.
    with nullcontext() if _is_odd(run.lock_file) else run.lock():
        yield


def _goes_away(run: RunFolder) -> bool:
    """Whether the folder is gone, or soon will be: who removes it holds its lock until then."""
    deadline = time.monotonic() + lock.TAKE_SECONDS
    while run.path.exists():
        if time.monotonic() > deadline or not lock.is_held(run.lock_file):
            return not run.path.exists()
        time.sleep(lock.TAKE_PAUSE)
    return True


def _is_busy(run: RunFolder) -> bool:
    if lock.is_held(run.lock_file):
        return True
    try:
        just_made = run.heartbeat() is None and run.alive() == "unknown"
        return just_made or run.has_worker()
    except GendertuiError:
        # Unreadable, but no process holds its lock.
        return False


def _is_odd(path: Path) -> bool:
    """Whether something else than a file is there."""
    return path.is_symlink() or (path.exists() and not path.is_file())
