"""Wait for the command at a run's end: a scheduler's job, or a container, would end with this process, and it too."""

from __future__ import annotations

import time

import click

from gendertui import processes
from gendertui.cli.train.follow import Signals
from gendertui.errors import GendertuiError
from gendertui.runs import on_end
from gendertui.runs.folder import RunFolder
from gendertui.sanitize import escape_control

LOOK_SECONDS = 0.1
SAY_SECONDS = 2.0


def wait_for_command(run: RunFolder, given: str | None, signals: Signals) -> None:
    """Wait until the worker's process is gone, which ends with the command; another Ctrl-C leaves it to itself."""
    try:
        beat = run.heartbeat()
        if not on_end.chosen(given) or beat is None or not beat.is_this_boot or run.status().state == "queued":
            return
        before, begun, said = len(signals.received), time.monotonic(), False
        while processes.exists(beat.pid) and len(signals.received) == before:
            if not said and time.monotonic() - begun > SAY_SECONDS:
                click.echo("The command of --on-end is at work; Ctrl-C leaves it to itself.", err=True)
                said = True
            time.sleep(LOOK_SECONDS)
        failed = on_end.failure(run)
    except (GendertuiError, OSError) as error:
        failed = str(error)
    if failed:
        click.echo(f"warning: the command of --on-end failed: {escape_control(failed)}", err=True)
        click.echo(f"Its output is in {run.log_file}", err=True)
