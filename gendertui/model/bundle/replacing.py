"""How one bundle takes another's place, and how a bundle is read while that may happen.

Who replaces one holds the lock of the folder around it meanwhile. Who reads asks for that lock only where something was
missing or did not fit, and the folder is not the one it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from gendertui import files
from gendertui.errors import GendertuiError
from gendertui.model.bundle import manifest as m

T = TypeVar("T")


@contextmanager
def written_aside(folder: Path, *, replace: bool = True) -> Iterator[Path]:
    """A temporary folder that durably replaces ``folder`` if the block succeeds.

    :param replace: whether an existing bundle is replaced.
    :raises GendertuiError: something exists there that must not be replaced.
    """
    if not replace and folder.exists():
        raise _taken(folder)
    files.ensure_dir(folder.parent)
    with files.locked(folder.parent):  # Or a bundle that another process is just replacing seems to be none.
        if folder.exists() and not (folder / m.MANIFEST).is_file():
            raise m.broken("this exists already and is not a model", folder, "Choose another name, or move it away.")
    with files.dir_aside(folder.parent, f".{folder.name}.", ".part") as aside:
        yield aside
        files.settle_dir(aside)
        with files.locked(folder.parent):
            # Where the two are exchanged, the old one is deleted with what is left aside.
            if not (replace and folder.exists() and files.exchange(aside, folder)):
                _put(aside, folder, replace=replace)
        files.fsync_dir(folder.parent)


def _put(aside: Path, folder: Path, *, replace: bool) -> None:
    """Rename ``aside`` to ``folder``, which is missing for a moment if there was one."""
    old = aside.with_suffix(files.OLD)
    try:
        if replace and folder.exists():
            folder.rename(old)
        if not files.rename_new(aside, folder):
            raise _taken(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def is_there(folder: Path) -> bool:
    """Whether there is such a folder, be it one that is just being replaced."""
    if folder.is_dir():
        return True
    if not _can_be_locked(folder.parent):
        return False
    with files.locked(folder.parent):
        return folder.is_dir()


def undisturbed(folder: Path, read: Callable[[], T]) -> T:
    """What ``read`` gets from a bundle's folder, all of it from the same one.

    :raises GendertuiError: ``read`` raised it, and not because the folder was being replaced.
    """
    before = _identity(folder)
    try:
        found = read()
    except GendertuiError:
        if before is not None and before == _identity(folder):
            raise
        if not _can_be_locked(folder.parent):
            raise
    else:
        if before == _identity(folder):
            return found
    with files.locked(folder.parent):
        return read()


def _can_be_locked(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK)


def _identity(folder: Path) -> tuple[int, int, int] | None:
    """Another one once the folder was replaced or changed; ``None`` where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


def _taken(folder: Path) -> GendertuiError:
    return m.broken(f"{folder.name!r} exists already", folder, "Choose another name.")
