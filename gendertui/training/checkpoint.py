"""A run's checkpoints on disk: the current and the previous one, each self-contained.

A checkpoint is written to a temporary folder, fsynced and renamed, so that at any moment at least one of the two is
intact. Tensors are kept as safetensors, the rest in ``state.json``, which also has the other files' hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from gendertui import files, state_files
from gendertui.errors import ExitCode, GendertuiError

SCHEMA = 1

STATE = "state.json"
TENSORS = ("weights", "optimiser", "rng", "best")
"""The tensor files: current weights, Adam's moments, generators, and the best epoch's weights (empty before one)."""


@dataclass(frozen=True)
class Snapshot:
    """Content of a checkpoint. ``state`` is JSON: position, sums so far, history, hardware, length of the events."""

    state: dict[str, Any]
    tensors: dict[str, dict[str, Tensor]] = field(default_factory=dict)
    """One mapping of names to tensors on the host for each of :data:`TENSORS`."""
    warning: str | None = None
    """Why it is not the newest checkpoint; ``None`` if it is."""


class Checkpoints:
    """The folder ``checkpoint/`` of a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current = folder / "current"
        self.previous = folder / "previous"

    def write(self, state: Mapping[str, Any], tensors: Mapping[str, Mapping[str, Tensor]]) -> None:
        """Write a new current checkpoint; the old one becomes the previous one.

        :param state: JSON-able.
        :param tensors: tensors by name for each of :data:`TENSORS`, on any device.
        """
        # Its parent, the run's folder, is not made again where it was removed.
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._sweep()
        with files.dir_aside(self.folder, ".new.") as aside:
            hashes = {}
            for name in TENSORS:
                path = aside / f"{name}.safetensors"
                host = {key: value.detach().to("cpu").contiguous() for key, value in tensors[name].items()}
                # safetensors refuses shared memory, and the best epoch's weights may be the current ones.
                save_file(host, path)
                path.chmod(0o600)
                hashes[path.name] = _settle(path)
            state_path = aside / STATE
            state_path.write_text(json.dumps({"schema": SCHEMA, **state, "sha256": hashes}), encoding="utf-8")
            state_path.chmod(0o600)
            _settle(state_path)
            files.fsync_dir(aside)
            self._shift(aside)

    def load(self) -> Snapshot | None:
        """The newest intact checkpoint; ``None`` if none was ever written.

        :raises GendertuiError: there are checkpoints, but none is intact.
        """
        found = [folder for folder in (self.current, self.previous) if folder.is_dir()]
        if not found:
            return None
        reasons = []
        for folder in found:
            try:
                state, tensors = _read(folder)
            except _BrokenError as error:
                reasons.append(f"{folder.name}: {error}")
                continue
            warning = (
                f"the newest checkpoint is broken ({reasons[0]}), resuming from the one before" if reasons else None
            )
            return Snapshot(state, tensors, warning)
        raise GendertuiError(
            f"no checkpoint can be read: {'; '.join(reasons)}",
            where=str(self.folder),
            hint="Start a new run with the same settings.",
            code=ExitCode.RUN,
        )

    def state(self) -> dict[str, Any] | None:
        """The state of the checkpoint that :meth:`load` returns."""
        snapshot = self.load()
        return snapshot.state if snapshot else None

    def _shift(self, aside: Path) -> None:
        """Rename: current to previous, ``aside`` to current. A kill in between leaves the previous one intact."""
        if self.current.exists():
            if self.previous.exists():
                self.previous.rename(self.folder / f".old.{aside.name[5:]}")
            self.current.rename(self.previous)
        aside.rename(self.current)
        files.fsync_dir(self.folder)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what a killed writer left behind; the run's lock excludes a second writer."""
        for leftover in [*self.folder.glob(".new.*"), *self.folder.glob(".old.*")]:
            shutil.rmtree(leftover, ignore_errors=True)


@dataclass(frozen=True)
class _Position:
    """What every ``state.json`` says, whatever was trained."""

    epoch: int
    batch: int
    events_bytes: int
    hardware: dict[str, Any]
    sha256: dict[str, str]

    def __post_init__(self) -> None:
        if self.epoch < 1 or self.batch < 0 or self.events_bytes < 0:
            raise ValueError(f"epoch {self.epoch}, batch {self.batch}, {self.events_bytes} bytes is no position")


class _BrokenError(Exception):
    """Why a checkpoint cannot be used."""


def _settle(path: Path) -> str:
    """Fsync a file; return its sha256."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return digest


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, Tensor]]]:
    try:
        state = state_files.read_object(folder / STATE)
    except (OSError, ValueError) as error:
        raise _BrokenError(f"{STATE} cannot be read ({error})") from error
    if state.get("schema") != SCHEMA:
        raise _BrokenError(f"{STATE} is of another version")
    try:
        hashes = state_files.typed(state, _Position).sha256
    except ValueError as error:
        raise _BrokenError(f"{STATE} is not a checkpoint's: {error}") from error
    tensors = {}
    for name in TENSORS:
        path = folder / f"{name}.safetensors"
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != hashes[path.name]:
                raise _BrokenError(f"{path.name} does not match its checksum")
            tensors[name] = load_file(path)
        except (OSError, KeyError, SafetensorError) as error:
            raise _BrokenError(f"{path.name} cannot be read ({error})") from error
    return state, tensors


def generator_tensors(device: torch.device) -> dict[str, Tensor]:
    """The state of torch's generators: the host's, and the device's where it has its own."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def generators_of_all(each: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """What a checkpoint keeps of what :func:`generator_tensors` gave each process; of rank 0 as if there was no
    other."""
    return {f"{rank}/{name}" if rank else name: value for rank, own in enumerate(each) for name, value in own.items()}


def generators_of(kept: Mapping[str, Tensor], rank: int) -> dict[str, Tensor]:
    """A process's own of what :func:`generators_of_all` returned; nothing if there was no such process."""
    parts = {name: name.rpartition("/") for name in kept}
    return {kind: kept[name] for name, (of, _, kind) in parts.items() if of == (str(rank) if rank else "")}


def restore_generators(device: torch.device, states: Mapping[str, Tensor]) -> None:
    """Restore what :func:`generator_tensors` returned; the state of another kind of device is skipped."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])
