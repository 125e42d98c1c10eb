"""Write files atomically: to a temporary file, fsynced and renamed, so that a reader sees the old or the new one.

Folders are made 0700, files 0600. The name of what is temporary has its process's mark: the first write of a process
into a folder clears what dead ones left there.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from gendertui import disk_space, processes

_REMOVED = ".removed-"
OLD = ".old"
"""How the name of a folder ends that was moved away for its successor."""
_ASIDE = re.compile(rf"\.(?P<name>.*?)[.-](?P<mark>{processes.MARK})\.\w+(?P<end>\.part|{re.escape(OLD)}|)")
# Of a file's own name so much is in that of its temporary file, which must not become too long.
_NAME_LENGTH = 40
# Linux's renameat2: its constants, and its errors where two names cannot be exchanged but might be renamed.
_WORKING_DIRECTORY = -100
_RENAME_EXCHANGE = 2
_NOT_EXCHANGED = frozenset({errno.ENOENT, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM})
_cleared: set[Path] = set()
LOCKS_UNSUPPORTED = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF})
"""Errors of a file system that has no locks."""


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
    descriptor, aside = tempfile.mkstemp(prefix=aside_prefix(path), suffix=".part", dir=path.parent)
    try:
        with disk_space.naming(path), os.fdopen(descriptor, "wb") as stream:
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
    write_atomic(path, json_bytes(value))


def json_bytes(value: Any) -> bytes:
    """What :func:`write_json` writes."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def append_json_line(stream: IO[bytes], value: Mapping[str, Any], *, durable: bool = True) -> bytes:
    """Write a JSON object as a line at the end of a file, see :func:`open_appending`; return what was written.

    A line that was torn off there is ended first, or this one would be lost with it.
    """
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    if stream.seek(0, os.SEEK_END):
        stream.seek(-1, os.SEEK_END)
        if stream.read(1) != b"\n":
            line = b"\n" + line
    stream.write(line)
    stream.flush()
    if durable:
        os.fsync(stream.fileno())
    return line


@contextmanager
def open_appending(path: Path) -> Iterator[IO[bytes]]:
    """A file open for reading and appending, made where it is missing.

    :raises OSError: it cannot be opened, is a link, or is no file.
    """
    ensure_dir(path.parent)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "this is no file", str(path))
        yield stream


@contextmanager
def waited_for(descriptor: int) -> Iterator[None]:
    """Wait for an open file's lock and hold it; on a file system without locks, proceed without one."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in LOCKS_UNSUPPORTED:
            raise
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait for a folder's lock and hold it, see :func:`waited_for`: for what takes several steps in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with waited_for(descriptor):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def dir_aside(parent: Path, prefix: str, suffix: str = "") -> Iterator[Path]:
    """A temporary folder in ``parent``, to be filled, synced and renamed; what is left of it at the end is deleted."""
    ensure_dir(parent)
    aside = Path(tempfile.mkdtemp(prefix=_marked(prefix, parent), suffix=suffix, dir=parent))
    try:
        with disk_space.naming(parent):
            yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def settle_dir(folder: Path) -> None:
    """Make the files of a folder, which are its owner's alone from here on, and their names durable."""
    for path in folder.iterdir():
        path.chmod(0o600)
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    fsync_dir(folder)


def rename_new(aside: Path, folder: Path) -> bool:
    """Whether ``aside`` became ``folder``: not where a file, or a folder with files, is there already.

    :raises OSError: something else is in the way.
    """
    try:
        aside.rename(folder)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            return False
        raise
    return True


def exchange(aside: Path, folder: Path) -> bool:
    """Whether two folders have got each other's names in one step, so that neither name is missing for a moment.

    Not where the system or the file system does not do that, or one of them is missing.

    :raises OSError: another error.
    """
    import ctypes  # 5 ms, which only those who replace a folder spend.

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_WORKING_DIRECTORY, os.fsencode(aside), _WORKING_DIRECTORY, os.fsencode(folder), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_EXCHANGED:
        return False
    raise OSError(number, os.strerror(number), str(folder))


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
    """Take a folder away: out of sight at once, then file by file.

    :raises FileNotFoundError: it is gone already. :raises OSError: a file of it cannot be removed.
    """
    with dir_aside(folder.parent, _REMOVED) as aside:
        taken = folder.rename(aside / folder.name)
        fsync_dir(folder.parent)
        if taken.is_symlink():
            taken.unlink()
        else:
            shutil.rmtree(taken)


def hide_dir(folder: Path) -> Path:
    """Take a folder out of sight for as long as this process lives; return where it is.

    Once this process is gone :func:`clear_leftovers` puts it back, so that a crash loses nothing.
    """
    hidden = folder.with_name(f".{folder.name}.{processes.mark()}.{os.urandom(4).hex()}{OLD}")
    folder.rename(hidden)
    fsync_dir(folder.parent)
    return hidden


def aside_prefix(path: Path) -> str:
    """How the name of a temporary file begins that is to become ``path``."""
    return _marked(f".{path.name[:_NAME_LENGTH]}.", path.parent)


def _marked(prefix: str, folder: Path) -> str:
    if folder not in _cleared:
        _cleared.add(folder)
        clear_leftovers(folder)
    return f"{prefix}{processes.mark()}."


def clear_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders of dead processes; what a living one works on stays.

    A folder that was moved away for its successor, which then never came, is put back.
    """
    for path in _children(folder):
        found = _ASIDE.fullmatch(path.name)
        with contextlib.suppress(OSError):
            if found is None or not processes.is_gone(found["mark"], path.lstat().st_mtime):
                continue
            if found["end"] == OLD and not (place := folder / found["name"]).exists():
                path.rename(place)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
