"""Figures with their intervals on one common axis, so that overlap is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Offset, Size
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.formatting import interval, number, percent, percent_interval, points
from gendertui.model.answers import GUESSING
from gendertui.tui.widgets.tips import Tips, of_term

LEAST_CELLS = 12
LEVEL_SIGN = "┊"


@dataclass(frozen=True)
class Interval:
    """A value, with its 95 % interval where there is one."""

    name: str
    value: float
    low: float | None
    high: float | None
    in_percent: bool = False
    """Whether its figures are read in per cent; differences in points."""

    def figures(self, *, signed: bool) -> tuple[str, str]:
        """Value and interval as they are read: ``57.1 %``, ``55.9–58.3``; signed where they are differences."""
        if not self.in_percent:
            return number(self.value, sign=signed), interval(self.low, self.high, sign=signed)
        value = f"{points(self.value)} points" if signed else percent(self.value)
        return value, percent_interval(self.low, self.high, sign=signed)


@dataclass(frozen=True)
class Axis:
    """The stretch of numbers from ``low`` to ``high`` on a row of cells, with a level that is marked on it."""

    low: float
    high: float
    level: float

    @classmethod
    def around(cls, intervals: Iterable[Interval], level: float) -> Axis:
        """An axis that holds all ends, the level, and a little room on both sides."""
        ends = [end for row in intervals for end in (row.low, row.high, row.value) if end is not None]
        low, high = min([*ends, level]), max([*ends, level])
        pad = max((high - low) * 0.08, 0.005)
        return cls(low - pad, high + pad, level)

    def at(self, value: float, cells: int) -> int:
        """The cell of a value; one outside stands at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * (cells - 1))

    def draw(self, row: Interval, cells: int, sign: str) -> str:
        """``┊   ├──●──┤  `` in ``cells`` cells: the level, the interval, the value's ``sign``."""
        line = [" "] * cells
        line[self.at(self.level, cells)] = LEVEL_SIGN
        if row.low is not None and row.high is not None:
            start, end = self.at(row.low, cells), self.at(row.high, cells)
            line[start : end + 1] = "─" * (end + 1 - start)
            line[start], line[end] = "├", "┤"
            if start < (level := self.at(self.level, cells)) < end:
                line[level] = "┼"
        line[self.at(row.value, cells)] = sign
        return "".join(line)


class Intervals(Tips, Widget):
    """Two rows each: name and figures, then ``├──●──┤`` on the axis; at the bottom the axis itself.

    :param term: what the figures are, by a key of the glossary; with one it takes the focus, to be explained.
    :param ours: how many rows at the top are the model's; ``None``: all. The others are what it is held against.
    :param level: what every row is held against, with its name after it under the axis; 0 where the rows are
        differences.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"intervals--model", "intervals--other", "intervals--axis"}

    rows: reactive[tuple[Interval, ...]] = reactive((), layout=True)

    def __init__(
        self,
        level: float = GUESSING,
        level_name: str = "guessing",
        *,
        ours: int | None = 1,
        term: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._ours = ours
        self.term = term
        self.can_focus = bool(term)
        self.enter = "Explain"
        self._level = level
        self._level_name = level_name

    @property
    def said(self) -> str:
        """The first row's figures as they are read; empty where there is none."""
        return self._said(self.rows[0]) if self.rows else ""

    def _said(self, row: Interval) -> str:
        value, between = row.figures(signed=self._level == 0)
        return f"{value} ({between})" if between else value

    def tip_at(self, at: Offset) -> str:
        from gendertui.evaluation.glossary import Value

        place = at.y // self._row_lines
        if not self.term or not 0 <= place < len(self.rows):
            return of_term(self.term)
        row = self.rows[place]
        return of_term(self.term, Value(row.name, self._said(row), row.value))

    @property
    def _row_lines(self) -> int:
        # On a tall screen every row has an empty one below it.
        return 3 if self.size.height > 3 * len(self.rows) else 2

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        # On a tall screen every row has an empty one below it.
        return (3 if self.screen.has_class("-towering") else 2) * len(self.rows) + 1 if self.rows else 0

    def render(self) -> RenderResult:
        if not self.rows:
            return Text()
        paint = self.get_component_rich_style("intervals--axis")
        axis = Axis.around(self.rows, self._level)
        cells = max(self.size.width, LEAST_CELLS)
        names = max(len(row.name) for row in self.rows)
        text = Text(no_wrap=True, overflow="ellipsis")
        airy = self._row_lines == 3
        signed = self._level == 0
        figures = [row.figures(signed=signed) for row in self.rows]
        gap = "  " if cells >= names + max(len(value) + len(between) for value, between in figures) + 5 else " "
        for place, row in enumerate(self.rows):
            is_ours = self._ours is None or place < self._ours
            style = self.get_component_rich_style("intervals--model" if is_ours else "intervals--other")
            text.append(f"{row.name:<{names}}", style)
            value, between = figures[place]
            text.append(f" {value}", style)
            if between:
                text.append(f"{gap}({between})")
            text.append("\n")
            for sign in axis.draw(row, cells, "●" if is_ours else "○"):
                text.append(sign, paint if sign == LEVEL_SIGN else style)
            text.append("\n\n" if airy else "\n")
        scale = [" "] * cells
        level = f"{100 * self._level:g} %" if self._level and self.rows[0].in_percent else f"{self._level:g}"
        named = f"{level} {self._level_name}"
        start = min(axis.at(self._level, cells), cells - len(named))
        scale[start : start + len(named)] = named
        text.append("".join(scale).rstrip(), paint)
        return text
