"""What around this process can end a worker before its time, and what to do about it.

A logout where systemd-logind ends what a session leaves behind, a scheduler's job, a container: found in the
environment, the control group and logind's settings.
"""

from __future__ import annotations

import getpass
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gendertui import machine
from gendertui.formatting import size

_BUSCTL_SECONDS = 2.0
_SETTING = re.compile(r"^\s*KillUserProcesses\s*=\s*(\S+)", re.MULTILINE)
_ASK_LOGIND = [
    *("busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1"),
    *("org.freedesktop.login1.Manager", "KillUserProcesses"),
]
# Later folders win, and a folder's files in the order of their names.
_SETTING_FOLDERS = ("usr/lib/systemd", "run/systemd", "etc/systemd")
_JOBS = {"SLURM_JOB_ID": "Slurm", "PBS_JOBID": "PBS", "LSB_JOBID": "LSF", "JOB_ID": "Grid Engine"}


@dataclass(frozen=True)
class Ending:
    """Something that can end a worker. ``at_start``: to be said when a run starts, not only where it is asked for."""

    what: str
    remedy: str
    at_start: bool = True


def endings(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Iterator[Ending]:
    """What can end a worker started by this process.

    :param root: where the system's files are.
    """
    group = _read(root / "proc/self/cgroup")
    if "session-" in group and _logind_kills(root):
        yield Ending(
            "systemd ends what a session leaves behind when it is logged out (KillUserProcesses=yes): the run, too",
            "Once: loginctl enable-linger. Then start it outside the session: systemd-run --user --scope gendertui "
            "train --corpus PATH",
        )
    elif "user@" in group and not (root / "var/lib/systemd/linger" / _user()).exists():
        yield Ending(
            "systemd ends what a user runs when the last session is logged out: the run, too",
            "Let it stay: loginctl enable-linger.",
        )
    # Grid Engine's name is a common one: its jobs have a queue, too.
    job = next((name for name in _JOBS if name in environment and (name != "JOB_ID" or "QUEUE" in environment)), None)
    if job is not None:
        signal = ": #SBATCH --signal=TERM@120" if job == "SLURM_JOB_ID" else ""
        yield Ending(
            f"this is a job of {_JOBS[job]}: the run ends with it, at its time limit at the latest",
            f"Train without --detach, and let the job get SIGTERM before its end{signal}. The run then writes a "
            "checkpoint; the next job continues it: gendertui train --resume latest.",
        )
    if any((root / marker).exists() for marker in (".dockerenv", "run/.containerenv")) or "container" in environment:
        yield Ending(
            "this is a container: a run ends with it, and its folder too unless that is on a volume",
            "Keep the container up while a run trains, and GENDERTUI_HOME on a volume; docker stop --time 120 leaves "
            "time for a checkpoint where the container's first process passes SIGTERM on (docker run --init).",
            at_start=False,
        )
    memory, physical = machine.memory(), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if memory is not None and memory.total < physical:
        yield Ending(
            f"this process's control group may use {size(memory.total)} of the machine's {size(physical)} of memory: "
            "beyond that the kernel kills it",
            "Smaller batches need less (--batch-size), or ask for more memory.",
            at_start=False,
        )


def _logind_kills(root: Path) -> bool:
    """Whether logind ends the processes of a session with it."""
    if root == Path("/"):
        try:
            asked = subprocess.run(
                _ASK_LOGIND,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_BUSCTL_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            asked = None
        if asked is not None and asked.returncode == 0:
            return asked.stdout.split() == ["b", "true"]
    value = ""
    for folder in (root / part for part in _SETTING_FOLDERS):
        for path in (folder / "logind.conf", *sorted((folder / "logind.conf.d").glob("*.conf"))):
            value = (_SETTING.findall(_read(path)) or [value])[-1]
    return value.lower() in ("yes", "true", "on", "1")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
