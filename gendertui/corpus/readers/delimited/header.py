"""Whether the first row of a file names its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gendertui.corpus.reading import column_names

_NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)?\s*")
_NAME_WORDS = 4
_NAME_LENGTH = 40
FEW_VALUES = 20
_UNNAMED = "Unnamed: "


def decide_header(rows: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Whether the first of the sampled rows names columns, and why."""
    if not rows:
        return False, "there is no row"
    first, rest = rows[0], rows[1:]
    cells = [cell.strip() for cell in first]
    named = [cell for cell in cells if cell]
    if not named:
        return False, "the first row is empty"
    known = [cell for cell in named if cell.casefold() in column_names.ALL]
    if len(known) > 1:
        # Even where other rows have them, too: files are put together with their headers.
        return True, f"the first row has {known[0]!r}"
    for place, cell in enumerate(cells):
        column = Counter(row[place].strip() for row in rest if place < len(row))
        few = 1 < len(column) <= FEW_VALUES and len(column) <= len(rest) / 2
        if cell and few and cell in column:
            return False, f"the first row has {cell!r}, as other rows have"
        if _NUMBER.fullmatch(cell):
            return False, f"the first row has the number {cell}"
    if known:
        return True, f"the first row has {known[0]!r}"
    if len(set(named)) < len(named):
        return False, "the first row has a value twice"
    long = [cell for cell in named if len(cell) > _NAME_LENGTH or len(cell.split()) > _NAME_WORDS]
    if long:
        return False, "the first row has a text"
    if not rest:
        return False, "there is one row"
    return True, f"the first row has {named[0]!r}, which no other row has"


def names_columns(cells: Sequence[str]) -> int:
    """How many columns a first row names, if two of its cells or more are usual names of columns; else 0."""
    known = sum(cell.strip().casefold() in column_names.ALL for cell in cells)
    return len(cells) if known > 1 else 0


def names_of(header: Sequence[str]) -> list[str]:
    """Names of columns, no two alike; one without a name is called as pandas does, ``Unnamed: 3``."""
    names: list[str] = []
    for place, cell in enumerate(header):
        name = cell.strip() or f"{_UNNAMED}{place}"
        number = 1
        unique = name
        while unique in names:
            unique = f"{name}.{number}"
            number += 1
        names.append(unique)
    return names
