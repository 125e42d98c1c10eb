"""What the processes of a run begin with: each its device, and what rank 0 tells the others."""

from __future__ import annotations

from dataclasses import dataclass

from gendertui import machine
from gendertui.runs.worker.job import Job
from gendertui.training import devices
from gendertui.training.config import TrainingConfig, with_changes
from gendertui.training.parallel.ranks import ALONE, ProcessGroup, Ranks


@dataclass(frozen=True)
class Begin:
    """Rank 0 has prepared the run, and trains."""

    resume: bool
    """Whether from a checkpoint, if there is one."""


@dataclass(frozen=True)
class Refit:
    """Rank 0 trains once more, on all lines."""

    epochs: int


def join(job: Job, config: TrainingConfig) -> Ranks:
    """The processes of the run; waits until all have come.

    :raises GendertuiError: they cannot be reached, or the device is not one that several can use.
    """
    if job.size == 1:
        return ALONE
    return ProcessGroup(config_for(job, config).device)


def config_for(job: Job, config: TrainingConfig) -> TrainingConfig:
    """The run's configuration with a process's own device, and its part of the cores.

    :raises GendertuiError: the machine has too few devices of the kind (code DEVICE).
    """
    if job.size == 1:
        return config
    threads = config.threads or max(1, machine.cores() // job.local_size)
    return with_changes(config, {"device": devices.of_process(config.device, job.local_rank), "threads": threads})
