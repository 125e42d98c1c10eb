"""Jump mode: a label over every control on the screen; typing it goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static, Tab, Tabs

from gendertui.tui.pane import Pane
from gendertui.tui.restyling import Dialog
from gendertui.tui.widgets.tab_line import TabLine

LETTERS = "asdfghjklqwertyuiopzxcvbnm1234567890"
"""In the order they are given out."""


@dataclass(frozen=True)
class Target:
    """A control, where its label stands, and what going there does."""

    at: Offset
    go: Callable[[], object]


def targets(screen: Screen[object]) -> list[Target]:
    """What can be gone to on a screen, from the top left on: what takes the focus, what a click chooses."""
    found: list[Target] = []
    for tab in screen.query(Tab):
        if isinstance(tabs := tab.query_ancestor(Tabs), Tabs):
            found += _target(screen, tab, partial(_choose, tabs, tab))
    for line in screen.query(TabLine):
        for id, x in line.places():
            pick = partial(line.post_message, TabLine.Picked(line, id))
            found += _target(screen, line, pick, x)
    for widget in screen.focus_chain:
        if isinstance(widget, Tabs | Pane):
            continue
        found += _target(screen, widget, widget.press if isinstance(widget, Button) else widget.focus)
    return sorted(found, key=lambda target: (target.at.y, target.at.x))


def _choose(tabs: Tabs, tab: Tab) -> None:
    tabs.active = tab.id or ""


def _target(screen: Screen[object], widget: Widget, go: Callable[[], object], x: int = 0) -> list[Target]:
    """The target, unless the place of its label is scrolled out of sight."""
    if not widget.display or widget.disabled or not widget.is_on_screen:
        return []
    at = widget.content_region.offset + Offset(x, 0)
    seen = screen.find_widget(widget).visible_region.intersection(screen.region)
    return [Target(at, go)] if seen.contains_point(at) else []


def labels(count: int, letters: str = LETTERS) -> list[str]:
    """So many labels, none of which begins another: of one letter as far as these go."""
    begins = max(0, -(-(count - len(letters)) // (len(letters) - 1)))
    if begins > len(letters):
        raise ValueError(f"{count} labels of two letters of {letters!r}")
    single = letters[: len(letters) - begins]
    double = (first + second for first in letters[len(single) :] for second in letters)
    return [*single, *double][:count]


class JumpScreen(Dialog[Target | None]):
    """Lies over the screen, which stays as it is; any key that begins no label leaves it."""

    DEFAULT_CSS = """
    JumpScreen Static {
        position: absolute;
        width: auto;
        height: 1;
        background: $primary;
        color: $background;
        text-style: bold;
    }
    """

    def __init__(self, found: Sequence[Target]) -> None:
        super().__init__()
        self._labelled = dict(zip(labels(len(found)), found, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        for label, target in self._labelled.items():
            shown = Static(label, markup=False)
            shown.styles.offset = target.at
            yield shown

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self._typed += event.character or ""
        left = [label for label in self._labelled if label.startswith(self._typed)]
        if event.character is None or not left:
            self.dismiss(None)
        elif left == [self._typed]:
            self.dismiss(self._labelled[self._typed])
        else:
            for shown, label in zip(self.query(Static), self._labelled, strict=True):
                shown.display = label in left

    def on_click(self) -> None:
        self.dismiss(None)
