"""How busy the machine is, and how much of it one process takes: processor, memory, GPUs.

Processors and processes are read from ``/proc``, as Linux has it; elsewhere those figures are ``None``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gendertui.gpu import Gpu, Gpus, open_gpus
from gendertui.machine import memory


@dataclass(frozen=True)
class Load:
    """One sample; ``None`` is what the system does not say, or what only two samples tell."""

    cpu: float | None = None
    """Share of all processors that was busy since the sample before, 0 to 1."""
    worker_cpu: float | None = None
    """Processors that the worker used since the sample before: 1.5 is one and a half."""
    used: int | None = None
    """Bytes of memory."""
    total: int | None = None
    worker_memory: int | None = None
    """Bytes of memory that the worker has resident."""
    gpus: tuple[Gpu, ...] = ()
    no_gpus: str = ""
    """Why there is nothing of GPUs."""


@dataclass(frozen=True)
class _Ticks:
    """Clock ticks since the machine's, or the process's, beginning."""

    busy: int
    total: int
    pid: int | None
    worker: int | None


class Sampler:
    """Takes samples, each counted from the one before. Not for the event loop: a driver may take its time."""

    def __init__(self, proc: Path = Path("/proc"), gpus: Callable[[], Gpus] = open_gpus) -> None:
        self._proc = proc
        self._open = gpus
        self._gpus: Gpus | None = None
        self._before: _Ticks | None = None

    def sample(self, worker: int | None) -> Load:
        """How busy everything is.

        :param worker: number of the process that is told apart.
        """
        if self._gpus is None:
            self._gpus = self._open()
        before, now = self._before, self._ticks(worker)
        self._before = now
        cpu = worker_cpu = None
        if before is not None and now is not None and now.total > before.total:
            passed = now.total - before.total
            cpu = min(max((now.busy - before.busy) / passed, 0.0), 1.0)
            if now.worker is not None and before.worker is not None and now.pid == before.pid:
                worker_cpu = max(now.worker - before.worker, 0) / passed * (os.cpu_count() or 1)
        had = memory()
        return Load(
            cpu=cpu,
            worker_cpu=worker_cpu,
            used=None if had is None else had.total - had.free,
            total=None if had is None else had.total,
            worker_memory=self._resident(worker),
            gpus=self._gpus.sample(worker),
            no_gpus=self._gpus.absent,
        )

    def _ticks(self, worker: int | None) -> _Ticks | None:
        line = self._read("stat").partition("\n")[0].split()
        # user nice system idle iowait irq softirq steal; what follows is in the first two already.
        ticks = [int(each) for each in line[1:9] if each.isdigit()]
        if line[:1] != ["cpu"] or len(ticks) < 5:
            return None
        return _Ticks(sum(ticks) - ticks[3] - ticks[4], sum(ticks), worker, self._worker_ticks(worker))

    def _worker_ticks(self, worker: int | None) -> int | None:
        # The name, in brackets, can have spaces and brackets in it.
        fields = self._read(f"{worker}/stat").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12]) if len(fields) > 12 else None

    def _resident(self, worker: int | None) -> int | None:
        fields = self._read(f"{worker}/statm").split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if len(fields) > 1 else None

    def _read(self, name: str) -> str:
        try:
            return (self._proc / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
