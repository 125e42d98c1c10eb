"""Read the files of the state folders as untrusted input: another process, version or person may have written them.

Only regular files are opened, never through a link; size, depth of nesting and numbers are bounded. Writing them is in
:mod:`gendertui.files`.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

LIMIT_BYTES = 64 * 2**20
"""The largest file that is read whole."""
LIMIT_DEPTH = 64
LIMIT_INTEGER = 2**63

T = TypeVar("T")

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFLNK: "a link",
}


def open_regular(path: Path, *, follow_link: bool = False) -> int:
    """A descriptor for reading a regular file; never waits, as a named pipe would make it.

    :param follow_link: read what a link at ``path`` leads to, for a file that people keep elsewhere.
    :raises FileNotFoundError: there is none. :raises ValueError: it is something else, or cannot be read.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if follow_link else os.O_NOFOLLOW)
    try:
        # Opening a device can have effects: look first.
        _refuse_irregular(path.stat(follow_symlinks=follow_link))
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from error
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from error
    try:
        _refuse_irregular(os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_irregular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"it is {_KINDS.get(stat.S_IFMT(found.st_mode), 'no regular file')}, not a file")


def read_bytes(path: Path, *, limit_bytes: int = LIMIT_BYTES, follow_link: bool = False) -> bytes:
    """The content of a regular file of at most ``limit_bytes``.

    :raises FileNotFoundError: there is none. :raises ValueError: it is something else, larger, or cannot be read.
    """
    with os.fdopen(open_regular(path, follow_link=follow_link), "rb") as stream:
        try:
            data = stream.read(limit_bytes + 1)
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror}") from error
    if len(data) > limit_bytes:
        raise ValueError(f"it has more than {limit_bytes:,} bytes")
    return data


def read_object(path: Path, *, limit_bytes: int = LIMIT_BYTES, follow_link: bool = False) -> dict[str, Any]:
    """The JSON object in a file, see :func:`read_bytes` and :func:`parse_object`."""
    return parse_object(read_bytes(path, limit_bytes=limit_bytes, follow_link=follow_link))


def parse_object(data: bytes | str, *, limit_depth: int = LIMIT_DEPTH) -> dict[str, Any]:
    """A JSON object whose numbers are finite, whose integers fit 64 bits, and which is not nested too deep.

    :raises ValueError: it is none.
    """
    try:
        value = json.loads(data)
    except RecursionError as error:
        raise ValueError(f"it is nested more than {limit_depth} deep") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    _refuse_extremes(value, limit_depth)
    return value


def _refuse_extremes(value: dict[str, Any], limit_depth: int) -> None:
    level: list[Any] = [value]
    for _ in range(limit_depth):
        deeper: list[Any] = []
        for container in level:
            for item in container.values() if isinstance(container, dict) else container:
                if isinstance(item, dict | list):
                    deeper.append(item)
                elif isinstance(item, float) and not math.isfinite(item):
                    raise ValueError(f"it holds {item}, which is no finite number")
                elif isinstance(item, int) and abs(item) >= LIMIT_INTEGER:
                    raise ValueError("it holds an integer of more than 64 bits")
        if not deeper:
            return
        level = deeper
    raise ValueError(f"it is nested more than {limit_depth} deep")


def parse_lines(data: bytes) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file that is only appended to, oldest first; a line that holds none is passed over."""
    for line in data.splitlines():
        try:
            yield parse_object(line)
        except ValueError:
            continue


def typed(value: dict[str, Any], kind: type[T]) -> T:
    """``value`` as a dataclass whose fields have their annotated types; fields that ``kind`` lacks are ignored.

    :raises ValueError: a field is missing or of another type.
    """
    # Not needed by commands that only read settings: it takes some 10 ms.
    import msgspec

    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error).replace("$.", "").replace("`", "")) from error
