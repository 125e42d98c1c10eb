"""Write only the changed cells of a row to the terminal, and their colours in few codes.

Textual cuts an update off after the last cell that is to be drawn, but begins it at the left end of the widget: a
changed cell at the end of a chart's row costs the whole row. The one place that knows how Textual writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from rich.color import ColorSystem
from rich.control import Control
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen

from gendertui.tui.pen import Pen
from gendertui.tui.restyling import Dialog
from gendertui.tui.sparse_compositor import SparseCompositor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, RenderableType
    from textual.await_remove import AwaitRemove
    from textual.dom import DOMNode
    from textual.strip import Strip
    from textual.widget import Widget


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

    def refresh(self, *, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if repaint and layout and self._screen_stack:
            # By a layout alone nothing is drawn that has kept its place.
            self.screen.refresh()
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        # When a screen is gone Textual has the one below it laid out and drawn as a whole, which it was as soon as it
        # was seen.
        return super()._prune(*nodes, parent=None if any(isinstance(node, Screen) for node in nodes) else parent)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = _NarrowUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        elif type(renderable) is LayoutUpdate:
            renderable = _WholeUpdate(renderable.strips, renderable.region)
        super()._display(screen, renderable)
