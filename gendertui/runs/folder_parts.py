"""What a run's folder may hold: plain files and folders, nothing that would wait when read or lead elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import lock
from gendertui.runs.records import STATUS

RANK_FAILURE = "rank-failure.json"
"""Why another process of a run than the first failed."""

# The parts that have to be files, and those that have to be folders.
_FILES = frozenset(
    {
        "config.json",
        STATUS,
        "control.json",
        "heartbeat.json",
        "on-end.json",
        "events.jsonl",
        "report.json",
        "worker.log",
        "scores.npz",
        "characters.npz",
        "split.npy",
        "split.json",
        "note.json",
        lock.LOCK,
        lock.LAUNCHER_LOCK,
        RANK_FAILURE,
    }
)
_FOLDERS = frozenset({"model", "refitted", "checkpoint", "refit-checkpoint"})


def check(folder: Path) -> None:
    """Refuse a run's folder that holds anything but plain files and folders, as one made by others can.

    Reading a pipe would wait, and writing through a link would change what is elsewhere.

    :raises GendertuiError: it has such a part (code RUN). :raises OSError: it cannot be read.
    """
    found = {entry.name: entry for entry in _entries(folder)}
    for name in _FILES & found.keys():
        if found[name].is_dir(follow_symlinks=False):
            raise _odd(found[name], "a folder")
    for name in _FOLDERS & found.keys():
        if found[name].is_file(follow_symlinks=False):
            raise _odd(found[name], "a file")
    pending = list(found.values())
    while pending:
        entry = pending.pop()
        if entry.is_dir(follow_symlinks=False):
            pending += _entries(entry.path)
        elif not entry.is_file(follow_symlinks=False):
            raise _odd(entry, "a link" if entry.is_symlink() else "no regular file")


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing where it has just gone away."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _odd(entry: os.DirEntry[str], what: str) -> GendertuiError:
    return GendertuiError(
        f"the program did not make this run's folder as it is: this is {what}",
        where=entry.path,
        hint="Take it away, or remove the run: gendertui runs remove RUN",
        code=ExitCode.RUN,
    )
