"""Start a worker of a sweep that outlives who started it, as a screen does."""

from __future__ import annotations

import os
import subprocess
import threading

from gendertui import spawn
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sweeps.definition import Sweep


def start_worker(sweep: Sweep) -> None:
    """Start ``gendertui sweep work`` in a session of its own; what it says goes to ``work.log`` in the sweep's folder.

    :raises GendertuiError: it cannot be started (code RUN).
    """
    log = os.open(sweep.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        process = subprocess.Popen(
            spawn.command("gendertui", "sweep", "work", sweep.name),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=spawn.environment(),
        )
    except OSError as error:
        raise GendertuiError(
            f"the sweep's worker could not be started: {error}", where=str(sweep.path), code=ExitCode.RUN
        ) from error
    finally:
        os.close(log)
    # Waited for in a thread, or it stays a zombie for as long as this process lives.
    threading.Thread(target=process.wait, name=f"wait-{sweep.name}", daemon=True).start()
