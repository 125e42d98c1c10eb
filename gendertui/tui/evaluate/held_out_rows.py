"""The characters that were held out, as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from gendertui.corpus.units import Units
from gendertui.formatting import MISSING, count, number, probability
from gendertui.sanitize import escape_control
from gendertui.tui.widgets.table import Column

if TYPE_CHECKING:
    from gendertui.runs.results.characters import HeldOut, Known

ORDERS = ("wrong", "lines", "name", "label")
"""Columns that the list is ordered by, one after the other."""

HEADS = {"lines": "each line"}
"""Part → its column's head, where its name would be another column's."""


class HeldOutRows:
    """Those most wrong first, as they are read.

    :param names: row of the corpus → names; ids stand in for those that are not in it.
    """

    def __init__(self, characters: Sequence[HeldOut], names: Mapping[int, Known], units: Units) -> None:
        self.characters = characters
        self._names = names
        self._units = units

    def __len__(self) -> int:
        return len(self.characters)

    def columns(self) -> tuple[Column, ...]:
        """In the corpus's words, a column for each part of the score where there is room."""
        units = self._units
        parts = list(dict.fromkeys(name for each in self.characters for name in each.parts))
        group = (Column("group", units.noun("group").one, 12, grow=True),) if units.whole == "speaker" else ()
        return (
            Column("label", "label", 7),
            Column("scored", "scored", 10),
            Column("wrong", "wrong", 7, right=True),
            Column("lines", "lines", 7, right=True),
            Column("name", units.noun(units.whole).one, 18, grow=not group),
            *(
                Column(f"part:{name}", HEADS.get(name, name), max(len(name), 9), right=True, wide_only=True)
                for name in parts
            ),
            *group,
        )

    def order(self, column: str) -> list[int]:
        """The rows by a column of :data:`ORDERS`."""
        keys: dict[str, Callable[[int], float | str]] = {
            "lines": lambda row: -self.characters[row].lines,
            "name": lambda row: self.name(row).casefold(),
            "label": lambda row: self.characters[row].label or "\uffff",
        }
        # They come most wrong first.
        return list(range(len(self))) if column == "wrong" else sorted(range(len(self)), key=keys[column])

    def name(self, row: int) -> str:
        """What a person knows the character by, else its id."""
        each = self.characters[row]
        return self._names[each.row].name if each.row in self._names else each.id or MISSING

    def group(self, row: int) -> str:
        """The same of its group."""
        each = self.characters[row]
        return self._names[each.row].group if each.row in self._names else each.group or ""

    def cell(self, row: int, column: str) -> Text:
        each = self.characters[row]
        match column:
            case "label":
                return Text(escape_control(each.label or "?"), "" if each.label else "dim")
            case "scored":
                return Text(f"{escape_control(each.scored)} {probability(each.probability)}")
            case "wrong":
                return Text(MISSING if each.label is None else number(each.against, 2, sign=True))
            case "lines":
                return Text(count(each.lines))
            case "name":
                return Text(escape_control(self.name(row)))
            case "group":
                return Text(escape_control(self.group(row)))
            case _:
                return Text(number(each.parts.get(column.partition(":")[2]), 2, sign=True))
