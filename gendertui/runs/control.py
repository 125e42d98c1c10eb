"""Ask a worker to pause, resume or stop, through one small file; the last writer wins.

``stop`` keeps the best model so far and publishes it. A signal (:func:`terminate`) only makes it write a checkpoint and
end, to be resumed later.
"""

from __future__ import annotations

import os
import signal
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from gendertui import files, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import LIMIT_BYTES

Request = Literal["pause", "resume", "stop"]


@dataclass(frozen=True)
class ControlRequest:
    """Content of ``control.json``; ``id`` identifies the request."""

    request: Request
    id: str


def read_control(folder: Path | RunFolder) -> ControlRequest | None:
    """The last request; ``None`` if there is none or it is not valid."""
    try:
        value = state_files.read_object(_run(folder).control_file, limit_bytes=LIMIT_BYTES)
        if value["request"] not in get_args(Request):
            return None
        return ControlRequest(value["request"], str(value["id"]))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def write_control(folder: Path | RunFolder, request: Request) -> str:
    """Write a request, whether or not a worker reads it; return its id."""
    identity = uuid.uuid4().hex
    files.write_json(_run(folder).control_file, {"request": request, "id": identity})
    return identity


def request(folder: Path | RunFolder, what: str) -> str:
    """Ask the run's worker to ``pause``, ``resume`` (after a pause) or ``stop``; return the request's id.

    The worker has handled it when its status shows that id.

    :raises GendertuiError: there is no such request (code USAGE), or no worker (code RUN).
    """
    if what not in get_args(Request):
        raise GendertuiError(
            f"unknown request {what!r}", hint=f"Requests: {', '.join(get_args(Request))}.", code=ExitCode.USAGE
        )
    run = _run(folder)
    if run.alive() == "dead":
        raise _nobody(run)
    if what != "stop" and run.status().state == "queued":
        raise GendertuiError(
            f"the run waits in the queue: there is nothing to {what} yet",
            where=str(run.path),
            hint=f"Let it begin sooner: gendertui runs queue move {run.name} first; or drop it: gendertui runs stop "
            f"{run.name}",
            code=ExitCode.RUN,
        )
    return write_control(run, cast(Request, what))


def terminate(folder: Path | RunFolder, number: signal.Signals = signal.SIGTERM) -> None:
    """SIGTERM, or SIGINT for Ctrl-C: the worker writes a checkpoint and ends, nothing is published.

    :raises GendertuiError: there is no worker on this machine (code RUN).
    """
    _signal(_run(folder), number)


def kill(folder: Path | RunFolder) -> None:
    """Send SIGKILL: the worker ends at once; a resumed run continues from its last checkpoint.

    :raises GendertuiError: there is no worker on this machine (code RUN).
    """
    _signal(_run(folder), signal.SIGKILL)


def _signal(run: RunFolder, number: signal.Signals) -> None:
    beat = run.heartbeat()
    if run.alive() == "dead" or beat is None:
        raise _nobody(run)
    if not beat.is_this_boot:
        raise GendertuiError(
            f"the worker runs on {beat.host}: a signal does not reach it",
            where=str(run.path),
            hint=f"Ask it by its folder: gendertui runs stop {run.name}",
            code=ExitCode.RUN,
        )
    try:
        if number == signal.SIGKILL and beat.launcher:
            os.kill(beat.launcher, number)
        os.kill(beat.pid, number)
    except ProcessLookupError as error:
        raise _nobody(run) from error


def _run(folder: Path | RunFolder) -> RunFolder:
    return folder if isinstance(folder, RunFolder) else RunFolder(folder)


def _nobody(run: RunFolder) -> GendertuiError:
    info = run.info()
    return GendertuiError(
        f"the run is not running: {info.shown}" + (f" ({info.why})" if info.why else ""),
        where=str(run.path),
        hint=None if info.state == "finished" else f"Resume it: gendertui train --resume {run.name}",
        code=ExitCode.RUN,
    )
