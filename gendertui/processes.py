"""Which process made something, told by a mark in a name or a file, and whether that process is gone.

A mark is ``MACHINE-BOOT-PID``. It reveals neither the host nor the user.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import socket
import subprocess
import time
from pathlib import Path

MARK = r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9]+"
"""A regular expression that matches a mark."""
OTHER_MACHINE_SECONDS = 7 * 86400.0
"""What a process of another machine made, and nobody has changed for so long, is a dead one's."""


@functools.cache
def boot_id() -> str:
    """Identifies the machine's current boot; empty if the system does not provide it."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    result = subprocess.run(
        ["sysctl", "-n", "kern.bootsessionuuid"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return result.stdout.strip()


def mark(pid: int | None = None) -> str:
    """The mark of a process of this machine; without a number of this one."""
    return f"{_machine()}-{_hashed(boot_id())}-{os.getpid() if pid is None else pid}"


def is_gone(mark: str, changed: float) -> bool:
    """Whether the process with that mark has ended. One whose number another process has now counts as running.

    :param changed: when what it made was changed last, in seconds since 1970: all that can be known of a process on
        another machine.
    """
    if not re.fullmatch(MARK, mark):
        return True
    machine, boot, pid = mark.split("-")
    if machine != _machine():
        return time.time() - changed > OTHER_MACHINE_SECONDS
    return boot != _hashed(boot_id()) or not exists(int(pid))


def exists(pid: int) -> bool:
    """Whether this machine has a process of that number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@functools.cache
def _machine() -> str:
    """Within it, numbers of processes mean the same: a host, or one container on it."""
    space = ""
    with contextlib.suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return _hashed(f"{socket.gethostname()} {space}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
