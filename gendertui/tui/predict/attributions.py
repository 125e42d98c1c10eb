"""The words of an explained line: each over its signed number, wrapped to the width there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gendertui.formatting import number
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import shorten
from gendertui.tui.restyling import FocusAlone

if TYPE_CHECKING:
    from gendertui.scoring.explain import Change, Explained

STRONG = 0.3
"""Attributions of so many log-odds, seven percentage points where nothing is sure, stand out."""
LEGEND = "how far each word pulls (occlusion, in log-odds); the parts do not sum"
ABSENT = ""


@dataclass(frozen=True)
class Word:
    """A token as a screen shows it."""

    text: str
    value: float = 0.0
    """Its attribution in log-odds; 0 where it has none, or one too small to be shown."""
    changed: bool = False

    @property
    def shown(self) -> str:
        """Changes are recognisable without colour too."""
        return f"‹{self.text}›" if self.changed else self.text

    @property
    def number(self) -> str:
        """Signed, where there is one."""
        return number(self.value, 2, sign=True) if self.value else ""

    @property
    def cells(self) -> int:
        """The width of the wider of the two."""
        return max(cell_len(self.shown), len(self.number))


Row = tuple[list[Word], bool]
"""A row of the screen: the words on it, and whether it shows their numbers instead of themselves."""


class AttributionView(ScrollView, FocusAlone, can_focus=True):
    """Two rows for each row of words: the words, and their attributions; rows without a number have only the first.

    Only the rows in sight are drawn. The height is what the words need, up to the stylesheet's ``max-height``.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "words--plain",
        "words--negative",
        "words--positive",
        "words--negative-strong",
        "words--positive-strong",
        "words--changed",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words: Sequence[Word] = ()
        self._width = 0
        self._rows: list[Row] = []

    def show(self, words: Sequence[Word]) -> None:
        """Replace the words."""
        self._words = words
        before = len(self._rows)
        # Before it has a width it needs no bar: the bar of a row a word would stay.
        self._rows = lay_out(self._words, self._width) if self._width else []
        self.virtual_size = Size(self._width, len(self._rows))
        self.refresh(layout=len(self._rows) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows) if width == self._width else len(lay_out(self._words, width))

    def on_resize(self, _: events.Resize) -> None:
        self._width = self.scrollable_content_region.width
        self._rows = lay_out(self._words, self._width)
        self.virtual_size = Size(self._width, len(self._rows))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        place = y + self.scroll_offset.y
        # As the empty cells beside it: that a scrollbar had its place a moment ago leaves no trace.
        blank = Style(bgcolor=self.rich_style.bgcolor)
        if place >= len(self._rows):
            return Strip.blank(width, blank)
        words, numbers = self._rows[place]
        line = Text(no_wrap=True)
        for word in words:
            shown = word.number if numbers else shorten(word.shown, width)
            line.append(shown, self._style(word))
            line.append(" " * (word.cells - cell_len(shown) + 1))
        segments = [segment for segment in line.render(self.app.console) if segment.text]
        return Strip(Segment.apply_style(segments, self.rich_style)).adjust_cell_length(width, blank)

    def _style(self, word: Word) -> Style:
        side = "positive" if word.value > 0 else "negative"
        if not word.value:
            style = self.get_component_rich_style("words--plain")
        elif abs(word.value) < STRONG:
            style = self.get_component_rich_style(f"words--{side}")
        else:
            style = self.get_component_rich_style(f"words--{side}-strong")
        return style + self.get_component_rich_style("words--changed", partial=True) if word.changed else style


def lay_out(words: Sequence[Word], width: int) -> list[Row]:
    """Wrap words to a width: each row of words, and below it, where one of them has a number, the numbers."""
    rows: list[list[Word]] = []
    used = 0
    for word in words:
        if not rows or used + word.cells > width:
            rows.append([])
            used = 0
        rows[-1].append(word)
        used += word.cells + 1
    return [(row, numbers) for row in rows for numbers in (False, True) if not numbers or any(w.number for w in row)]


def words_of(explained: Explained, changed: Iterable[tuple[int, int]] = ()) -> list[Word]:
    """The tokens of an explained line, the tiny attributions left out.

    :param changed: spans [start, end) of tokens that an edit changed; an empty one marks where something is missing.
    """
    from gendertui.scoring.explain import TINY

    spans = sorted(changed)
    inside = {place for start, end in spans for place in range(start, end)}
    gaps = [start for start, end in spans if start == end]
    words: list[Word] = []
    for place, (token, value) in enumerate(zip(explained.scored.tokens, explained.attributions, strict=True)):
        words += [Word(ABSENT, changed=True)] * gaps.count(place)
        # A token of white space would not be seen.
        text = escape_control(token) if token.strip() else "␣" * len(token)
        words.append(Word(text, 0.0 if value is None or abs(value) < TINY else value, place in inside))
    return words + [Word(ABSENT, changed=True)] * gaps.count(len(explained.scored.tokens))


def edits(before: Sequence[str], after: Sequence[str], changes: Iterable[Change]) -> str:
    """The changes in words: ``love → hate, + really, − but``."""

    parts = []
    for change in changes:
        old, new = " ".join(before[slice(*change.before)]), " ".join(after[slice(*change.after)])
        parts.append(escape_control(f"{old} → {new}" if old and new else f"+ {new}" if new else f"− {old}"))
    return ", ".join(parts)
