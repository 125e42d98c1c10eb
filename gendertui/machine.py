"""What the machine, and the control group that this process is in, give it: memory, and an end when it takes too much.

A control group (of a container, a scheduler's job or a session) can allow less memory than the machine has. Both
versions of control groups are read; where neither is, as on macOS, the machine alone counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_SAYS_NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|not enough memory|_STATUS_ALLOC_FAILED|cannot allocate memory", re.IGNORECASE
)


@dataclass(frozen=True)
class Memory:
    """Bytes."""

    free: int
    """What can be taken without swapping."""
    total: int


def cores() -> int:
    """CPU cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def memory() -> Memory | None:
    """The machine's memory, or the control group's where that has less; ``None`` if the system does not say."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    free = _field(Path("/proc/meminfo"), "MemAvailable:")
    if free is None:
        return None
    found = Memory(free * 1024, total)
    for folder in _groups():
        limit, used = _limit(folder)
        if limit is not None and used is not None and limit < total:
            found = Memory(min(found.free, max(limit - used, 0)), min(found.total, limit))
    return found


def oom_kills() -> tuple[str, int] | None:
    """The control group's folder and how many of its processes the kernel has killed for memory so far."""
    for folder in _groups():
        kills = kills_in(folder)
        if kills is not None:
            return str(folder), kills
    return None


def kills_in(folder: Path) -> int | None:
    """How many processes of a control group the kernel has killed for memory; ``None`` if it is gone, or none."""
    # The name may come from a file that anybody wrote.
    if ".." in folder.parts or not folder.is_relative_to(_ROOT):
        return None
    found = _field(folder / "memory.events", "oom_kill")
    return _field(folder / "memory.oom_control", "oom_kill") if found is None else found


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, of Python, torch or a driver, says that memory could not be had."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    # torch raises a bare RuntimeError for the host's memory.
    return isinstance(error, RuntimeError) and _SAYS_NO_MEMORY.search(str(error)) is not None


def _groups() -> Iterator[Path]:
    """Folders of this process's memory control group and of those it is in, innermost first."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        if controllers not in ("", "memory"):
            continue
        base = _ROOT / controllers
        folder = base / name.lstrip("/")
        # Inside a container the path may be the host's, and the group's files in the root.
        yield from (each for each in (folder, *folder.parents) if each.is_relative_to(base) and each.is_dir())


def _limit(folder: Path) -> tuple[int | None, int | None]:
    """A control group's limit and what it uses of it: page cache that can be dropped does not count."""
    for limit_file, used_file, cache in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        limit, used = _number(folder / limit_file), _number(folder / used_file)
        if limit is not None and used is not None:
            return limit, used - (_field(folder / "memory.stat", cache) or 0)
    return None, None


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _field(path: Path, name: str) -> int | None:
    """The number after ``name`` at the beginning of a line."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        words = line.split()
        if len(words) >= 2 and words[0] == name and words[1].isdigit():
            return int(words[1])
    return None
