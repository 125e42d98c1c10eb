"""Write only the changed cells of a row to the terminal.

Textual cuts an update off after the last cell that is to be drawn, but begins it at the left end of the widget: a
changed cell at the end of a chart's row costs the whole row. The one place that knows how Textual writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual._compositor import ChopsUpdate
from textual.app import App

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from textual.screen import Screen


class _NarrowUpdate(ChopsUpdate):
    """An update whose rows begin at the first cell that is to be drawn."""

    def render_segments(self, console: Console) -> str:
        written = []
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < right and end > left:
                    begin = max(x, left)
                    written.append(Control.move_to(begin, y).segment.text)
                    written.append(strip.crop(begin - x, min(end, right) - x).render(console))
        return "".join(written)


class NarrowUpdates(App[None]):
    """An app that writes its updates so."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = _NarrowUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)
