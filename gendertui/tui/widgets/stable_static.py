"""Text that changes often: only what has changed is drawn, and the screen around it is laid out when it grows."""

from __future__ import annotations

from typing import Self

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual, VisualType
from textual.widgets import Static

from gendertui.tui.widgets.changes import changed_regions


class StableStatic(Static):
    """A Static of a width that does not hang on its content, laid out anew only where its height is another one.

    Text that has more rows than there is room for ends in an ellipsis.
    """

    _holding = False

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        before = self._strips()
        self._holding = True
        try:
            super().update(content, layout=False)
        finally:
            self._holding = False
        width, height = self.content_size
        grows = layout and (self.styles.height is None or self.styles.height.is_auto)
        if grows and (not width or self.visual.get_height(self.styles.get_rules(), width) != height):
            self.refresh(layout=True)
        elif changed := changed_regions(before, self._strips()):
            self.refresh(*changed)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As ever, but that :meth:`update` says itself what is to be drawn."""
        if self._holding:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        return self._last_row(strip) if y == self.content_size.height - 1 else strip

    def _last_row(self, row: Strip) -> Strip:
        width, height = self.content_size
        if self.visual.get_height(self.styles.get_rules(), width) <= height:
            return row
        end = min(cell_len(row.text.rstrip()), width - 1)
        return Strip.join([row.crop(0, end), Strip([Segment("…", self.visual_style.rich_style)]), row.crop(end + 1)])

    def _strips(self) -> list[Strip]:
        """The content as it would be drawn now, in as many rows as there are."""
        width, height = self.content_size
        if not (width and height):
            return []
        # Not laid out yet, or in a box of a fixed height, text has other rows than its widget.
        drawn = Visual.to_strips(self, self.visual, width, height, self.visual_style)[:height]
        rows = [*drawn, *[Strip.blank(width)] * (height - len(drawn))]
        return [*rows[:-1], self._last_row(rows[-1])]
