"""Whether so many processes can train on this machine, before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui import machine
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.training.config import TrainingConfig


def check(processes: int, config: TrainingConfig) -> None:
    """Refuse more processes than there are devices, or than a batch has lines.

    :raises GendertuiError: there are fewer (code DEVICE), or batches are smaller (code USAGE).
    """
    if processes == 1:
        return
    if processes > config.batch_size:
        raise GendertuiError(
            f"a batch of {config.batch_size} lines cannot be divided among {processes} processes",
            hint="Raise --batch-size, or lower --nproc.",
            code=ExitCode.USAGE,
        )
    most, what = _most(config.device)
    if processes > most:
        raise GendertuiError(
            f"--nproc {processes} asks for more processes than there are {what} on this machine: {most}",
            hint=f"Give at most --nproc {most}. Those of other machines are reached with torchrun: see --print-sbatch.",
            code=ExitCode.DEVICE,
        )


def _most(device: str) -> tuple[int, str]:
    """How many processes a device's kind allows here, and of what there are so many."""
    if device != "cpu":
        from gendertui.subprocesses.probe import devices

        kinds = [str(each["id"]).partition(":")[0] for each in devices()["devices"]]
        if "cuda" in kinds:
            return kinds.count("cuda"), "GPUs"
        if "mps" in kinds:
            return 1, "devices of Apple's"
    return machine.cores(), "cores"
