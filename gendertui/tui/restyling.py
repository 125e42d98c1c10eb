"""Few widgets are styled anew: those whose look can have changed.

When a widget gets or loses the focus or a class, Textual styles all that is in it again, and all that has a place
within the outermost one with a rule for ``:focus-within``, as if some rule were about each of them: in a form or a
report that takes longer than drawing it.
"""

from __future__ import annotations

from typing import ClassVar, Self

from textual import events
from textual.app import App
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

_FOCUS = frozenset(("focus", "focus-within", "blur"))
"""What rules call the focus."""


class LaidOutOnce(Screen[ScreenResultType]):
    """A screen that is not laid out again for the size that it has, nor drawn again when it has come or come back.

    Textual sends a screen its size once it is laid out for it, and lays it and all below it out again. It has a screen
    drawn as a whole when it is laid out first, and when what was over it goes; then again since it was asked for before
    it was there, and again since it is the one that is seen.
    """

    _comes = False

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:
            super()._screen_resized(size)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual's own follows this one, and asks for a drawing of what is there alone.
        self._comes = self.is_attached

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._comes and not (regions or layout or recompose):
            self._comes = False
            return self
        # A layout says itself what is to be drawn.
        super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)
        if not self._size:
            self._repaint_required = False
        return self


class MainScreen(LaidOutOnce[None]):
    """The screen of the panes. No rule says how something looks by the focus being within what it is part of."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Not drawn by the screen itself, as in Textual: each move of the focus would have all of it drawn anew."""

    def _update_focus_styles(self, focused: Widget | None = None, blurred: Widget | None = None) -> None:
        moved = [widget for widget in (focused, blurred) if widget is not None]
        around: set[DOMNode] = {node for widget in moved for node in widget.ancestors_with_self}
        if within := [node for node in around if node._has_focus_within]:
            self.app.stylesheet.update_nodes(within, animate=True)


class Dialog(ModalScreen[ScreenResultType], LaidOutOnce[ScreenResultType]):
    """A screen over that of the panes: styled once and laid out once for its size when it comes.

    A ModalScreen first: Textual takes the styles from the first base.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._has_been_shown = False

    def fit(self, app: App[None]) -> None:
        """Take the classes of narrow and wide, short and tall screens, before anything in it is styled.

        Textual gives them after the first layout, and lays it out again.
        """
        size = app.size
        for cells, points in ((size.width, app.HORIZONTAL_BREAKPOINTS), (size.height, app.VERTICAL_BREAKPOINTS)):
            self.add_class(*self._get_breakpoint_classes(cells, points or []), update=False)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual's own follows this one. All in it was styled a moment ago.
        event.refresh_styles = event.refresh_styles and self._has_been_shown
        self._has_been_shown = True


class FocusAlone(Widget):
    """Shows by itself alone that it has the focus: no rule says how something in it looks then, but for its own parts.

    Behind another base, whose styles and keys Textual takes from the first.
    """

    def watch_has_focus(self, has_focus: bool) -> None:
        rules = self.app.stylesheet.rules_map
        names = self._selector_names | {f".{part}" for part in self._get_component_classes()}
        # A table draws it, and no rule says it: its parts are styled one by one, by all rules of the program.
        if any(not rule.pseudo_classes.isdisjoint(_FOCUS) for name in names for rule in rules.get(name, ())):
            self.app.stylesheet.update_nodes([self], animate=True)


class FewParts(Widget):
    """Its classes say of few parts of it how they look: the others are not styled anew when it gets one or loses it.

    Behind another base, as the one above.
    """

    PARTS: ClassVar[frozenset[str]] = frozenset()
    """Ids and types of these parts, as in a style sheet."""

    def update_node_styles(self, animate: bool = True) -> None:
        parts = self.query(", ".join(sorted(self.PARTS))) if self.PARTS else ()
        self.app.stylesheet.update_nodes([self, *parts], animate=animate)


class Scroller(VerticalScroll, FocusAlone):
    """A column that scrolls."""
