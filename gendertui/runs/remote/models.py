"""A model of another machine, taken into the store here."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from gendertui.errors import GendertuiError
from gendertui.model.archive import unpack
from gendertui.model.bundle.bundle import Bundle
from gendertui.runs.remote import ssh
from gendertui.sanitize import escape_control
from gendertui.scoring.scorer import Scorer

Progress = Callable[[int, int], None]
"""Gets bytes done and in all."""


def pull(host: str, name: str, *, new: str | None = None, asks: bool = False, progress: Progress | None = None) -> str:
    """Take a model from another machine; it is checked whole before it is published, and otherwise nothing is kept.

    :param new: its name here; by default the one it has there. :param asks: as of
        :func:`gendertui.runs.remote.ssh.start`.
    :returns: the name it has here.
    :raises GendertuiError: it cannot be had, or is none, or its name is taken here.
    """
    with exporting(host, name, asks=asks) as process:
        return take(process, name, new=new, progress=progress)


def exporting(host: str, name: str, *, asks: bool = False) -> ssh.RemoteProcess:
    """What prints the model there, for :func:`take`."""
    return ssh.start(host, ["models", "export", "--", name, "-"], asks=asks)


def take(process: ssh.RemoteProcess, name: str, *, new: str | None = None, progress: Progress | None = None) -> str:
    """As :func:`pull`, of what is being printed there."""

    def check(bundle: Bundle) -> None:
        process.check()
        Scorer(bundle)

    source = escape_control(f"{process.host}: {name}")
    hint = (
        f"Look whether its shell prints something before every command: ssh {shlex.quote(process.host)} true\n"
        "If it does, let it do so only where it is interactive. If not, try again."
    )
    try:
        return unpack(process.stdout, source, name=new, check=check, progress=progress, hint=hint)
    except GendertuiError:
        # What ended early, by itself, says better why than the half that came of it.
        if not process.stdout.read(1):
            process.check()
        raise
