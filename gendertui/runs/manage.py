"""Manage ended runs: rename, remove, take away with the way back, prune by age. A run with a worker is left alone.

Models published by a run are kept, and continue to refer to their run by name.
"""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from gendertui import files, paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.runs import lock
from gendertui.runs.folder import RunFolder, RunInfo, list_runs, slug
from gendertui.runs.only_copy import refuse_only_copy

_STAMP = re.compile(r"^\d{8}-\d{6}-")
_DAY = 86400.0


@dataclass(frozen=True)
class Renaming:
    """What a run and its model are called, and are to be called."""

    run: RunFolder
    target: RunFolder
    model: str | None
    """The model of the store that the run published; ``None`` where there is none."""
    new_model: str
    """The model's new name; without a model in the store, the name it would be published under."""

    @classmethod
    def of(cls, run: RunFolder, title: str) -> Renaming:
        """Rename a run to its time and then ``title``, converted as for a new run: so names remain unique.

        Its model gets the run's new name where it had the run's, else the title alone.

        :raises GendertuiError: the run cannot be read, or another has that name (code RUN).
        """
        target = renamed(run, title)
        recorded, own = run.record().get("model"), run.model_name()
        published = store.published_by(run.name)
        model = own if own in published else published[0] if len(published) == 1 else None
        return cls(run, target, model, target.name if recorded is None else slug(title))


def title(run: RunFolder) -> str:
    """A run's name without the time in front."""
    return _STAMP.sub("", run.name, count=1)


def renamed(run: RunFolder, title: str) -> RunFolder:
    """Where a run would be under another title, see :class:`Renaming`.

    :raises GendertuiError: another run is there (code RUN).
    """
    stamp = _STAMP.match(run.name)
    target = RunFolder(run.path.with_name((stamp.group() if stamp else "") + slug(title)))
    if target.path.exists():
        raise GendertuiError(
            "there is a run of that name already", where=str(target.path), hint="Choose another.", code=ExitCode.RUN
        )
    return target


def rename(run: RunFolder, title: str, *, model: bool = True) -> RunFolder:
    """Rename an ended run, see :meth:`Renaming.of`.

    :param model: whether the model that it published gets the new name, too; else that keeps its own.
    :raises GendertuiError: the run has a worker, is not in the store of runs, cannot be read, or another has that name
        (code RUN); a model has the name that the run's is to get (code MODEL).
    """
    with _untouched(run):
        renaming = Renaming.of(run, title)
        name = renaming.new_model if model or renaming.model is None else renaming.model
        if renaming.model is None:
            store.free_folder(name)
        elif renaming.model != name:
            store.rename(renaming.model, name)
        target = renaming.target
        run.path.rename(target.path)
        files.fsync_dir(target.path.parent)
        _name_model(renaming, name)
        store.rename_run(run.name, target.name, (target.model_folder, target.refitted_folder))
    return target


def _name_model(renaming: Renaming, name: str) -> None:
    """Let a renamed run know what its model is called from now on: a resume publishes under that name."""
    run = renaming.target
    record, status = run.record(), run.status()
    run.write_config({**record, "model": None if name == run.name else name})
    if renaming.model is not None and status.model not in (None, name):
        run.write_status(dataclasses.replace(status, model=name))


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


@dataclass(frozen=True)
class Discarded:
    """A run that was taken out of sight; :func:`restore` brings it back, :func:`remove_for_good` deletes it."""

    run: RunFolder
    hidden: Path


def discard(run: RunFolder) -> Discarded:
    """Take an ended run out of the list, with the way back for as long as this process lives.

    Should the process end without having decided, the next one that looks puts the run back.

    :raises GendertuiError: the run has a worker, is not in the store of runs, or has the only copy of its model (code
        RUN).
    """
    with _untouched(run):
        refuse_only_copy(run)
        return Discarded(run, files.hide_dir(run.path))


def restore(discarded: Discarded) -> RunFolder:
    """Bring a run back under its name.

    :raises GendertuiError: another has that name by now (code RUN).
    """
    if not files.rename_new(discarded.hidden, discarded.run.path):
        raise GendertuiError(
            "there is another run of that name by now",
            where=str(discarded.run.path),
            hint="Rename that one first.",
            code=ExitCode.RUN,
        )
    files.fsync_dir(discarded.run.path.parent)
    return discarded.run


def remove_for_good(discarded: Discarded) -> None:
    """Delete a run that was taken out of sight."""
    with suppress(FileNotFoundError):
        files.remove_dir(discarded.hidden)


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
