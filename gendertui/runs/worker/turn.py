"""A worker's time in the queue: it holds its run, and sleeps until the device is free and it is its turn."""

from __future__ import annotations

import signal
import time

from gendertui.model import claims
from gendertui.runs import lock, queue
from gendertui.runs.folder import RunFolder
from gendertui.runs.worker.requests import ControlListener

LOOK_SECONDS = 0.5
"""Between two looks at whether the run that is waited for has ended, the order has changed, or it is asked to stop."""
WHOLE_LOOK_SECONDS = 30.0
"""Longest time between two looks at all runs."""


def wait_for_turn(run: RunFolder, steering: ControlListener) -> bool:
    """Whether the turn has come: not if the run was asked to stop before, which its status then says.

    :raises GendertuiError: the run's ``config.json`` cannot be read. :raises OSError: the disk is full.
    """
    model = run.model_name()
    while steering.ask() != "stop":
        before = queue.take_turn(run, lambda: steering.tell(state="preparing", why=""))
        if before is None:
            return True
        steering.tell(why=f"waits for {before.name}")
        claims.refresh(model)
        _sleep_while_held(before, steering)
    steering.tell(state="stopped", why=_why(steering.signalled))
    queue.leave(run)
    claims.release(model)
    return False


def _sleep_while_held(before: RunFolder, steering: ControlListener) -> None:
    until, stamp = time.monotonic() + WHOLE_LOOK_SECONDS, queue.stamp()
    while time.monotonic() < until and steering.ask() != "stop":
        time.sleep(LOOK_SECONDS)
        if not lock.is_held(before.lock_file) or queue.stamp() != stamp:
            return


def _why(signalled: int | None) -> str:
    if signalled is None:
        return "taken out of the queue before its turn"
    by = "Ctrl-C" if signalled == signal.SIGINT else signal.Signals(signalled).name
    return f"stopped by {by}, before its turn in the queue"
