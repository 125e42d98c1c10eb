"""The ``?`` screen: what the pane is for, and its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.keymap import Keymap, span
from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing

KEY_CELLS = 8
"""Width of the keys; of keys that a person has set up to twice as many, and then in rows."""
GAP = 2
"""Between keys and words."""


class HelpScreen(Dialog[None]):
    """Closes with esc, the key that opened it, or the one that leaves the app."""

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape", "help")]

    def __init__(self, pane: str, about: str, keymap: Keymap) -> None:
        super().__init__()
        self._pane = PANES[pane]
        self._about = about
        self._keymap = keymap

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def compose(self) -> ComposeResult:
        keymap = self._keymap
        with VerticalScroll(classes="dialog") as box:
            box.border_title = f"Help: {self._pane.title}"
            box.border_subtitle = hints(self, CLOSES)
            yield Static(Content(self._about), classes="about")
            yield KeyRows(f"In {self._pane.title}", keymap.keys(self._pane.keys))
            for tab in self._pane.tabs:
                if tab.own_keys:
                    yield KeyRows(f"In {tab.title}", keymap.keys(tab.own_keys))
            yield KeyRows("Everywhere", _everywhere(keymap))


def _everywhere(keymap: Keymap) -> list[Key]:
    """The app's keys, those of the panes folded into one row for each kind."""
    return [
        Key(span(keymap.keys(DIGITS)), "", "", "Show a pane, outside text fields."),
        Key(span(keymap.keys(FUNCTION_KEYS)), "", "", "Show a pane, from anywhere."),
        *keymap.keys(APP_KEYS),
    ]


class KeyRows(Static):
    """A title, and below it keys with what they do: the words wrapped beside the keys.

    Laid out by itself: a table of rich takes several times as long, and that is felt when help opens.
    """

    def __init__(self, title: str, rows: Sequence[Key]) -> None:
        super().__init__()
        self._title = title
        self._rows = rows
        self._lines: tuple[int, list[Content]] = (0, [])
        """A width, and the lines at that."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._at(width))

    def render(self) -> RenderResult:
        return Content("\n").join(self._at(self.content_size.width))

    def _at(self, width: int) -> list[Content]:
        if self._lines[0] != width:
            self._lines = (width, [Content.styled(self._title, "bold"), *self._wrapped(width)])
        return self._lines[1]

    def _wrapped(self, width: int) -> Iterator[Content]:
        keys = min(max(KEY_CELLS, *(cell_len(key.shown) for key in self._rows)), 2 * KEY_CELLS)
        for row in self._rows:
            shown = Content.styled(row.shown, "bold").wrap(keys)
            words = Content(row.help).wrap(max(width - keys - GAP, 1))
            for key, line in zip_longest(shown, words, fillvalue=Content("")):
                yield Content.assemble(key, " " * (keys + GAP - key.cell_length), line)
