"""A run's folder: the only thing that the worker and all other processes share."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gendertui import files, paths, processes
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import folder_parts, lock
from gendertui.runs.heartbeat import Alive, Beat, Observer, read_beat, seen_beating
from gendertui.runs.killed import why_died
from gendertui.runs.records import OVER, SCHEMA, STATUS, Status, read_record, read_status
from gendertui.training.config import TrainingConfig

# Time a worker needs between the creation of its folder and its lock; until then it cannot be called dead.
START_SECONDS = 10.0

# Heartbeats seen so far of runs on other hosts, by folder: a single look cannot show whether one changes.
_observers: dict[Path, Observer] = {}


@dataclass(frozen=True)
class RunInfo:
    """One entry of the list of runs. ``state`` is the worker's own state, or ``unreadable``; ``started`` is in seconds
    since 1970; ``device`` is the one it trains on, or before that is known the one asked for; the figures are those of
    the best epoch so far on validation; ``host`` is the machine it was heard of from, as ssh takes it, or empty.
    """

    name: str
    folder: Path
    state: str
    alive: Alive
    why: str
    epoch: int
    epochs: int
    preset: str | None
    network: str
    corpus: str
    started: float
    headline: str
    model: str | None = None
    device: str = ""
    balanced_accuracy: float | None = None
    auc: float | None = None
    host: str = ""

    @property
    def address(self) -> tuple[str, Path]:
        """Host and folder: what no other run of any machine has."""
        return self.host, self.folder

    @property
    def shown(self) -> str:
        """The state as displayed everywhere: ``died`` if the worker is gone without having written a final state."""
        return "died" if self.alive == "dead" and self.state not in {*OVER, "unreadable"} else self.state

    @property
    def preset_or_network(self) -> str:
        """What it trains, in a word: the preset it came from, or else the network."""
        return self.preset or self.network

    @property
    def active(self) -> bool:
        """Whether a worker is, or may be, running."""
        return self.alive != "dead"

    @property
    def over(self) -> bool:
        """Whether the run is over: a final state is written, or no worker is left to write one."""
        return self.state in OVER or not self.active


class RunFolder:
    """The files of one run, by name. Reading never disturbs the worker."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunFolder) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def config_file(self) -> Path:
        return self.path / "config.json"

    @property
    def status_file(self) -> Path:
        return self.path / STATUS

    @property
    def control_file(self) -> Path:
        return self.path / "control.json"

    @property
    def events_file(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def heartbeat_file(self) -> Path:
        return self.path / "heartbeat.json"

    @property
    def lock_file(self) -> Path:
        return self.path / lock.LOCK

    @property
    def launcher_lock_file(self) -> Path:
        return self.path / lock.LAUNCHER_LOCK

    @property
    def log_file(self) -> Path:
        return self.path / "worker.log"

    @property
    def report_file(self) -> Path:
        return self.path / "report.json"

    @property
    def scores_file(self) -> Path:
        return self.path / "scores.npz"

    @property
    def character_scores_file(self) -> Path:
        return self.path / "characters.npz"

    @property
    def model_folder(self) -> Path:
        """The bundle that the report's figures are of; the test set is scored by no other."""
        return self.path / "model"

    @property
    def refitted_folder(self) -> Path:
        """The bundle that is published where there was a refit; it has seen every labelled line."""
        return self.path / "refitted"

    @property
    def checkpoint_folder(self) -> Path:
        return self.path / "checkpoint"

    @property
    def refit_checkpoint_folder(self) -> Path:
        return self.path / "refit-checkpoint"

    @classmethod
    def create(
        cls,
        config: TrainingConfig,
        corpus: Mapping[str, Any],
        *,
        name: str | None = None,
        preset: str | None = None,
    ) -> RunFolder:
        """Create a new run's folder; it appears atomically with all its files.

        :param corpus: ``path`` (what the worker loads) and, where known, ``name, data_hash, labels``.
        :param name: part of the folder's name, and the published model's; without it the preset (or network) and the
            corpus name the folder, and the folder the model.
        """
        runs = files.ensure_dir(paths.runs_dir())
        created = time.time()
        source = str(corpus.get("name") or Path(str(corpus["path"])).stem)
        title = slug(name or f"{preset or config.network}-{source}")
        stem = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(created))}-{title}"
        with files.dir_aside(runs, ".new-") as aside:
            folder = cls(aside)
            folder.write_config(
                {
                    "schema": SCHEMA,
                    "created": created,
                    "preset": preset,
                    "model": slug(name) if name else None,
                    "corpus": dict(corpus),
                    "config": config.model_dump(),
                    "resolved": {},
                }
            )
            folder.write_status(Status(epochs=config.epochs))
            return cls(_rename_new(aside, runs, stem))

    def check(self) -> None:
        """Refuse a folder with parts that the program does not make, see :func:`gendertui.runs.folder_parts.check`."""
        folder_parts.check(self.path)

    def record(self) -> dict[str, Any]:
        """The content of ``config.json``: ``created, preset, model, corpus, config, resolved``.

        :raises GendertuiError: it is missing, broken or of a newer version, or :meth:`check` refuses the folder (code
            RUN).
        """
        self.check()
        return read_record(self.config_file)

    def config(self) -> TrainingConfig:
        """The run's configuration.

        :raises GendertuiError: ``config.json`` cannot be read (code RUN).
        """
        try:
            return TrainingConfig(**self.record()["config"])
        except (KeyError, TypeError, ValidationError) as error:
            raise GendertuiError(
                f"the run's configuration is not valid: {error}", where=str(self.config_file), code=ExitCode.RUN
            ) from error

    def model_name(self) -> str:
        """The name of the model that the run publishes.

        :raises GendertuiError: ``config.json`` cannot be read (code RUN).
        """
        return str(self.record().get("model") or self.name)

    def processes(self) -> int:
        """How many processes train the run on a machine.

        :raises GendertuiError: ``config.json`` cannot be read (code RUN).
        """
        return int(self.record().get("processes", 1))

    def write_config(self, record: Mapping[str, Any]) -> None:
        files.write_json(self.config_file, dict(record))

    def status(self) -> Status:
        """The run's state as its worker reported it.

        :raises GendertuiError: ``status.json`` is missing or broken (code RUN).
        """
        return read_status(self.status_file)

    def write_status(self, status: Status) -> None:
        """Replace ``status.json``. Only the worker may, once it holds the lock."""
        files.write_atomic(self.status_file, self.status_bytes(status))

    def status_bytes(self, status: Status) -> bytes:
        """Content of ``status.json`` that says ``status``, as of now."""
        value = dataclasses.asdict(dataclasses.replace(status, changed=time.time()))
        return files.json_bytes({"schema": SCHEMA, **value})

    def heartbeat(self) -> Beat | None:
        """The worker's last heartbeat; ``None`` before the first."""
        return read_beat(self.heartbeat_file)

    def lock(self) -> lock.RunLock:
        """The worker's lock, not yet acquired."""
        return lock.RunLock(self.lock_file)

    def alive(self) -> Alive:
        """Whether a worker is running: on this host judged by its lock, on another by heartbeats that change.

        A run on another host takes several calls: ``unknown`` until a change is seen.
        """
        if lock.is_held(self.lock_file) or lock.is_held(self.launcher_lock_file):
            return "alive"
        beat = self.heartbeat()
        status = self.status()
        if beat is None:
            # A status of the future is a clock's that was ahead: it makes nobody live.
            young = not status.over and abs(time.time() - status.changed) < START_SECONDS
            return "unknown" if young else "dead"
        if status.over or (beat.is_here and beat.lock_holds):
            return "dead"
        if beat.is_this_boot and not processes.exists(beat.pid):
            return "dead"
        return _observers.setdefault(self.path, Observer()).observe(beat)

    def has_worker(self) -> bool:
        """Whether a worker is running. Blocks for a run last seen on another host, until its longest allowed silence
        has passed."""
        alive = self.alive()
        return seen_beating(self.heartbeat_file) if alive == "unknown" else alive == "alive"

    def info(self) -> RunInfo:
        """The run's entry in the list; if the folder cannot be read the entry says why, instead of raising."""
        try:
            # Check for the worker first: if it ends in between, its final state is then seen.
            record, config, alive, status = self.record(), self.config(), self.alive(), self.status()
        except (GendertuiError, OSError) as error:
            why = f"{error.where}: {error.what}" if isinstance(error, GendertuiError) else str(error)
            return RunInfo(self.name, self.path, "unreadable", "dead", why, 0, 0, None, "", "", 0.0, "")
        return RunInfo(
            name=self.name,
            folder=self.path,
            state=status.state,
            alive=alive,
            why=why_died(self.heartbeat()) if alive == "dead" and not status.over else status.why,
            epoch=status.epoch,
            epochs=status.epochs,
            preset=record["preset"],
            network=config.network,
            corpus=str(record["corpus"].get("name") or Path(record["corpus"]["path"]).stem),
            started=float(record["created"]),
            headline=status.headline,
            model=status.model,
            device=str(record["resolved"].get("device") or config.device),
            balanced_accuracy=status.balanced_accuracy,
            auc=status.auc,
        )


def list_runs() -> list[RunInfo]:
    """All runs, newest first."""
    runs = paths.runs_dir()
    if not runs.is_dir():
        return []
    folders = [entry for entry in runs.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return sorted(
        (RunFolder(folder).info() for folder in folders), key=lambda run: (run.started, run.name), reverse=True
    )


def find(name: str | Path) -> RunFolder:
    """Find a run by its folder's path, its name, a unique part of its name, or ``latest``.

    :raises GendertuiError: there is none, or more than one (code RUN).
    """
    text = str(name)
    path = Path(text).expanduser()
    # A spoiled run is found by its path, too, so that it can be removed.
    if (path / "config.json").is_file() or (path.is_dir() and path.absolute().parent == paths.runs_dir()):
        return RunFolder(path)
    runs = list_runs()
    if text == "latest" and runs:
        return RunFolder(runs[0].folder)
    exact = [run for run in runs if run.name == text]
    matching = exact or [run for run in runs if text and text in run.name]
    if len(matching) == 1:
        return RunFolder(matching[0].folder)
    if matching:
        raise GendertuiError(
            f"{len(matching)} runs have {text!r} in their name",
            hint="Which of them? " + ", ".join(run.name for run in matching[:5]),
            code=ExitCode.RUN,
        )
    raise GendertuiError(
        "there is no run yet" if text == "latest" else f"there is no run {text!r}",
        where=str(paths.runs_dir()),
        hint="Runs: " + ", ".join(run.name for run in runs[:5]) if runs else "Start one: gendertui train --corpus PATH",
        code=ExitCode.RUN,
    )


def slug(text: str) -> str:
    """``text`` as a part of a file name: lower case letters, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "run"


def _rename_new(aside: Path, runs: Path, stem: str) -> Path:
    """Rename a folder to the first free name: ``stem``, ``stem-2``, …"""
    number = 1
    # A rename would silently replace an empty folder, but ours are never empty.
    while not files.rename_new(aside, target := runs / (stem if number == 1 else f"{stem}-{number}")):
        number += 1
    files.fsync_dir(runs)
    return target
