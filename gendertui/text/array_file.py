"""Arrays in one file with a checksum, mapped into memory when read: a cache that is replaced in one step.

Who has mapped a file goes on reading it when another takes its place.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui import files, state_files

_MAGIC = b"gendertui arrays 1\n"
_HEADER_BYTES = 1024
_ALIGNMENT = 64
_DTYPES = ("<f4", "<i4", "<i8", "|u1", "|b1")
_CHECKSUM_BYTES = 4


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Replace ``path`` by arrays of the element types float32, int32, int64, uint8 and bool, atomically.

    :raises OSError: it cannot be written.
    """
    stored = {name: np.ascontiguousarray(each, each.dtype.newbyteorder("<")) for name, each in arrays.items()}
    described = {name: [array.dtype.str, list(array.shape)] for name, array in stored.items()}
    # Numpy's arrays have the buffer protocol, which their stubs do not say.
    parts: list[Any] = [array.reshape(-1).view(np.uint8) for array in stored.values()]
    checksum = 0
    with files.open_atomic(path) as stream:
        for part in ((_MAGIC + json.dumps(described).encode()).ljust(_HEADER_BYTES), *parts):
            for data in (part, b"\0" * (-len(part) % _ALIGNMENT)):
                checksum = zlib.crc32(data, checksum)
                stream.write(data)
        stream.write(checksum.to_bytes(_CHECKSUM_BYTES, "little"))


def read_arrays(path: Path) -> dict[str, NDArray[Any]] | None:
    """What :func:`write_arrays` wrote, read-only; ``None`` if it is missing or damaged, since a cache can be made
    again."""
    try:
        descriptor = state_files.open_regular(path)
    except (FileNotFoundError, ValueError):
        return None
    try:
        content = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # Empty.
        return None
    finally:
        os.close(descriptor)
    end = len(content) - _CHECKSUM_BYTES
    if end < _HEADER_BYTES or content[: len(_MAGIC)] != _MAGIC:
        return None
    if zlib.crc32(memoryview(content)[:end]) != int.from_bytes(content[end:], "little"):
        return None
    try:
        return _arrays(content, end)
    except (ValueError, TypeError, AttributeError):  # Written by something else.
        return None


def _arrays(content: mmap.mmap, end: int) -> dict[str, NDArray[Any]]:
    """:raises ValueError, TypeError, AttributeError: the header does not describe the content."""
    found: dict[str, NDArray[Any]] = {}
    at = _HEADER_BYTES
    for name, (kind, shape) in json.loads(content[len(_MAGIC) : _HEADER_BYTES]).items():
        if kind not in _DTYPES:
            raise ValueError(f"elements of type {kind}")
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(content, np.dtype(kind), count, at).reshape(shape)
        at += array.nbytes + -array.nbytes % _ALIGNMENT
        found[name] = array
    if at != end:
        raise ValueError("more than the header says")
    return found
