"""How busy the machine is that a run's worker is on."""

from __future__ import annotations

from gendertui.machine_load import Load, Sampler
from gendertui.runs.folder import RunFolder


def sample(run: RunFolder, sampler: Sampler) -> Load | None:
    """A sample of this machine, in which the worker is told apart.

    :returns: ``None`` where the worker is on another one, of which this one's figures say nothing.
    """
    beat = run.heartbeat()
    if beat is not None and not beat.is_here:
        return None
    return sampler.sample(beat.pid if beat is not None and beat.is_this_boot else None)
