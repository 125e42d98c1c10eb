"""Invented letters in a CSV file: two labels, authors, and columns that raise a question where a test wants one."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

_OPENINGS = ("the rain came late", "nobody opened the gate", "my sister walked home", "we read old letters", "it froze")
_ENDINGS = (
    "by the harbour",
    "before the bells",
    "with cold hands",
    "after the fair",
    "for a week",
    "on the ice",
    "alone",
)
AUTHORS = ("ines", "bo", "carla", "dmitri", "ella", "faye", "gus", "hana", "ivo", "jo", "kim", "lea")


def letter(number: int) -> str:
    """The text of a row; no two of the first 400 alike."""
    return f"{_OPENINGS[number % 5]} {_ENDINGS[number % 7]}, and then {number} days passed"


def letters(
    folder: Path,
    more: Mapping[str, Sequence[str]] | None = None,
    *,
    name: str = "letters",
    rows: int = 240,
    kinds: Sequence[str] = ("odd", "plain", "plain"),
) -> Path:
    """``id,author,kind,body``, the kinds in turn, and further columns whose values are gone through in turn."""
    columns = {**(more or {}), "kind": kinds}
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["id", "author", *columns, "body"])
        for number in range(rows):
            values = [column[number % len(column)] for column in columns.values()]
            out.writerow([f"r{number}", AUTHORS[number * 7 % 12], *values, letter(number)])
    return path
