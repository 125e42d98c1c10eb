"""What ended a worker that is gone without a final state, as far as its heartbeat and the kernel show it."""

from __future__ import annotations

import signal
from pathlib import Path

from gendertui import machine
from gendertui.runs.heartbeat import Beat

_DIED = "the worker is gone without a final state (killed, or the machine went down)"
_BY_SIGNAL = {
    signal.SIGTERM.name: "killed by the scheduler (or a logout, or a container's end): it got SIGTERM, and was killed "
    "before it could write its checkpoint",
    signal.SIGINT.name: "stopped at once by a second Ctrl-C, without a new checkpoint",
}


def why_died(beat: Beat | None) -> str:
    """The reason in words. :param beat: the worker's last heartbeat."""
    if beat is None:
        return _DIED
    # Only the machine it ran on knows, and only until its control group is gone.
    kills = machine.kills_in(Path(beat.group)) if beat.group and beat.is_this_boot else None
    if kills is not None and kills > beat.oom_kills:
        return "killed for memory: the kernel has killed a process of the worker's control group since it started"
    return _BY_SIGNAL.get(beat.signal, _DIED)
