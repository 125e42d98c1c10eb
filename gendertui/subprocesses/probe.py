"""``python -m gendertui.subprocesses.probe``: what torch finds on this machine, as one JSON object on stdout.

A process of its own, so that the app never imports torch. ``--quick`` lists devices; ``--matmul`` also
multiplies two real matrices on each; ``--config JSON --vocabulary N`` trains the configured network on random
lines for a moment and says how fast that goes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gendertui.errors import GendertuiError
from gendertui.training.config import TrainingConfig

DRIVER_FILE = Path("/proc/driver/nvidia/version")
MATMUL_SIZE = 512
MATMUL_ROUNDS = 5
SMI_SECONDS = 10


def main(arguments: list[str] | None = None) -> int:
    """Print the answer; a device that does not work is part of it, one that is not there an error (code DEVICE)."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.subprocesses.probe", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="list devices only (the default)")
    parser.add_argument("--matmul", action="store_true", help="multiply two matrices on each device")
    parser.add_argument("--config", metavar="JSON", help="a TrainingConfig to time")
    parser.add_argument(
        "--vocabulary", "--vocab", type=int, default=20_000, metavar="N", help="words of its vocabulary"
    )
    options = parser.parse_args(arguments)
    # As in the worker, whose speed this is to foretell.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        return _print_answer(options)
    except GendertuiError as error:
        sys.stderr.write(f"{error}\n")
        return error.code


def _print_answer(options: argparse.Namespace) -> int:
    answer = look(matmul=options.matmul)
    if options.config is not None:
        from gendertui.subprocesses.timing import tokens_per_second

        config = TrainingConfig(**json.loads(options.config))
        answer["tokens_per_second"] = tokens_per_second(config, options.vocabulary)
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def look(*, matmul: bool = False) -> dict[str, Any]:
    """Devices, versions, and whether a driver stands beside a torch that cannot use it."""
    import torch

    from gendertui.training.devices import list_devices, resolve

    smi = nvidia_smi()
    devices = [asdict(device) for device in list_devices()]
    for device in devices:
        if device["id"].startswith("cuda:"):
            device["physical_index"] = _physical(int(device["id"].removeprefix("cuda:")), smi)
        else:
            # The processor's memory is the machine's; so is Apple's GPU's.
            device["memory_total"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
            device["memory_free"] = _available_memory()
        device["matmul_ms"], device["error"] = _matmul(device["id"]) if matmul else (None, None)
    return {
        "torch_version": torch.__version__,
        "cuda_version": torch.version.cuda,
        "driver_visible": bool(smi) or DRIVER_FILE.exists(),
        "driver_version": _driver_version(),
        "cuda_visible_devices": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "threads": torch.get_num_threads(),
        "devices": devices,
        "default": resolve("auto").id,
    }


def nvidia_smi() -> dict[str, int]:
    """The driver's list: uuid → physical index; empty where ``nvidia-smi`` is not there or does not work."""
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
    """Which GPU of the machine ``cuda:index`` is: by its uuid, else by CUDA_VISIBLE_DEVICES, else unknown."""
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


def _available_memory() -> int | None:
    """Bytes that can be had without swapping, where the system says so."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def _driver_version() -> str | None:
    try:
        lines = DRIVER_FILE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return lines[0].split(":", 1)[-1].strip() if lines else None


def _matmul(device: str) -> tuple[float | None, str | None]:
    """Milliseconds of one product of two matrices, checked; or what went wrong."""
    import torch

    try:
        left = torch.ones(MATMUL_SIZE, MATMUL_SIZE, device=device)
        best = float("inf")
        for _ in range(MATMUL_ROUNDS):
            begun = time.perf_counter()
            product = left @ left
            # Reading a number waits for the device to be done.
            corner = float(product[-1, -1])
            best = min(best, time.perf_counter() - begun)
        if corner != MATMUL_SIZE:
            return None, f"a product of ones gave {corner} instead of {MATMUL_SIZE}"
    except RuntimeError as error:
        return None, str(error).splitlines()[0]
    return best * 1000, None


if __name__ == "__main__":
    sys.exit(main())
