"""The confusion matrix: four counts, each with its share of the line's own label."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.tui.meter import bar
from gendertui.tui.words import count


class Confusion(Widget):
    """Rows are what lines are labelled, columns what the model says; bars show the share of a row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "confusion--right",
        "confusion--wrong",
        "confusion--axis",
        "confusion--rest",
    }

    labels: reactive[tuple[str, str]] = reactive(("", ""))
    counts: reactive[tuple[tuple[int, int], tuple[int, int]]] = reactive(((0, 0), (0, 0)))

    def render(self) -> RenderResult:
        total = sum(map(sum, self.counts))
        if not total:
            return Text()
        style = {
            part: self.get_component_rich_style(f"confusion--{part}") for part in ("right", "wrong", "axis", "rest")
        }
        edge = max(len(f"labelled {label}") for label in self.labels) + 1
        cell = max((self.size.width - edge) // 2, 12)
        text = Text(no_wrap=True)
        text.append(" " * edge)
        for label in self.labels:
            text.append(f"{f'says {label}':<{cell}}", style["axis"])
        for row, (label, numbers) in enumerate(zip(self.labels, self.counts, strict=True)):
            text.append("\n")
            text.append(f"{f'labelled {label}':<{edge}}", style["axis"])
            shares = [number / max(sum(numbers), 1) for number in numbers]
            for column, (number, share) in enumerate(zip(numbers, shares, strict=True)):
                paint = style["right" if row == column else "wrong"]
                mark = "✓" if row == column else "✗"
                text.append(f"{f'{mark} {count(number)} {share:.0%}':<{cell}}", paint)
            text.append("\n" + " " * edge)
            for column, share in enumerate(shares):
                text.append_text(bar(share, cell - 2, style["right" if row == column else "wrong"], style["rest"]))
                text.append("  ")
        return text
