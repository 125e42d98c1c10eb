"""Write only the changed cells of a row to the terminal, and their colours in few codes.

Textual cuts an update off after the last cell that is to be drawn, but begins it at the left end of the widget: a
changed cell at the end of a chart's row costs the whole row. The one place that knows how Textual writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.control import Control
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App

from gendertui.tui.pen import Pen
from gendertui.tui.restyling import Dialog
from gendertui.tui.sparse_compositor import SparseCompositor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType
    from textual.screen import Screen
    from textual.strip import Strip


class _NarrowUpdate(ChopsUpdate):
    """An update whose rows begin at the first cell that is to be drawn."""

    def render_segments(self, console: Console) -> str:
        pieces = []
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < right and end > left:
                    begin = max(x, left)
                    pieces.append((begin, y, [strip.crop(begin - x, min(end, right) - x)]))
        return _written(pieces, console)


class _WholeUpdate(LayoutUpdate):
    """An update of the whole screen."""

    def render_segments(self, console: Console) -> str:
        return _written([(self.region.x, y, row) for y, row in enumerate(self.strips, self.region.y)], console)


def _written(pieces: Iterable[tuple[int, int, Iterable[Strip]]], console: Console) -> str:
    """What to send for strips from column x of row y on."""
    # As Textual has it where the console does not say.
    pen = Pen(console._color_system or ColorSystem.TRUECOLOR)
    for x, y, strips in pieces:
        pen.written.append(Control.move_to(x, y).segment.text)
        for strip in strips:
            for text, style, _ in strip:
                pen.write(text, style)
    pen.put_down()
    return "".join(pen.written)


class NarrowUpdates(App[None]):
    """An app that draws and writes its updates so."""

    def get_screen(self, screen: Any, screen_class: Any = None) -> Any:
        found = super().get_screen(screen, screen_class)
        if isinstance(found, Dialog):
            found.fit(self)
        return SparseCompositor.give(found)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = _NarrowUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        elif type(renderable) is LayoutUpdate:
            renderable = _WholeUpdate(renderable.strips, renderable.region)
        super()._display(screen, renderable)
