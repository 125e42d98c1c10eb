"""The lines typed into the prompt, oldest first, one JSON object a line in ``paths.history_file()``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from gendertui.paths import ensure_dir, history_file

KEPT = 1000


@dataclass(frozen=True)
class Asked:
    """One scored line: ``probability`` is of ``labels[1]``, ``label`` is ``None`` in the can't-tell band."""

    text: str
    probability: float
    label: str | None
    labels: tuple[str, str]
    model: str
    time: float


def read() -> list[Asked]:
    """The last :data:`KEPT` lines; one that is torn or foreign is passed over."""
    try:
        lines = history_file().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [asked for line in lines[-KEPT:] if (asked := _parse(line)) is not None]


def _parse(line: str) -> Asked | None:
    try:
        value = json.loads(line)
        negative, positive = value["labels"]
        return Asked(
            text=str(value["text"]),
            probability=float(value["probability"]),
            label=value["label"],
            labels=(str(negative), str(positive)),
            model=str(value["model"]),
            time=float(value["time"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def append(asked: Asked) -> None:
    """Add a line at the end."""
    path = history_file()
    ensure_dir(path.parent)
    data = (json.dumps(asdict(asked), ensure_ascii=False) + "\n").encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)
