"""What NVIDIA's GPUs do, asked of their driver by NVML (``nvidia-ml-py``, the extra ``gpu``)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DISTRIBUTION = "nvidia-ml-py"
DRIVER_FILE = Path("/proc/driver/nvidia/version")


@dataclass(frozen=True)
class Gpu:
    """One device; ``None`` for what its driver does not say, as of a GPU that is divided (MIG)."""

    index: int
    """Among the machine's, as ``nvidia-smi`` counts."""
    busy: int | None
    """Per cent of the time."""
    used: int | None
    """Bytes of its memory."""
    total: int | None
    celsius: int | None
    watts: float | None
    others: int | None
    """Processes on it besides the run's worker."""


class Gpus:
    """The machine's GPUs. ``absent`` says why there is nothing of them, and is empty where there is."""

    def __init__(self, nvml: Any = None, absent: str = "") -> None:
        self._nvml = nvml
        self.absent = absent

    def sample(self, worker: int | None) -> tuple[Gpu, ...]:
        """Figures of all devices that answer, now.

        :param worker: the process that is not another on them.
        """
        nvml = self._nvml
        if nvml is None:
            return ()
        count = self._asked(nvml.nvmlDeviceGetCount)
        found = [self._gpu(index, worker) for index in range(count or 0)]
        return tuple(gpu for gpu in found if gpu is not None)

    def _gpu(self, index: int, worker: int | None) -> Gpu | None:
        nvml = self._nvml
        device = self._asked(lambda: nvml.nvmlDeviceGetHandleByIndex(index))
        if device is None:
            return None
        memory = self._asked(lambda: nvml.nvmlDeviceGetMemoryInfo(device))
        processes = self._asked(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(device))
        milliwatts = self._asked(lambda: nvml.nvmlDeviceGetPowerUsage(device))
        return Gpu(
            index=index,
            busy=self._asked(lambda: nvml.nvmlDeviceGetUtilizationRates(device).gpu),
            used=None if memory is None else memory.used,
            total=None if memory is None else memory.total,
            celsius=self._asked(lambda: nvml.nvmlDeviceGetTemperature(device, nvml.NVML_TEMPERATURE_GPU)),
            watts=None if milliwatts is None else milliwatts / 1000,
            others=None if processes is None else sum(process.pid != worker for process in processes),
        )

    def _asked(self, question: Callable[[], Any]) -> Any:
        """The driver's answer; ``None`` where it refuses one."""
        try:
            return question()
        except self._nvml.NVMLError:
            return None


def driver_is_here() -> bool:
    """Whether this machine has NVIDIA's driver."""
    return DRIVER_FILE.exists()


def open_gpus(load: Callable[[], Any] = lambda: importlib.import_module("pynvml")) -> Gpus:
    """Begin to ask the driver. Never an error: what is in the way is in ``absent``.

    :param load: gives the module of NVML; ``ImportError`` where it is not installed.
    """
    try:
        nvml = load()
    except ImportError:
        return Gpus(absent=f"{DISTRIBUTION} is not installed" if driver_is_here() else "no NVIDIA driver")
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        return Gpus(absent=f"NVML: {error}" if driver_is_here() else "no NVIDIA driver")
    return Gpus(nvml)
