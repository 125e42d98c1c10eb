"""The worker goes behind what people do at the machine: an app that shows it answers keys while it has every core."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

NICENESS = 5
"""A third of the weight of what runs beside it."""
_AUTOGROUP = Path("/proc/self/autogroup")
_TRIES = 5
_RETRY_SECONDS = 0.1
"""Linux takes one such change in this time, of all users."""


def give_way() -> None:
    """Lower this process's priority."""
    niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
    # A sandbox may forbid it, and a run is worth more than the courtesy.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    if os.getsid(0) == os.getpid():
        _give_way_as_session(niceness)


def _give_way_as_session(niceness: int) -> None:
    """Between sessions Linux weighs theirs, not that of the processes: see sched(7), "The autogroup feature"."""
    for _ in range(_TRIES):
        try:
            _AUTOGROUP.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:
            time.sleep(_RETRY_SECONDS)
        except OSError:
            # Another system, or one that does not group.
            return
        else:
            return
