"""The confusion matrix: four counts, each with its share of the line's own label."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Offset
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.formatting import count, percent
from gendertui.tui.widgets.bars import bar
from gendertui.tui.widgets.tips import Tips, of_term

CORNER = "labelled"


class Confusion(Tips, Widget):
    """Rows are what lines are labelled, columns what the model says; bars show the share of a row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "confusion--right",
        "confusion--wrong",
        "confusion--axis",
        "confusion--rest",
    }

    labels: reactive[tuple[str, str]] = reactive(("", ""))
    counts: reactive[tuple[tuple[int, int], tuple[int, int]]] = reactive(((0, 0), (0, 0)))

    @property
    def _widths(self) -> tuple[int, int]:
        """Of the column with the labels, and of the other two."""
        edge = max(map(len, (CORNER, *self.labels))) + 1
        # The last column needs no gap behind it.
        return edge, max((self.size.width - edge + 1) // 2, 12)

    def tip_at(self, at: Offset) -> str:
        edge, cell = self._widths
        row, column = (at.y - 1) // 2, (at.x - edge) // cell
        if not (0 <= row < 2 and 0 <= column < 2) or not sum(self.counts[row]):
            return of_term("confusion")
        number, whole = self.counts[row][column], sum(self.counts[row])
        said = f"Of {count(whole)} lines labelled {self.labels[row]} the model says {self.labels[column]} of"
        return f"{said} {count(number)}, {percent(number / whole, 0)}."

    def render(self) -> RenderResult:
        total = sum(map(sum, self.counts))
        if not total:
            return Text()
        style = {
            part: self.get_component_rich_style(f"confusion--{part}") for part in ("right", "wrong", "axis", "rest")
        }
        edge, cell = self._widths
        head = Text(f"{CORNER:<{edge}}", style["axis"])
        for label in self.labels:
            head.append(f"{f'says {label}':<{cell}}", style["axis"])
        lines = [head]
        for row, (label, numbers) in enumerate(zip(self.labels, self.counts, strict=True)):
            figures, bars = Text(f"{label:<{edge}}", style["axis"]), Text(" " * edge)
            shares = [number / max(sum(numbers), 1) for number in numbers]
            for column, (number, share) in enumerate(zip(numbers, shares, strict=True)):
                paint = style["right" if row == column else "wrong"]
                mark = "✓" if row == column else "✗"
                figures.append(f"{f'{mark} {count(number)} {percent(share, 0)}':<{cell}}", paint)
                bars.append_text(bar(share, cell - 2, paint, style["rest"]))
                bars.append("  ")
            lines += [figures, bars]
        for line in lines:
            line.rstrip()
        return Text("\n", no_wrap=True).join(lines)
