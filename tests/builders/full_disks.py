"""Runs on a file system that is too small, from nearly nothing to enough: mounts one, in a namespace of its own.

``unshare -rm python -m tests.builders.full_disks FOLDER STEPS`` prints a JSON object for each size.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from gendertui.runs.folder import RunFolder
from tests.builders.fault_trials import Bench, bench, differences, outcome

_PLENTY = 2**26
_PAGE = 4096


def unshared(folder: Path, steps: int) -> list[str] | None:
    """The command that sweeps; ``None`` where file systems cannot be mounted without privileges."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        return None
    return ["unshare", "-rm", sys.executable, "-m", __name__, str(folder), str(steps)]


def _sweep(folder: Path, steps: int) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_PLENTY}", "none", str(folder)], check=True)
    with bench(folder) as made:
        whole = made.new_run("whole")
        made.operations(whole)
        expected = outcome(whole)
        before = shutil.disk_usage(folder).used
        made.leave(whole)
        used = shutil.disk_usage(folder).used
        # What is written aside comes on top of what stays.
        most = 2 * (before - used)
        for step in range(1, steps + 1):
            room = most * step // steps // _PAGE * _PAGE
            print(json.dumps(_trial(made, room, expected)), flush=True)


def _trial(made: Bench, room: int, expected: dict[str, object]) -> dict[str, object]:
    """A run with so many bytes of room, resumed with plenty."""
    run = made.new_run(f"room-{room}")
    _resize(made, shutil.disk_usage(made.folder).used + room)
    code = made.workers.start(run).wait()
    status, checkpoints = run.status(), _checkpoints(run)
    _resize(made, _PLENTY)
    if status.state != "finished":
        made.workers.start(run, resume=run.events_file.exists()).wait()
    wrong = differences(run, expected)
    made.leave(run)
    return {
        "room": room,
        "code": code,
        "state": status.state,
        "why": status.why,
        "checkpoints": checkpoints,
        "wrong": wrong,
    }


def _checkpoints(run: RunFolder) -> list[str]:
    return sorted(path.name for path in run.checkpoint_folder.glob("*"))


def _resize(made: Bench, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(made.folder)], check=True)


if __name__ == "__main__":
    _sweep(Path(sys.argv[1]), int(sys.argv[2]))
