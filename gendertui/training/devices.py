"""Choose a run's device, number of threads and precision."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from gendertui import machine
from gendertui.errors import ExitCode, GendertuiError

_BFLOAT16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
"""What a CPU's flags in Linux call its products of bfloat16 matrices."""
_NO_NAME = re.compile(r"\((?:R|TM)\)|\bCPU\b|\b(?:\d+-Core )?Processor\b", re.IGNORECASE)


@dataclass(frozen=True)
class Device:
    """A device torch can compute on; memory in bytes if the device has its own."""

    id: str
    name: str
    memory_total: int | None = None
    memory_free: int | None = None


def list_devices() -> list[Device]:
    """The available devices: CUDA cards, then mps, then the CPU, which always exists."""
    devices = [_cuda(index) for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        devices.append(Device("mps", f"Apple GPU ({platform.machine()})"))
    devices.append(Device("cpu", _cpu_name()))
    return devices


def resolve(wanted: str) -> Device:
    """``auto`` → the CUDA device with most free memory, else mps, else the CPU; a name → that device.

    :raises GendertuiError: the device is not available; the message lists those that are.
    """
    devices = list_devices()
    if wanted == "auto":
        cards = [device for device in devices if device.id.startswith("cuda")]
        return max(cards, key=lambda card: card.memory_free or 0) if cards else devices[0]
    name = "cuda:0" if wanted == "cuda" else wanted
    for device in devices:
        if device.id == name:
            return device
    there = ", ".join(f"{device.id} ({device.name})" for device in devices)
    raise GendertuiError(
        f"the device {wanted!r} is not available",
        hint=f"Available: {there}. Or let the program choose: --device auto.",
        code=ExitCode.DEVICE,
    )


def of_process(wanted: str, number: int) -> str:
    """The device of one of several processes of a machine: each has a card of its own, or all have the CPU.

    :param wanted: as of :func:`resolve`; which card it names does not matter. :param number: the process's, from 0.
    :raises GendertuiError: there are fewer cards than processes, or the device is none that several can use.
    """
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return "cpu"
    if wanted == "mps":
        raise GendertuiError(
            "several processes cannot train on mps", hint="Train in one, or with --device cpu.", code=ExitCode.DEVICE
        )
    cards = torch.cuda.device_count()
    if number >= cards:
        raise GendertuiError(
            f"process {number + 1} of this machine has no GPU: there are {cards}",
            hint=f"Start at most {cards} here (--nproc, --nproc-per-node), or train with --device cpu.",
            code=ExitCode.DEVICE,
        )
    return f"cuda:{number}"


def set_threads(threads: int | None) -> int:
    """Use ``threads`` CPU threads, or one for each core this process may run on; return how many."""
    if threads is None:
        threads = machine.cores()
    torch.set_num_threads(threads)
    return threads


def resolve_precision(wanted: str, device: Device) -> str:
    """``auto`` → ``bfloat16`` if the device is fast at it, else ``float32``; other values are returned unchanged.

    :raises GendertuiError: ``bfloat16`` is requested, but the device cannot run an LSTM in it.
    """
    if wanted == "auto":
        return "bfloat16" if _fast_at_bfloat16(device) and _runs_bfloat16(device) else "float32"
    if wanted == "bfloat16" and not _runs_bfloat16(device):
        raise GendertuiError(
            f"{device.id} ({device.name}) cannot train in bfloat16",
            hint="Choose --precision auto or float32.",
            code=ExitCode.DEVICE,
        )
    return wanted


def arithmetic(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """The context in which a network computes in ``precision``, ``float32`` or ``bfloat16``."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16")


def make_deterministic() -> None:
    """Make torch deterministic. Call before the first CUDA operation."""
    # cuBLAS reads this when it is first used; without it torch refuses deterministic matmuls on CUDA.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # The same as torch.use_deterministic_algorithms(True, warn_only=True), which imports the compiler: 1.5 s.
    torch.set_deterministic_debug_mode("warn")
    # That also fills all new memory, a tenth of a step's time; nothing here reads what was not written.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


@contextmanager
def denormals_flushed() -> Iterator[None]:
    """Context in which torch on a CPU takes float32 numbers that are smaller than 1.2e-38 for 0.

    Gradients become so small on their way back through lines of a hundred words and more, and a CPU takes many times
    as long to compute with them.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def allow_tf32(precision: str) -> None:
    """Let CUDA round float32 products to TF32 where ``precision`` is ``bfloat16``, which is coarser still."""
    allowed = precision == "bfloat16"
    torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cuda.matmul.allow_tf32 = allowed


def memory(device: Device) -> machine.Memory | None:
    """What a device has now: a card its own, others the machine's; ``None`` if the system does not say."""
    if not device.id.startswith("cuda"):
        return machine.memory()
    free, total = torch.cuda.mem_get_info(torch.device(device.id))
    return machine.Memory(free, total)


def memory_used(device: Device) -> int | None:
    """Bytes torch has reserved on a card; ``None`` if the device shares the machine's memory."""
    return torch.cuda.memory_reserved(torch.device(device.id)) if device.id.startswith("cuda") else None


def _cuda(index: int) -> Device:
    free, total = torch.cuda.mem_get_info(index)
    return Device(f"cuda:{index}", torch.cuda.get_device_name(index), total, free)


def _fast_at_bfloat16(device: Device) -> bool:
    if device.id.startswith("cuda"):
        major, _ = torch.cuda.get_device_capability(torch.device(device.id))
        return major >= 8
    return device.id == "cpu" and not _BFLOAT16_FLAGS.isdisjoint(_cpu_flags())


def _runs_bfloat16(device: Device) -> bool:
    """Whether an LSTM runs in bfloat16, found out by trying, since it depends on oneDNN or cuDNN and the hardware."""
    lstm = torch.nn.LSTM(2, 2).to(device.id)
    try:
        with arithmetic(torch.device(device.id), "bfloat16"):
            lstm(torch.zeros(1, 1, 2, device=device.id))[0].sum().backward()
    except RuntimeError:
        return False
    return True


def _cpu_info(key: str) -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # Not Linux: there is no such file.
        return ""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _cpu_flags() -> frozenset[str]:
    return frozenset(_cpu_info("flags").split())


def _cpu_name() -> str:
    return plain_cpu_name(_cpu_info("model name") or platform.processor() or platform.machine())


def plain_cpu_name(given: str) -> str:
    """A CPU's name without trade marks and words that say only that it is one.

    Its clock stays: a rented machine's name may say nothing else of which processor it is.
    """
    return " ".join(_NO_NAME.sub(" ", given).split()) or given
