"""The runs as a list shows them: each with its figures and their intervals, its note, and how it stands."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from gendertui import files, paths, state_files
from gendertui.errors import GendertuiError
from gendertui.evaluation.report.schema import Estimate
from gendertui.runs import lock
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.notes import note_file, read_note
from gendertui.runs.queue import QUEUED, waiting

VALIDATION = "validation"


@dataclass(frozen=True)
class RunRow:
    """One run of the list. Figures are of validation: the report's, with their intervals, or those of the best epoch so
    far."""

    info: RunInfo
    balanced_accuracy: Estimate | None
    auc: Estimate | None
    note: str
    place: int = 0
    """In the queue, from 1; 0 if it does not wait."""


class _Set(msgspec.Struct):
    model: dict[str, Estimate]


class _Report(msgspec.Struct):
    """What is read of a report here: the same in all its schemas."""

    sets: dict[str, _Set]


class RunList:
    """Lists the runs again and again; what has not changed of an ended run is read once. For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[object, ...], RunRow]] = {}
        self._cleared = False

    def rows(self) -> list[RunRow]:
        """All runs, the newest first."""
        runs = paths.runs_dir()
        if not runs.is_dir():
            return []
        if not self._cleared:
            # What a process that is gone had taken out of sight comes back.
            files.clear_leftovers(runs)
            self._cleared = True
        folders = [entry for entry in runs.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        known = self._known
        self._known = {}
        rows = _with_places([self._row(folder, known.get(folder)) for folder in folders])
        return sorted(rows, key=lambda row: (row.info.started, row.info.name), reverse=True)

    def _row(self, folder: Path, known: tuple[tuple[object, ...], RunRow] | None) -> RunRow:
        run = RunFolder(folder)
        # Looked at before the files are read: what changes in between is read again the next time.
        stamp = tuple(
            map(_stamp, (run.config_file, run.status_file, run.heartbeat_file, run.report_file, note_file(run)))
        )
        if known is not None and known[0] == stamp and not known[1].info.active and not lock.is_held(run.lock_file):
            row = known[1]
        else:
            row = row_of(run)
        self._known[folder] = stamp, row
        return row


def row_of(run: RunFolder) -> RunRow:
    """A run's row; what cannot be read of it is said in the row."""
    info = run.info()
    figures = _figures(run) if info.over else {}
    try:
        note = read_note(run)
    except GendertuiError as error:
        note = f"({error.what})"
    return RunRow(
        info=info,
        balanced_accuracy=figures.get("balanced_accuracy") or _so_far(info.balanced_accuracy),
        auc=figures.get("auc") or _so_far(info.auc),
        note=note,
    )


def _with_places(rows: list[RunRow]) -> list[RunRow]:
    if not any(row.info.shown == QUEUED for row in rows):
        return rows
    places = {entry.run.path: place for place, entry in enumerate(waiting(), start=1)}
    return [replace(row, place=places.get(row.info.folder, 0)) for row in rows]


def _figures(run: RunFolder) -> dict[str, Estimate]:
    """The report's figures; none where there is no report yet, or none that can be read: that is said where it is
    shown."""
    try:
        report = msgspec.json.decode(state_files.read_bytes(run.report_file), type=_Report)
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return report.sets[VALIDATION].model if VALIDATION in report.sets else {}


def _so_far(value: float | None) -> Estimate | None:
    return None if value is None else Estimate(value)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Another one once a file was replaced or changed; ``None`` where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
