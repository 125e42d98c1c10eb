"""What the probe says, asked from a process that must not import torch.

Capabilities are cached by versions and hardware; free memory is only ever what the probe says now.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gendertui import files, paths, spawn
from gendertui.errors import ExitCode, GendertuiError
from gendertui.training.config import TrainingConfig

PROBE_SECONDS = 120
SCHEMA = 1
# What determines how fast a configuration trains; the rest would only miss the cache.
_TIMED = (
    "network",
    "batch_size",
    "hidden_size",
    "num_layers",
    "embedding_dim",
    "max_length",
    "batching",
    "device",
    "precision",
    "threads",
)


def devices(fresh: bool = False, *, matmul: bool = False) -> dict[str, Any]:
    """The devices there are: ``devices`` (``id, name, memory_total, memory_free, physical_index, matmul_ms``),
    ``default``, ``torch_version``, ``cuda_version``, ``driver_visible``.

    :param fresh: ask the probe (about the time of importing torch) instead of the cache, whose ``memory_free``
        is always ``None``.
    :param matmul: also multiply two real matrices on each; always fresh.
    :raises GendertuiError: the probe failed (code DEVICE).
    """
    cache = _cache_file("devices")
    if not fresh and not matmul:
        cached = _read(cache)
        if cached is not None:
            return {**cached, "cached": True}
    answer = _ask("--matmul" if matmul else "--quick")
    kept = [{**device, "memory_free": None, "matmul_ms": None, "error": None} for device in answer["devices"]]
    files.write_json(cache, {**answer, "devices": kept, "schema": SCHEMA})
    return {**answer, "cached": False}


def speed(config: TrainingConfig, vocabulary: int) -> float:
    """Tokens a second the configured network trains at here, timed once for each kind of configuration.

    :raises GendertuiError: the probe failed, or the device asked for is not there (code DEVICE).
    """
    timed = {name: getattr(config, name) for name in _TIMED}
    # Twice the words are not twice the time: the magnitude will do.
    cache = _cache_file("speed", json.dumps(timed, sort_keys=True), str(vocabulary.bit_length()))
    cached = _read(cache)
    if cached is None:
        answer = _ask("--config", config.model_dump_json(), "--vocabulary", str(vocabulary))
        cached = {"schema": SCHEMA, "tokens_per_second": answer["tokens_per_second"]}
        files.write_json(cache, cached)
    return float(cached["tokens_per_second"])


def _ask(*options: str) -> dict[str, Any]:
    try:
        result = subprocess.run(
            spawn.command("gendertui.subprocesses.probe", *options),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PROBE_SECONDS,
            env=spawn.environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GendertuiError(f"the probe of devices failed: {error}", code=ExitCode.DEVICE) from error
    lines = result.stdout.splitlines()
    if result.returncode != 0 or not lines:
        said = result.stderr.strip().splitlines() or [f"exit code {result.returncode}"]
        if result.returncode == ExitCode.DEVICE:
            raise GendertuiError(said[0], hint="\n".join(said[1:]) or None, code=ExitCode.DEVICE)
        raise GendertuiError(
            f"the probe of devices failed: {said[-1]}",
            hint="`gendertui doctor` shows what is wrong with this installation.",
            code=ExitCode.DEVICE,
        )
    try:
        answer: dict[str, Any] = json.loads(lines[-1])
    except ValueError as error:
        raise GendertuiError(f"the probe of devices answered {lines[-1]!r}", code=ExitCode.DEVICE) from error
    return answer


def _cache_file(kind: str, *parts: str) -> Path:
    """Another version, processor, GPU, driver or choice of GPUs is another file."""
    identity = [
        _version("gendertui"),
        _version("torch"),
        sys.version,
        platform.platform(),
        str(os.cpu_count()),
        os.environ.get("CUDA_VISIBLE_DEVICES", "unset"),
        *_gpus(),
        *parts,
    ]
    key = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:16]
    return paths.probe_dir() / f"{kind}-{key}.json"


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


def _gpus() -> list[str]:
    """The driver's version and its GPUs, by name, without asking it."""
    found: list[str] = []
    for path in (Path("/proc/driver/nvidia/version"), *sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))):
        try:
            found.append(path.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
    return found


def _read(cache: Path) -> dict[str, Any] | None:
    """A cached answer; ``None`` where there is none of this schema, and it is asked again."""
    try:
        value = json.loads(cache.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return value if isinstance(value, dict) and value.get("schema") == SCHEMA else None
