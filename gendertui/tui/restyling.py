"""Few widgets are styled anew: those whose look can have changed.

When a widget gets or loses the focus or a class, Textual styles all that is in it again, and all that has a place
within the outermost one with a rule for ``:focus-within``, as if some rule were about each of them: in a form or a
report that takes longer than drawing it.
"""

from __future__ import annotations

from typing import ClassVar

from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget


class MainScreen(Screen[None]):
    """The screen of the panes. No rule says how something looks by the focus being within what it is part of."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Not drawn by the screen itself, as in Textual: each move of the focus would have all of it drawn anew."""

    def _update_focus_styles(self, focused: Widget | None = None, blurred: Widget | None = None) -> None:
        moved = [widget for widget in (focused, blurred) if widget is not None]
        around: set[DOMNode] = {node for widget in moved for node in widget.ancestors_with_self}
        if within := [node for node in around if node._has_focus_within]:
            self.app.stylesheet.update_nodes(within, animate=True)


class Dialog(ModalScreen[ScreenResultType]):
    """A screen over that of the panes, laid out and drawn once when it comes."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def on_mount(self) -> None:
        """Take the classes of narrow and wide, short and tall screens: Textual gives them after the first layout, which
        it then does again."""
        app, size = self.app, self.app.size
        for cells, points in ((size.width, app.HORIZONTAL_BREAKPOINTS), (size.height, app.VERTICAL_BREAKPOINTS)):
            self.add_class(*self._get_breakpoint_classes(cells, points or []))


class FocusAlone(Widget):
    """Shows by itself alone that it has the focus: no rule says how something in it looks then.

    Behind another base, whose styles and keys Textual takes from the first.
    """

    def watch_has_focus(self, has_focus: bool) -> None:
        self.app.stylesheet.update_nodes([self], animate=True)


class FewParts(Widget):
    """Its classes say of few parts of it how they look: the others are not styled anew when it gets one or loses it.

    Behind another base, as the one above.
    """

    PARTS: ClassVar[frozenset[str]]
    """Ids and types of these parts, as in a style sheet."""

    def update_node_styles(self, animate: bool = True) -> None:
        self.app.stylesheet.update_nodes([self, *self.query(", ".join(sorted(self.PARTS)))], animate=animate)


class Scroller(VerticalScroll, FocusAlone):
    """A column that scrolls."""
