"""A chart in a box: its title above and a legend below, both in the border.

Drawn by the program's own :mod:`gendertui.tui.charts`: the plotting libraries for Textual place the numbers of an axis
where rows are not, and write all of a chart at each change.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.events import Resize
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from gendertui.tui.charts.picture import Part, Picture, picture
from gendertui.tui.charts.series import LETTERS, MARKERS, UNMARKED, Band, Frame, Mark, Role, Series
from gendertui.tui.widgets.changes import changed_regions
from gendertui.tui.widgets.tips import Tips, of_term

COLOURS: dict[Role, str] = {
    "first": "$train",
    "second": "$model",
    "level": "$baseline",
    "other": "$baseline",
    "faint": "$foreground-muted",
    "best": "$success",
    "band": "$foreground-muted",
    "cursor": "$foreground",
    **{letter: f"$run-{letter}" for letter in LETTERS},
}
PARTS: tuple[Part, ...] = (*COLOURS, "axis", "tick")
LEGEND_MARGIN = 4
"""Cells of the border beside the legend that its change may touch."""


class Plot(Tips, Widget):
    """A chart; what changes of it is written to the terminal, and no more."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"curves--{part}" for part in PARTS}

    _holding = False
    _legend = ""

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._series: list[Series] = []
        self._marks: list[Mark] = []
        self._band: Band | None = None
        self._frame = Frame((0.0, 1.0), None)
        self._strips: list[Strip] = []
        self._drawn_for = Size()
        self._styles_of: dict[Part | None, Style] = {}
        self.picture = Picture([])

    def draw(
        self, series: Sequence[Series], frame: Frame, *, marks: Sequence[Mark] = (), band: Band | None = None
    ) -> int:
        """Show ``series``; what is there already goes.

        :returns: how many cells are written for it.
        """
        self._series, self._frame, self._marks, self._band = list(series), frame, list(marks), band
        return self._draw()

    def on_resize(self, event: Resize) -> None:
        """Comes when it is shown again, too."""
        if event.size != self._drawn_for:
            self._draw()

    def notify_style_update(self) -> None:
        """A new theme: the lines were drawn in the old one's colours."""
        super().notify_style_update()
        self._styles_of = {}
        if self._series and self.is_attached:
            # Later: the styles of the parts come after those of the widget.
            self.call_later(self._draw)

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def _draw(self) -> int:
        width, height = self.size
        if not width or not height:
            return 0
        self._drawn_for = self.size
        before = self._strips
        self.picture = self._pictured(width, height)
        self._strips = [self._strip(y) for y in range(height)]
        written = 0
        if [len(before), *(strip.cell_length for strip in before[:1])] != [height, width]:
            super().refresh()
            written = width * height
        elif changed := changed_regions(before, self._strips):
            super().refresh(*changed)
            written = sum(region.area for region in changed)
        self._show_legend(self._fitting_legend(width - LEGEND_MARGIN))
        return written

    def _pictured(self, width: int, height: int) -> Picture:
        """What is shown, in so many cells."""
        return picture(self._series, self._frame, width, height, marks=self._marks, band=self._band)

    def _strip(self, y: int) -> Strip:
        parts = groupby(self.picture.rows[y], key=lambda cell: cell[1])
        return Strip(
            [Segment("".join(character for character, _ in cells), self._style(part)) for part, cells in parts],
            self.size.width,
        )

    def _style(self, part: Part | None) -> Style:
        if part not in self._styles_of:
            self._styles_of[part] = (
                self.rich_style if part is None else self.rich_style + self.get_component_rich_style(f"curves--{part}")
            )
        return self._styles_of[part]

    # The legend

    def tip_at(self, at: Offset) -> str:
        """On the border: what the title means, or the names of the legend. The picture itself has a readout."""
        if at.y < 0:
            title = Content.from_markup(self.border_title or "").plain
            return of_term(title) or of_term(title.partition(" ")[0].lower())
        if at.y < self.size.height:
            return ""
        tips = (of_term(name) for _, name, _, _ in self._entries())
        return "\n".join(tip for tip in tips if tip)

    def _entries(self) -> list[Entry]:
        """All there is to say in the legend."""
        entries = [_entry(each) for each in self._series if each.name]
        entries += [(MARKERS["band"], self._band.name, self._band.says, "band")] if self._band is not None else []
        entries += [(MARKERS[mark.role], mark.name, mark.says, mark.role) for mark in self._marks if mark.name]
        return entries

    def _fitting_legend(self, cells: int) -> str:
        """Markup, in so many cells: where there is no room the last value goes, then its name, and so on."""
        entries = self._entries()
        while len(entries) > 1 and _cells(entries) > cells:
            sign, name, says, role = entries.pop()
            if says:
                entries.append((sign, name, "", role))
        return "  ".join(f"[{COLOURS[role]}]{sign} {name}[/] {says}".rstrip() for sign, name, says, role in entries)

    def _show_legend(self, legend: str) -> None:
        if legend == self._legend:
            return
        before, self._legend = self._legend, legend
        self._holding = True
        self.border_subtitle = legend
        self._holding = False
        # Of the lower border alone what it covers, at its right end; in the content's coordinates.
        cells = max(Content.from_markup(text).cell_length for text in (before, legend)) + LEGEND_MARGIN
        width, height = self.size
        left = max(width + 1 - cells, -1)
        self.refresh(Region(left, height, width + 1 - left, 1))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As ever, but that a new legend says itself what is to be drawn."""
        if self._holding:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


Entry = tuple[str, str, str, Role]
"""Sign, name and value in the legend; the names are the program's own."""


def _entry(series: Series) -> Entry:
    sign = MARKERS[series.role] if series.every or not series.joined else UNMARKED
    return sign, series.name, series.says, series.role


def _cells(entries: Sequence[Entry]) -> int:
    return sum(len(f"{sign} {name} {says}".rstrip()) for sign, name, says, _ in entries) + 2 * (len(entries) - 1)
