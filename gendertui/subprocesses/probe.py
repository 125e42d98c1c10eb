"""The devices torch finds on this machine, for a caller that must not import it. ``main`` runs in the subprocess.

Capabilities are cached by versions and hardware; free memory is never cached.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gendertui import files, gpu, machine, paths, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress
from gendertui.subprocesses.task import SubprocessTask, serve
from gendertui.training.config import FIELDS, TrainingConfig

PROBE_SECONDS = 120
MATMUL_SIZE = 512
MATMUL_ROUNDS = 5
SMI_SECONDS = 10
SCHEMA = 1


def devices(
    fresh: bool = False, *, matmul: bool = False, started: Callable[[Callable[[], None]], object] | None = None
) -> dict[str, Any]:
    """The available devices: ``devices`` (``id, name, memory_total, memory_free, physical_index, matmul_ms``),
    ``default``, ``torch_version``, ``cuda_version``, ``driver_visible``.

    :param fresh: ask the probe (about the time of importing torch) instead of the cache, whose ``memory_free`` is
        always ``None``.
    :param matmul: also multiply two real matrices on each; always fresh.
    :param started: called with what ends it, from any thread, once it has begun.
    :raises GendertuiError: the probe failed, or was ended (code DEVICE).
    """
    cache = _cache_file("devices")
    if not fresh and not matmul:
        cached = _read(cache)
        if cached is not None:
            return {**cached, "cached": True}
    answer = _ask({"matmul": matmul}, started)
    if answer is None:
        raise GendertuiError("the probe of devices was ended", code=ExitCode.DEVICE)
    kept = [{**device, "memory_free": None, "matmul_ms": None, "error": None} for device in answer["devices"]]
    files.write_json(cache, {**answer, "devices": kept, "schema": SCHEMA})
    return {**answer, "cached": False}


def known_devices() -> dict[str, str]:
    """Id → name of the devices that :func:`devices` found before; empty where nobody has asked yet."""
    cached = _read(_cache_file("devices"))
    return {} if cached is None else {str(device["id"]): str(device["name"]) for device in cached["devices"]}


def known_speed(config: TrainingConfig, vocabulary: int) -> float | None:
    """What :func:`speed` measured before; ``None`` where it has not."""
    cached = _read(_speed_file(config, vocabulary))
    return None if cached is None else float(cached["tokens_per_second"])


def speed(
    config: TrainingConfig, vocabulary: int, *, started: Callable[[Callable[[], None]], object] | None = None
) -> float | None:
    """Training speed of the configured network on this machine in tokens per second, measured once for each kind of
    configuration; ``None`` where the measuring was ended.

    :param started: called with what ends it, from any thread, once it has begun.
    :raises GendertuiError: the probe failed, or the requested device is not available (code DEVICE).
    """
    known = known_speed(config, vocabulary)
    if known is not None:
        return known
    answer = _ask({"config": config.model_dump(mode="json"), "vocabulary": vocabulary}, started)
    if answer is None:
        return None
    measured = float(answer["tokens_per_second"])
    files.write_json(_speed_file(config, vocabulary), {"schema": SCHEMA, "tokens_per_second": measured})
    return measured


def _speed_file(config: TrainingConfig, vocabulary: int) -> Path:
    timed = {name: getattr(config, name) for name, field in FIELDS.items() if field.metadata.affects_speed}
    # Twice the words do not take twice the time: the order of magnitude is enough.
    return _cache_file("speed", json.dumps(timed, sort_keys=True), str(vocabulary.bit_length()))


def _ask(
    request: dict[str, Any], started: Callable[[Callable[[], None]], object] | None = None
) -> dict[str, Any] | None:
    with SubprocessTask("the probe of devices", __name__, failure=ExitCode.DEVICE) as task:
        if started is not None:
            started(task.cancel)
        answer: dict[str, Any] | None = task.ask(request, timeout=PROBE_SECONDS)
    return answer


def _cache_file(kind: str, *parts: str) -> Path:
    """Cache file for the current versions, processor, GPUs, driver and choice of GPUs."""
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
    """The driver's version and GPU names, read without calling the driver."""
    found: list[str] = []
    for path in (gpu.DRIVER_FILE, *sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))):
        try:
            found.append(path.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
    return found


def _read(cache: Path) -> dict[str, Any] | None:
    """A cached answer; ``None`` if there is none of this schema."""
    try:
        value = state_files.read_object(cache)
    except (FileNotFoundError, ValueError):
        return None
    return value if value.get("schema") == SCHEMA else None


# In the subprocess


def _probe(request: dict[str, Any], _: Progress) -> dict[str, Any]:
    """A device that does not work is part of the answer; a missing one is an error (code DEVICE)."""
    if "config" in request:
        from gendertui.subprocesses.timing import tokens_per_second

        config = TrainingConfig(**request["config"])
        return {"tokens_per_second": tokens_per_second(config, request["vocabulary"])}
    return look(matmul=request["matmul"])


def look(*, matmul: bool = False) -> dict[str, Any]:
    """Devices, versions, and whether a driver is installed that torch cannot use."""
    import torch

    from gendertui.training.devices import list_devices, resolve

    smi = nvidia_smi()
    devices = [asdict(device) for device in list_devices()]
    for device in devices:
        device["physical_index"] = None
        if device["id"].startswith("cuda:"):
            device["physical_index"] = _physical(int(device["id"].removeprefix("cuda:")), smi)
        else:
            # The processor's memory is the machine's; so is Apple's GPU's.
            host = machine.memory()
            device["memory_total"] = None if host is None else host.total
            device["memory_free"] = None if host is None else host.free
        device["matmul_ms"], device["error"] = _matmul(device["id"]) if matmul else (None, None)
    return {
        "torch_version": torch.__version__,
        "cuda_version": torch.version.cuda,
        "driver_visible": bool(smi) or gpu.driver_is_here(),
        "driver_version": _driver_version(),
        "cuda_visible_devices": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "threads": torch.get_num_threads(),
        "devices": devices,
        "default": resolve("auto").id,
    }


def nvidia_smi() -> dict[str, int]:
    """The driver's list: uuid → physical index; empty if ``nvidia-smi`` is missing or does not work."""
    command = ["nvidia-smi", "--query-gpu=index,uuid", "--format=csv,noheader"]
    try:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=SMI_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    rows = (line.split(", ") for line in result.stdout.splitlines())
    return {row[1].strip(): int(row[0]) for row in rows if len(row) == 2 and row[0].strip().isdigit()}


def physical_index(index: int, visible: str | None, uuid: str | None, smi: dict[str, int]) -> int | None:
    """Physical index of ``cuda:index``: from its uuid, else from CUDA_VISIBLE_DEVICES, else ``None``."""
    if uuid is not None:
        full = uuid if uuid.startswith("GPU-") else f"GPU-{uuid}"
        if full in smi:
            return smi[full]
    if visible is None:
        return index
    named = [part.strip() for part in visible.split(",")]
    if index < len(named) and named[index].isdigit():
        return int(named[index])
    found = [number for name, number in smi.items() if index < len(named) and name.startswith(named[index])]
    return found[0] if len(found) == 1 else None


def _physical(index: int, smi: dict[str, int]) -> int | None:
    import torch

    # CUDA numbers devices by speed, nvidia-smi by bus: only the uuid is the same in both.
    uuid = str(getattr(torch.cuda.get_device_properties(index), "uuid", "")) or None
    return physical_index(index, os.environ.get("CUDA_VISIBLE_DEVICES"), uuid, smi)


def _driver_version() -> str | None:
    try:
        lines = gpu.DRIVER_FILE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return lines[0].split(":", 1)[-1].strip() if lines else None


def _matmul(device: str) -> tuple[float | None, str | None]:
    """Milliseconds for one verified product of two matrices, or what went wrong."""
    import torch

    try:
        left = torch.ones(MATMUL_SIZE, MATMUL_SIZE, device=device)
        best = float("inf")
        for _ in range(MATMUL_ROUNDS):
            begun = time.perf_counter()
            product = left @ left
            # Reading a value waits for the device.
            corner = float(product[-1, -1])
            best = min(best, time.perf_counter() - begun)
        if corner != MATMUL_SIZE:
            return None, f"a product of ones gave {corner} instead of {MATMUL_SIZE}"
    except RuntimeError as error:
        return None, str(error).splitlines()[0]
    return best * 1000, None


if __name__ == "__main__":
    sys.exit(serve(_probe))
