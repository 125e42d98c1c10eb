"""A command of the person's that is run when a run has ended: which one, and whether it failed.

It is never read from the run's folder, which may be somebody else's: it comes from who starts the worker, by the
environment, where other users do not see it, or from the settings.
"""

from __future__ import annotations

import contextlib
from collections.abc import MutableMapping
from dataclasses import dataclass

from gendertui import files, processes, settings, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder

SETTING = "on_end"
LIMIT_SECONDS = 300.0
"""For longer than this the command does not run."""
_VARIABLE = "GENDERTUI_ON_END"
_FILE = "on-end.json"
_LIMIT_BYTES = 2**16


@dataclass(frozen=True)
class _Ended:
    failed: str


def give(environment: MutableMapping[str, str], command: str | None) -> None:
    """Put the command into a worker's environment. ``None`` leaves it to the setting; an empty one is none at all."""
    environment.pop(_VARIABLE, None)
    if command is not None:
        environment[_VARIABLE] = command


def take(environment: MutableMapping[str, str]) -> str | None:
    """The command that was given, out of the environment: what is started from here on does not inherit it."""
    return environment.pop(_VARIABLE, None)


def chosen(given: str | None) -> str:
    """The command to run: the one given for this run, else the setting; empty if there is none.

    :raises GendertuiError: the settings cannot be read.
    """
    return given if given is not None else settings.value(SETTING) or ""


def at_work(run: RunFolder) -> bool:
    """Whether the worker of a run that is over is still there: what goes on in it then is the command."""
    beat = run.heartbeat()
    return beat is not None and beat.is_this_boot and processes.exists(beat.pid) and run.status().over


def failure(run: RunFolder) -> str:
    """Why the command of the run's last end failed, in words; empty if it did not, or there was none.

    :raises GendertuiError: what was written down cannot be read (code RUN).
    """
    try:
        value = state_files.read_object(run.path / _FILE, limit_bytes=_LIMIT_BYTES)
        return state_files.typed(value, _Ended).failed
    except FileNotFoundError:
        return ""
    except ValueError as error:
        raise GendertuiError(
            f"it cannot be read: {error}", where=str(run.path / _FILE), hint="Delete the file.", code=ExitCode.RUN
        ) from error


def write_failure(run: RunFolder, failed: str) -> None:
    """Write down why the command failed; nothing if it did not. A disk without room stays without this."""
    with contextlib.suppress(OSError):
        if failed:
            files.write_json(run.path / _FILE, {"failed": failed})
        else:
            (run.path / _FILE).unlink(missing_ok=True)
