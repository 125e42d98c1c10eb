"""The lines typed into the prompt, oldest first, one JSON object a line in ``paths.history_file()``.

What people type is theirs: with the setting ``history`` false nothing is read and nothing is written.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from gendertui import settings
from gendertui.files import ensure_dir
from gendertui.paths import history_file

KEPT = 1000


@dataclass(frozen=True)
class HistoryEntry:
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

    :raises GendertuiError: the settings cannot be read.
    """
    if not kept():
        return []
    try:
        lines = history_file().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [asked for line in lines[-KEPT:] if (asked := _parse(line)) is not None]


def _parse(line: str) -> HistoryEntry | None:
    try:
        value = json.loads(line)
        negative, positive = value["labels"]
        return HistoryEntry(
            text=str(value["text"]),
            probability=float(value["probability"]),
            label=value["label"],
            labels=(str(negative), str(positive)),
            model=str(value["model"]),
            time=float(value["time"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def append(asked: HistoryEntry) -> None:
    """Add a line at the end, where lines are kept.

    :raises GendertuiError: the settings cannot be read.
    """
    if not kept():
        return
    path = history_file()
    ensure_dir(path.parent)
    data = (json.dumps(asdict(asked), ensure_ascii=False) + "\n").encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


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
