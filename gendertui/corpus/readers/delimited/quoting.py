"""Whether quotation marks enclose fields, or are part of the text: decided by looking at the lines that have any.

The same public collection of messages exists both ways. Read with quotation marks for what they are not, a message that
begins with one swallows the rows behind it; read without, one that holds the delimiter falls apart.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ENOUGH = 2_000
"""Lines with quotation marks at the beginning of a field that are looked at."""


@dataclass
class Evidence:
    """What lines with a quotation mark at the beginning of a field say; counted in lines."""

    needed: int = 0
    """The field is closed, and holds a delimiter, a doubled quotation mark or a line break."""
    needless: int = 0
    """It is closed, and would be the same without quotation marks."""
    open: int = 0
    """It is not closed, though the line has all its fields without heed of it."""

    @property
    def lines(self) -> int:
        return self.needed + self.needless + self.open


def is_row(line: str, delimiter: str, width: int, known: Mapping[int, frozenset[str]]) -> bool:
    """Whether a line behind an open quotation mark is plainly a row of its own, and not part of a field.

    It is where it has all fields, and in a column of few values one of these. What stands behind a quotation mark that
    closes the field is no evidence.

    :param line: without its end.
    :param width: fields of a row.
    :param known: of :func:`few_values`.
    """
    if not known or line.count(delimiter) < width - 1:
        return False
    closes = line.count('"') % 2 == 1
    parts: list[str] | None = line.split(delimiter)
    if not closes and line.count(delimiter) != width - 1:
        parts = _fields(line, delimiter)
    if parts is None or len(parts) != width:
        return False
    end = next((place for place, part in enumerate(parts) if '"' in part), width) if closes else width
    return any(parts[place].strip('"') in values for place, values in known.items() if place < end)


def weigh(lines: Iterable[str], delimiter: str, width: int, known: Mapping[int, frozenset[str]]) -> Evidence:
    """What lines, without their ends, say of quoting.

    :param lines: all, or those with a quotation mark.
    :param width: fields of a row.
    :param known: of :func:`few_values`.
    """
    found = Evidence()
    opening = f'{delimiter}"'
    unclosed: str | None = None
    for line in lines:
        if '"' not in line:
            continue
        if unclosed is not None and line.count('"') % 2:
            fields = _fields(f"{unclosed}\n{line}", delimiter)
            if fields is not None and len(fields) == width and not is_row(line, delimiter, width, known):
                found.needed += 1
                unclosed = None
                continue
            found.open += len(unclosed.split(delimiter)) == width
            unclosed = None
        if not (line.startswith('"') or opening in line):
            continue
        fields = _fields(line, delimiter)
        if unclosed is not None:
            if fields is None or len(fields) != width or line.startswith('""') or f'{opening}"' in line:
                continue
            # Inside of a field quotation marks are doubled: this line is a row, and the one before was none.
            found.open += len(unclosed.split(delimiter)) == width
            unclosed = None
        if fields is None:
            unclosed = line
        elif len(fields) != line.count(delimiter) + 1 or any('"' in field for field in fields):
            found.needed += 1
        else:
            found.needless += 1
        if found.lines >= ENOUGH:
            break
    if unclosed is not None:
        found.open += len(unclosed.split(delimiter)) == width
    return found


def _fields(text: str, delimiter: str) -> list[str] | None:
    """The fields of one row, if its quotation marks are right."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def decide_quoting(found: Evidence, lines: int, delimiter: str) -> tuple[bool, str]:
    """Whether quotation marks enclose fields, and why.

    :param lines: that were looked at.
    """
    if not found.lines:
        return False, "no field begins with a quotation mark"
    if found.needed > found.open:
        return True, "fields in quotation marks hold the delimiter, line breaks or doubled quotation marks"
    if found.open:
        return False, (
            f"{found.open:,} {'text begins' if found.open == 1 else 'texts begin'} with a quotation mark that does not "
            "close at the field's end"
        )
    if found.needless >= lines / 2:
        return True, "fields are in quotation marks throughout"
    if delimiter == "\t":
        return False, "few fields are in quotation marks, and none needs them"
    return True, "some fields are in quotation marks"


def few_values(rows: Sequence[Sequence[str]], width: int, maximum: int) -> dict[int, frozenset[str]]:
    """Columns whose sampled values are few and repeat, by their place, with the values.

    :param rows: those with ``width`` fields count.
    """
    whole = [row for row in rows if len(row) == width]
    found = {}
    for place in range(width):
        values = Counter(row[place].strip('"') for row in whole)
        repeated = frozenset(value for value, rows in values.items() if value and rows > 1)
        if repeated and len(values) <= min(maximum, len(whole) // 4):
            found[place] = repeated
    return found
