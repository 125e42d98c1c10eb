"""The two pictures over the lines: counts by label, and how long the lines are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.formatting import count, percent, span
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import shorten
from gendertui.tui.widgets.bars import bar, columns

if TYPE_CHECKING:
    from gendertui.corpus.statistics import CorpusStatistics


NAME_CELLS = 18
"""A label's name may be a sentence."""


class Labels(Widget):
    """A bar a label, the missing last, with count and share."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"labels--negative", "labels--positive", "labels--missing", "labels--rest"}

    statistics: reactive[CorpusStatistics | None] = reactive(None)

    def render(self) -> RenderResult:
        if self.statistics is None:
            return Text()
        labelled = self.statistics.labelled
        total = max(sum(labelled.values()), 1)
        top = max(labelled.values())
        names = [shorten(escape_control(name), NAME_CELLS) if name is not None else "?" for name in labelled]
        edge = max(cell_len(name) for name in names)
        cells = max(self.size.width - edge - 18, 1)
        rest = self.get_component_rich_style("labels--rest")
        text = Text(no_wrap=True)
        for name, (label, number), part in zip(
            names, labelled.items(), ("negative", "positive", "missing"), strict=True
        ):
            style = self.get_component_rich_style(f"labels--{part}")
            text.append(name + " " * (edge - cell_len(name) + 1), style)
            text.append_text(bar(number / max(top, 1), cells, style, rest))
            text.append(f" {count(number):>8} {percent(number / total, 0):>5}" + ("\n" if label is not None else ""))
        return text


def label_styles(node: Widget) -> Callable[[], tuple[Style, Style, Style]]:
    """Of bars of the two labels and of lines without one; asked for when needed, since a theme may have changed."""

    def styles() -> tuple[Style, Style, Style]:
        labels = node.app.query_one(Labels)
        negative, positive, missing = (
            labels.get_component_rich_style(f"labels--{name}", partial=True)
            for name in ("negative", "positive", "rest")
        )
        return negative, positive, missing

    return styles


class Lengths(Widget):
    """How many lines have how many words, as columns."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lengths--column", "lengths--axis"}

    statistics: reactive[CorpusStatistics | None] = reactive(None)

    def render(self) -> RenderResult:
        if self.statistics is None:
            return Text()
        bins = self.statistics.lengths
        height = max(self.size.height - 1, 1)
        width = max(self.size.width // max(len(bins), 1), 3)
        style = self.get_component_rich_style("lengths--column")
        rows = columns([float(number) for _, _, number in bins], height, style)
        text = Text(no_wrap=True)
        for row in rows:
            for sign in row.plain:
                text.append(sign * (width - 1) + " ", style)
            text.append("\n")
        axis = self.get_component_rich_style("lengths--axis")
        names = [span(low, high) for low, high, _ in bins]
        if any(len(name) >= width for name in names):
            # Where each bin begins says as much, and all of them alike.
            names = [span(low, low if high is not None else None) for low, high, _ in bins]
        for name in names:
            text.append(f"{name:<{width}}", axis)
        return text
