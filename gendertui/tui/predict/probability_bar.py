"""The probability of a scored line as a bar from one label to the other, with threshold and can't-tell band."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.scoring.verdict import ABSTAIN_MARGIN

FILLED = "█"
BAND = "░"
TRACK = "─"
THRESHOLD = "┃"


class ProbabilityBar(Widget):
    """Two rows: the bar, filled from the threshold towards the likelier label, and a scale under it.

    Nothing is filled while there is nothing to show.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "probability--negative",
        "probability--positive",
        "probability--band",
        "probability--scale",
    }

    probability: reactive[float | None] = reactive(None)
    """Of the second label."""
    labels: reactive[tuple[str, str]] = reactive(("", ""))
    band: reactive[float] = reactive(ABSTAIN_MARGIN)
    """Half the width of the can't-tell band around 0.5."""

    def render(self) -> RenderResult:
        negative, positive = self.labels
        style = self.get_component_rich_style
        edge = max(len(negative), len(positive), 1) + 2
        cells = max(self.size.width - 2 * edge, 9) // 2 * 2 + 1 - 2
        middle = cells // 2
        half_band = round(self.band * cells)
        row = [BAND if abs(cell - middle) <= half_band else TRACK for cell in range(cells)]
        styles = [style("probability--band")] * cells
        if self.probability is not None:
            at = round(min(max(self.probability, 0.0), 1.0) * (cells - 1))
            side = style("probability--positive" if at > middle else "probability--negative")
            for cell in range(min(at, middle), max(at, middle) + 1):
                row[cell] = FILLED
                styles[cell] = side
        row[middle] = THRESHOLD
        styles[middle] = style("probability--scale")
        text = Text(no_wrap=True)
        text.append(f"{negative:>{edge - 1}} ", style("probability--negative"))
        for sign, paint in zip(row, styles, strict=True):
            text.append(sign, paint)
        text.append(f" {positive}\n", style("probability--positive"))
        text.append(self._scale(edge, cells, middle, half_band), style("probability--scale"))
        return text

    def _scale(self, edge: int, cells: int, middle: int, half_band: int) -> str:
        """Percent of the second label under the bar, the band named in the middle where there is room."""
        row = [" "] * (2 * edge + cells)
        low, high = f"{50 - self.band * 100:.0f}", f"{50 + self.band * 100:.0f}"
        marks = [(0, "0"), (middle - half_band, low), (middle + half_band, high), (cells - 1, "100 %")]
        if cells >= 60:
            marks += [(cells // 4, "25"), (3 * cells // 4, "75")]
        for at, words in marks:
            start = edge + at - len(words.split()[0]) // 2
            row[start : start + len(words)] = words
        return "".join(row).rstrip()
