"""Ways in which a state file can be spoiled: as JSON, as a file, and field by field."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

Spoil = Callable[[Path], None]

_CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"schema": 1, "stat',
    "zeros": bytes(4096),
    "binary": b"\xff\xfe\x00" * 50,
    "a list": b"[]",
    "a number": b"3",
    "no fields": b"{}",
    "deep": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "endless digits": b'{"a": ' + b"9" * 100_000 + b"}",
}
_VALUES: dict[str, bytes] = {
    "null": b"null",
    "a word": b'"a word"',
    "\u2028 and escapes": b'"\\u001b[31m\\u2028\\n[bold]"',
    "a list": b"[]",
    "an object": b"{}",
    "-1": b"-1",
    "1.5": b"1.5",
    "true": b"true",
    "1e400": b"1e400",
    "NaN": b"NaN",
    "10^30": b"1" + b"0" * 30,
    "1e300": b"1e300",
    "deep": b"[" * 1000 + b"]" * 1000,
}
_ELSEWHERE = b"not the program's\n"


def kinds(elsewhere: Path) -> dict[str, Spoil]:
    """What may be there instead of a file; the links lead to ``elsewhere``, which is not to change."""

    def replaced(make: Spoil) -> Spoil:
        def spoil(path: Path) -> None:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            make(path)

        return spoil

    elsewhere.write_bytes(_ELSEWHERE)
    return {
        "missing": replaced(lambda path: None),
        "a folder": replaced(lambda path: path.mkdir()),
        "a pipe": replaced(os.mkfifo),
        "a link to a device": replaced(lambda path: path.symlink_to("/dev/zero")),
        "a link to nothing": replaced(lambda path: path.symlink_to("nothing")),
        "a link": replaced(lambda path: path.symlink_to(elsewhere)),
    }


def unchanged(elsewhere: Path) -> bool:
    """Whether nothing was written through a link."""
    return elsewhere.read_bytes() == _ELSEWHERE


def contents() -> dict[str, Spoil]:
    """What may be in a file instead of the program's object."""
    return {name: partial(_put, data) for name, data in _CONTENTS.items()}


def fields(value: dict[str, Any]) -> Iterator[tuple[str, Spoil]]:
    """Every field of an object, and of the objects in it, missing or of another kind."""
    for place in _places(value, 2):
        name = ".".join(place)
        yield f"{name} missing", partial(_change, value, place, None)
        for kind, data in _VALUES.items():
            yield f"{name}: {kind}", partial(_change, value, place, data)


def _put(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _change(value: dict[str, Any], place: tuple[str, ...], data: bytes | None, path: Path) -> None:
    _put(_changed(value, place, data), path)


def _places(value: dict[str, Any], depth: int) -> Iterator[tuple[str, ...]]:
    for name, part in value.items():
        yield (name,)
        if isinstance(part, dict) and depth > 1:
            for place in _places(part, depth - 1):
                yield (name, *place)


def _changed(value: dict[str, Any], place: tuple[str, ...], data: bytes | None) -> bytes:
    """The object with one field replaced by ``data``, or without it."""
    copy = json.loads(json.dumps(value))
    parent = copy
    for name in place[:-1]:
        parent = parent[name]
    if data is None:
        del parent[place[-1]]
        return json.dumps(copy).encode()
    parent[place[-1]] = "\0spoilt"
    return json.dumps(copy).encode().replace(b'"\\u0000spoilt"', data)
