"""The lines typed into the prompt, oldest first, one JSON object a line in ``paths.history_file()``.

What people type is theirs: with the setting ``history`` false nothing is read and nothing is written.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gendertui import files, settings, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.paths import history_file

KEPT = 1000


class HistoryEntry(msgspec.Struct, frozen=True):
    """One line scored at even odds: ``probability`` is of ``labels[1]``, ``label`` ``None`` in the can't-tell band."""

    text: str
    probability: float
    label: str | None
    labels: tuple[str, str]
    model: str
    time: float


def kept() -> bool:
    """Whether lines are kept between sessions: the setting ``history``.

    :raises GendertuiError: the settings cannot be read.
    """
    return bool(settings.value("history"))


def read() -> list[HistoryEntry]:
    """The last :data:`KEPT` lines; one that is torn or foreign is passed over. None where they are not kept.

    :raises GendertuiError: the settings or the file cannot be read.
    """
    if not kept():
        return []
    try:
        rows = list(state_files.parse_lines(state_files.read_bytes(history_file())))
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise GendertuiError(
            f"the history cannot be read: {error}",
            where=str(history_file()),
            hint="Take the file away, or switch the history off: gendertui config set history off",
            code=ExitCode.DATA,
        ) from error
    return [asked for row in rows[-KEPT:] if (asked := _entry(row)) is not None]


def _entry(row: dict[str, Any]) -> HistoryEntry | None:
    try:
        return msgspec.convert(row, HistoryEntry)
    except msgspec.ValidationError:
        return None


def append(asked: HistoryEntry) -> None:
    """Add a line at the end, where lines are kept.

    :raises GendertuiError: the settings cannot be read.
    """
    if not kept():
        return
    with files.open_appending(history_file()) as stream:
        files.append_json_line(stream, msgspec.structs.asdict(asked), durable=False)


def clear() -> None:
    """Forget every line, also those kept before the setting was switched off."""
    history_file().unlink(missing_ok=True)


def matching(lines: list[HistoryEntry], words: str) -> list[HistoryEntry]:
    """The lines, newest first and each text once, that hold every one of ``words``, whatever their case."""
    wanted = words.casefold().split()
    found: dict[str, HistoryEntry] = {}
    for asked in reversed(lines):
        text = asked.text.casefold()
        if asked.text not in found and all(word in text for word in wanted):
            found[asked.text] = asked
    return list(found.values())
