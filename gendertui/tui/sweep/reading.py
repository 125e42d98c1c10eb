"""Sweeps read again and again, in a thread: all of them for the list, or the one that is open."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gendertui import paths
from gendertui.errors import GendertuiError
from gendertui.runs.curves import validation_auc
from gendertui.runs.folder import RunFolder
from gendertui.runs.log_tail import read_tail
from gendertui.sweeps.definition import Sweep, list_sweeps
from gendertui.sweeps.storage import check_installed
from gendertui.sweeps.trials import Reader, SweepView, TrialRow
from gendertui.tui.charts.series import LETTERS

ERROR, ERROR_LINES = "gendertui: ", 3
"""What an error begins with in a worker's log, and how many lines it has at most."""
Curve = list[tuple[float, float]]
"""(epoch, AUC on validation) of a run."""


@dataclass(frozen=True)
class Listed:
    """A sweep of the list: as it is now, or why that cannot be read."""

    sweep: Sweep
    view: SweepView | None
    error: GendertuiError | None = None
    last_words: str = ""
    """Of the last worker that was started without a terminal, where nobody is at work and there is work left."""


@dataclass(frozen=True)
class Found:
    """What a look found."""

    listed: Sequence[Listed]
    """All sweeps by name; the one that is open alone, while one is."""
    opened: Listed | None = None
    curves: dict[int, Curve] = field(default_factory=dict)
    """Number of a running trial → curve of the run that it has just now, where that is here and has one."""


class Readers:
    """Keeps a reader for each sweep, which goes on in Optuna's journal where it was. One thread at a time looks."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._readers: dict[tuple[Path, int], Reader] = {}
        self._curves: dict[Path, tuple[int, Curve]] = {}

    def look(self, opened: str | None, *, alone: bool) -> Found:
        """Read the sweep that is open, or else all of them.

        :param opened: its name. :param alone: whether the only sweep there is counts as opened.
        :raises GendertuiError: Optuna is not installed.
        """
        with self._one_at_a_time:
            check_installed()
            sweeps = list_sweeps()
            if alone and len(sweeps) == 1:
                opened = sweeps[0].name
            for sweep in sweeps:
                if sweep.name == opened:
                    found = self._read(sweep)
                    return Found([found], found, {} if found.view is None else self._curves_of(found.view))
            return Found([self._read(sweep) for sweep in sweeps])

    def _read(self, sweep: Sweep) -> Listed:
        try:
            view = self._reader(sweep).read()
            return Listed(sweep, view, last_words=_last_words(sweep) if view.state in ("new", "waiting") else "")
        except GendertuiError as error:
            return Listed(sweep, None, error)

    def _reader(self, sweep: Sweep) -> Reader:
        # One that was removed and made again under its name has another folder, and another journal.
        try:
            made = sweep.path.stat().st_ino
        except OSError:
            made = 0
        reader = self._readers.get((sweep.path, made))
        if reader is None:
            reader = self._readers[sweep.path, made] = Reader(sweep)
        return reader

    def _curves_of(self, view: SweepView) -> dict[int, Curve]:
        running = [trial for trial in view.trials if trial.state == "running"][-len(LETTERS) :]
        return {trial.number: curve for trial in running if (curve := self._curve(trial))}

    def _curve(self, trial: TrialRow) -> Curve:
        run = newest_run(trial)
        if run is None:
            return []
        try:
            size = run.events_file.stat().st_size
        except OSError:
            return []
        known = self._curves.get(run.path)
        if known is None or known[0] != size:
            known = self._curves[run.path] = size, validation_auc(run)
        return known[1]


def _last_words(sweep: Sweep) -> str:
    try:
        lines = read_tail(sweep.log_file).lines
    except ValueError:
        # What a worker said is not worth more than the sweep itself.
        return ""
    # An error is followed by what can be done about it.
    errors = [line.removeprefix(ERROR) for line in lines[-ERROR_LINES:] if line.startswith(ERROR)]
    return errors[-1] if errors else lines[-1] if lines else ""


def newest_run(trial: TrialRow) -> RunFolder | None:
    """The run of a trial that was begun last, where it is on this machine."""
    if not trial.runs:
        return None
    folder = paths.runs_dir() / trial.runs[max(trial.runs)]
    return RunFolder(folder) if folder.is_dir() else None
