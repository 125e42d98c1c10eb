"""Checkpoints: at any instant one of the two is whole, and a broken one is found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from gendertui.errors import ExitCode, GendertuiError
from gendertui.training.checkpoint import TENSORS, Checkpoints


def written(folder: Path, number: int) -> Checkpoints:
    checkpoints = Checkpoints(folder)
    tensors = {name: {"value": torch.full((3,), float(number))} for name in TENSORS}
    state = {"epoch": number, "batch": 0, "events_bytes": 0, "hardware": {}}
    checkpoints.write(state, {**tensors, "best": {}})
    return checkpoints


def epoch_of(checkpoints: Checkpoints) -> int:
    snapshot = checkpoints.load()
    assert snapshot is not None
    assert float(snapshot.tensors["weights"]["value"][0]) == snapshot.state["epoch"]
    assert snapshot.tensors["best"] == {}
    return int(snapshot.state["epoch"])


def test_current_and_previous(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "checkpoint")
    assert checkpoints.load() is None
    assert checkpoints.state() is None
    for number in (1, 2, 3):
        checkpoints = written(tmp_path / "checkpoint", number)
        assert epoch_of(checkpoints) == number
    assert sorted(path.name for path in checkpoints.folder.iterdir()) == ["current", "previous"]
    assert sorted(path.name for path in checkpoints.current.iterdir()) == [
        "best.safetensors",
        "optimiser.safetensors",
        "rng.safetensors",
        "state.json",
        "weights.safetensors",
    ]
    assert json.loads((checkpoints.previous / "state.json").read_text())["epoch"] == 2
    for path in checkpoints.current.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_killed_between_any_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    folder = tmp_path / "checkpoint"
    for number in (1, 2):
        written(folder, number)
    rename = Path.rename
    done: list[Path] = []

    def killed(path: Path, target: Any) -> Path:
        if len(done) == calls:
            raise KeyboardInterrupt
        done.append(path)
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            written(folder, 3)
    assert epoch_of(Checkpoints(folder)) == 2
    # The next writer clears up what the killed one left.
    assert epoch_of(written(folder, 4)) == 4
    assert {path.name for path in folder.iterdir()} <= {"current", "previous"}


@pytest.mark.parametrize("name", ["state.json", "weights.safetensors", "rng.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "flipped"])
def test_a_broken_one_is_passed_over_and_said(tmp_path: Path, name: str, damage: str) -> None:
    written(tmp_path, 1)
    checkpoints = written(tmp_path, 2)
    path = checkpoints.current / name
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(data[:-1])
    else:
        path.write_bytes(bytes([data[0] ^ 0xFF]) + data[1:])
    snapshot = checkpoints.load()
    assert snapshot is not None
    assert snapshot.state["epoch"] == 1
    assert snapshot.warning is not None
    assert name in snapshot.warning


def test_both_broken_is_an_error_that_names_them(tmp_path: Path) -> None:
    written(tmp_path, 1)
    checkpoints = written(tmp_path, 2)
    for folder in (checkpoints.current, checkpoints.previous):
        (folder / "optimiser.safetensors").unlink()
    with pytest.raises(GendertuiError, match=r"current: optimiser.*previous: optimiser") as caught:
        checkpoints.load()
    assert caught.value.code == ExitCode.RUN
