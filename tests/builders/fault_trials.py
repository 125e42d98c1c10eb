"""Trials of a run that something went wrong in: what it left, compared with an unbroken one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendertui.runs.folder import RunFolder
from gendertui.training.config import TrainingConfig, preset, with_changes
from tests.builders.corpora import collated
from tests.builders.faults import Fault
from tests.builders.warm_workers import WarmWorkers

SMALL = {"hidden_size": 4, "embedding_dim": 4, "batch_size": 16, "threads": 1, "device": "cpu", "epochs": 2}
NAME = "subject"
_VARIES = {"time", "seconds", "lines_per_second", "tokens_per_second", "memory_bytes", "run"}


@dataclass
class Bench:
    """Where trials are made: a folder with a corpus and a home for each run, and workers that begin at once."""

    folder: Path
    workers: WarmWorkers
    config: TrainingConfig

    @property
    def corpus(self) -> Path:
        return self.folder / "lines.txt"

    def new_run(self, home: str) -> RunFolder:
        """A run in a home of its own, with nothing in any cache."""
        self.enter(home)
        return RunFolder.create(self.config, {"path": str(self.corpus)}, name=NAME)

    def enter(self, home: str) -> Path:
        """Use a home, an empty one if it is new."""
        os.environ["GENDERTUI_HOME"] = str(self.folder / home)
        return self.folder / home

    def copy(self, run: RunFolder, home: str) -> RunFolder:
        """The run with its whole home, in another one."""
        source, target = home_of(run), self.enter(home)
        shutil.copytree(source, target)
        return RunFolder(target / run.path.relative_to(source))

    def leave(self, run: RunFolder) -> None:
        """Remove a run's home."""
        shutil.rmtree(home_of(run))

    def operations(self, run: RunFolder, *, resume: bool = False) -> list[str]:
        """Let a worker end a run; what it did to files, each as ``operation path`` with the path below the home."""
        record = self.folder / "operations"
        record.unlink(missing_ok=True)
        assert self.workers.start(run, resume=resume, fault=Fault(record=str(record))).wait() == 0
        return record.read_text(encoding="utf-8").replace(run.name, "RUN").splitlines()


@contextmanager
def bench(folder: Path, *wrapped: str, **changes: Any) -> Iterator[Bench]:
    """A bench whose workers have imported all that a whole run needs."""
    folder.joinpath("lines.txt").write_text(collated(films=24, lines=10), encoding="utf-8")
    with WarmWorkers(*wrapped) as workers:
        made = Bench(folder, workers, with_changes(preset("quick"), {**SMALL, **changes}))
        run = made.new_run("warming")
        assert workers.start(run, learn_imports=True).wait() == 0, run.log_file.read_text(encoding="utf-8")
        made.leave(run)
        yield made


def home_of(run: RunFolder) -> Path:
    return run.path.parents[2]


def outcome(run: RunFolder) -> dict[str, Any]:
    """All of a run that is over that must not depend on how it was broken off."""
    *lines, torn = run.events_file.read_bytes().split(b"\n")
    events = [json.loads(line) for line in lines]
    kinds = [event["type"] for event in events]
    status = run.status()
    published = home_of(run) / "cache" / "models" / str(status.model)
    manifest = json.loads((published / "bundle.json").read_bytes())
    return {
        "status": (status.state, status.why, status.epoch, status.epochs, status.headline),
        "half a line": torn,
        "epochs": [_constant(event) for event in events if event["type"] == "epoch"],
        "told once": {kind: kinds.count(kind) for kind in ("plan", "baselines", "done", "error")},
        "last": kinds[-1],
        "report": _constant(json.loads(run.report_file.read_bytes())),
        "published": {key: manifest.get(key) for key in ("name", "files", "tensors", "calibration", "labels")},
        **{
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in {
                "weights": run.model_folder / "weights.safetensors",
                "published weights": published / "weights.safetensors",
                "split": run.path / "split.npy",
                "scores": run.scores_file,
                "characters": run.character_scores_file,
            }.items()
        },
    }


def litter(run: RunFolder) -> list[str]:
    """What a worker writes aside and a finished run has no use for, by its path below the home."""
    home = home_of(run)
    return sorted(str(path.relative_to(home)) for path in home.rglob(".*"))


def differences(run: RunFolder, expected: dict[str, Any]) -> list[str]:
    """In which points a run ended otherwise than an unbroken one, or left something behind."""
    try:
        found = outcome(run)
    except (OSError, ValueError, KeyError) as error:
        return [f"{type(error).__name__}: {error}"]
    wrong = [
        f"{key}: {str(found[key])[:200]}, not {str(expected[key])[:200]}"
        for key in expected
        if found[key] != expected[key]
    ]
    left = litter(run)
    return [*wrong, *([f"left behind: {', '.join(left)}"] if left else [])]


def _constant(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _constant(item) for key, item in value.items() if key not in _VARIES}
    return [_constant(item) for item in value] if isinstance(value, list) else value
