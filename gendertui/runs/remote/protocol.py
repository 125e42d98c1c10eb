"""What ``gendertui runs follow --stream`` prints, for another machine to draw from: one JSON object a line.

The first line is a :class:`Hello`. Lines of types that a reader does not know are to be passed over, so that more can
be added; what would be misunderstood so raises :data:`STREAM`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec

from gendertui import state_files
from gendertui.errors import GendertuiError
from gendertui.machine_load import Load
from gendertui.runs.folder import RunInfo
from gendertui.runs.follow import Position
from gendertui.runs.listing import RunRow
from gendertui.runs.records import LAST_TIME
from gendertui.training.events import Event, event_of

STREAM = 1
"""The version of the lines."""
KEEP_ALIVE_SECONDS = 5.0
"""At least one line is printed so often, or the link is dead."""


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """Who prints: the version of the lines, and of the program."""

    stream: int
    version: str


class RunLine(msgspec.Struct, frozen=True, tag_field="type", tag="run", omit_defaults=True):
    """What is new of the run that is followed.

    ``run`` is left out where it is as before, ``events`` are as in the run's folder, and ``position`` is what
    ``--from`` takes to go on behind them. ``restarted`` and ``behind`` are those of
    :class:`~gendertui.runs.follow.Update`.
    """

    position: str
    run: RunInfo | None = None
    events: list[dict[str, Any]] = []
    restarted: bool = False
    behind: bool = False

    def parsed(self) -> list[Event]:
        """The events that this version knows."""
        return [event for value in self.events if (event := event_of(value)) is not None]


class RowsLine(msgspec.Struct, frozen=True, tag_field="type", tag="rows", omit_defaults=True):
    """What has changed in the list of all runs: rows that are new or other than before, folders that are gone."""

    rows: list[RunRow] = []
    gone: list[str] = []


class LoadLine(msgspec.Struct, frozen=True, tag_field="type", tag="load", omit_defaults=True):
    """How busy the machine is, while the run that is followed is at work on it."""

    load: Load


class Alive(msgspec.Struct, frozen=True, tag_field="type", tag="alive"):
    """Nothing is new."""


class End(msgspec.Struct, frozen=True, tag_field="type", tag="end"):
    """The run is over: nothing more comes."""


Line = Hello | RunLine | RowsLine | LoadLine | Alive | End
_TYPES = {"hello", "run", "rows", "load", "alive", "end"}


def encode(line: Line) -> str:
    """One line in ASCII, without its newline: whatever encoding is used there, and half a character in an odd file."""
    return json.dumps(msgspec.to_builtins(line, enc_hook=str), separators=(",", ":"), allow_nan=False)


def decode(data: bytes) -> Line | None:
    """The line that :func:`encode` made; ``None`` if it is of an unknown type.

    :raises ValueError: it is none.
    """
    value = state_files.parse_object(data)
    if str(value.get("type")) not in _TYPES:
        return None
    line: Line = msgspec.convert(value, Line, dec_hook=_path)
    infos = [row.info for row in line.rows] if isinstance(line, RowsLine) else []
    if isinstance(line, RunLine):
        _check_position(line.position)
        infos.extend([] if line.run is None else [line.run])
    for info in infos:
        if not 0 <= info.started < LAST_TIME:
            raise ValueError(f"a run has begun at {info.started}, which is no time")
    if isinstance(line, LoadLine):
        shares = [line.load.cpu, *(None if gpu.busy is None else gpu.busy / 100 for gpu in line.load.gpus)]
        if any(share is not None and not 0 <= share <= 1 for share in shares):
            raise ValueError("a machine is busy for more than all of the time, or less than none")
    return line


def _path(kind: type, value: object) -> Path:
    """A run's folder; every command about it names it as it is."""
    assert kind is Path
    if not isinstance(value, str) or not value.startswith("/") or "\0" in value:
        raise ValueError(f"{value!r} is no folder's path")
    # Raises what a word of a command cannot be.
    os.fsencode(value)
    return Path(value)


def _check_position(text: str) -> None:
    try:
        Position.parse(text)
    except GendertuiError as error:
        raise ValueError(error.what) from error
