"""How busy the machine is: from files as Linux has them, and from a stand-in for NVIDIA's driver."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gendertui import gpu
from gendertui.gpu import Gpu, Gpus, open_gpus
from gendertui.machine_load import Sampler

WORKER = 42


class NVMLError(Exception):
    """What the library raises."""


class Nvml:
    """Two devices: one with another process on it, and one that is divided (MIG) and refuses most questions."""

    NVMLError = NVMLError
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, *, driver: bool = True) -> None:
        self.driver = driver
        self.fallen = False
        """Whether the driver answers nothing any more."""

    def nvmlInit(self) -> None:  # noqa: N802
        if not self.driver:
            raise NVMLError("Driver Not Loaded")

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        if self.fallen:
            raise NVMLError("GPU is lost")
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetMemoryInfo(self, device: int) -> Any:  # noqa: N802
        return SimpleNamespace(used=(device + 1) * 10**9, total=80 * 10**9)

    def nvmlDeviceGetComputeRunningProcesses(self, device: int) -> list[Any]:  # noqa: N802
        self._refuse(device)
        return [SimpleNamespace(pid=WORKER), SimpleNamespace(pid=7)]

    def nvmlDeviceGetUtilizationRates(self, device: int) -> Any:  # noqa: N802
        self._refuse(device)
        return SimpleNamespace(gpu=93)

    def nvmlDeviceGetTemperature(self, device: int, _: int) -> int:  # noqa: N802
        return 61

    def nvmlDeviceGetPowerUsage(self, device: int) -> int:  # noqa: N802
        self._refuse(device)
        return 310_400

    def _refuse(self, device: int) -> None:
        if device == 1:
            raise NVMLError("Not Supported")


def missing() -> Any:
    raise ImportError("pynvml")


def test_gpus_are_told_with_who_else_is_on_them_and_what_is_refused_is_none() -> None:
    nvml = Nvml()
    gpus = open_gpus(lambda: nvml)
    assert gpus.absent == ""
    assert gpus.sample(WORKER) == (
        Gpu(0, busy=93, used=10**9, total=80 * 10**9, celsius=61, watts=310.4, others=1),
        Gpu(1, busy=None, used=2 * 10**9, total=80 * 10**9, celsius=61, watts=None, others=None),
    )
    nvml.fallen = True
    assert gpus.sample(WORKER) == ()


@pytest.mark.parametrize("driver", [False, True])
def test_why_there_is_nothing_of_gpus_is_said(driver: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "driver_is_here", lambda: driver)
    library, init = open_gpus(missing), open_gpus(lambda: Nvml(driver=False))
    assert library.absent == ("nvidia-ml-py is not installed" if driver else "no NVIDIA driver")
    assert init.absent == ("NVML: Driver Not Loaded" if driver else "no NVIDIA driver")
    assert library.sample(None) == init.sample(None) == ()


def proc(folder: Path, *, busy: int, idle: int, worker: int | None = None, pages: int = 0) -> None:
    """What Linux's ``/proc`` says."""
    folder.joinpath("stat").write_text(f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 1 1 1\n")
    if worker is not None:
        folder.joinpath(str(WORKER)).mkdir(exist_ok=True)
        # A process may give itself any name.
        fields = f"{WORKER} (a) b ) R 1 1 1 0 -1 0 0 0 0 0 {worker} 0 0 0 20 0 9 0"
        folder.joinpath(str(WORKER), "stat").write_text(fields)
        folder.joinpath(str(WORKER), "statm").write_text(f"9999 {pages} 1 1 0 1 0\n")


def test_what_was_busy_between_two_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    sampler = Sampler(tmp_path, lambda: Gpus(absent="none here"))
    proc(tmp_path, busy=1000, idle=5000, worker=500, pages=3)
    first = sampler.sample(WORKER)
    assert first.cpu is None and first.worker_cpu is None
    assert first.worker_memory == 3 * os.sysconf("SC_PAGE_SIZE") and first.no_gpus == "none here"
    # Of 800 ticks of four processors 600 were busy, 400 of them with the worker: two whole processors.
    proc(tmp_path, busy=1600, idle=5200, worker=900)
    second = sampler.sample(WORKER)
    assert second.cpu == 0.75 and second.worker_cpu == 2.0
    # Another worker is not counted from what that one used.
    assert sampler.sample(None).worker_cpu is None


def test_a_system_without_those_files_is_no_error(tmp_path: Path) -> None:
    sampler = Sampler(tmp_path, Gpus)
    for _ in range(2):
        load = sampler.sample(WORKER)
        assert load.cpu is None and load.worker_cpu is None and load.worker_memory is None
