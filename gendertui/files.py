"""How files are written: aside, fsynced and renamed, so that a reader sees the old file or the new one, never half.

Folders are made 0700, files 0600.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_REMOVED = ".removed-"


def ensure_dir(folder: Path) -> Path:
    """Make ``folder`` and its parents, each new one readable by its owner alone; return it."""
    missing = []
    parent = folder
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def fsync_dir(folder: Path) -> None:
    """Make renames inside ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def open_atomic(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content takes the place of ``path`` when the block ends well.

    Written aside, fsynced, renamed, the folder fsynced.
    """
    ensure_dir(path.parent)
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    fsync_dir(path.parent)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, see :func:`open_atomic`."""
    with open_atomic(path) as stream:
        stream.write(data)


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON, atomically."""
    write_atomic(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def dir_size(folder: Path) -> int:
    """Bytes of the files under ``folder``, links not followed; a file that goes away meanwhile counts nothing."""
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(parent) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def remove_dir(folder: Path) -> None:
    """Take a folder away: out of sight at once, then file by file. An interrupted removal is finished by the next.

    :raises OSError: a file of it cannot be removed.
    """
    aside = Path(tempfile.mkdtemp(prefix=_REMOVED, dir=folder.parent))
    folder.rename(aside / folder.name)
    fsync_dir(folder.parent)
    shutil.rmtree(aside)
    for left in folder.parent.glob(f"{_REMOVED}*"):
        shutil.rmtree(left, ignore_errors=True)
