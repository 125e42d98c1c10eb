"""One row of names of which one is chosen: the tabs inside a pane, the lists and slices inside a tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.tui.widgets.tips import Tips

GAP = 2
NARROW_GAP = 1
"""Where not all names would fit with the other."""


@dataclass(frozen=True)
class Item:
    """A name to choose."""

    id: str
    name: str
    key: str = ""
    """The key that chooses it, shown before the name."""
    help: str = ""
    """One sentence."""

    @property
    def shown(self) -> str:
        return f"{self.key} {self.name}" if self.key else self.name


class TabLine(Tips, Widget):
    """The chosen name is bold and underlined. It never has the focus: keys and the mouse choose.

    :param lead: words before the names. :param help: a sentence on all of them.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabline--lead", "tabline--item", "tabline--chosen"}

    items: reactive[tuple[Item, ...]] = reactive(())
    chosen: reactive[str] = reactive("")

    @dataclass
    class Picked(Message):
        """A name was clicked."""

        line: TabLine
        id: str

        @property
        def control(self) -> TabLine:
            return self.line

    def __init__(self, items: Sequence[Item] = (), *, lead: str = "", help: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._lead = lead
        self._help = help
        self.set_reactive(TabLine.items, tuple(items))
        if items:
            self.set_reactive(TabLine.chosen, items[0].id)

    def step(self, by: int) -> str:
        """The id that stands ``by`` places after the chosen one, round the end."""
        ids = [item.id for item in self.items]
        return ids[(ids.index(self.chosen) + by) % len(ids)]

    @property
    def _gap(self) -> int:
        """Cells between two names."""
        names = [item.shown for item in self.items]
        wide = sum(map(len, names)) + GAP * (len(names) - 1) + (len(self._lead) + GAP if self._lead else 0)
        return GAP if wide <= self.size.width else NARROW_GAP

    def render(self) -> RenderResult:
        text = Text(no_wrap=True, overflow="ellipsis")
        if self._lead:
            text.append(self._lead + " " * self._gap, self.get_component_rich_style("tabline--lead"))
        for item in self.items:
            part = "chosen" if item.id == self.chosen else "item"
            text.append(item.shown, self.get_component_rich_style(f"tabline--{part}"))
            text.append(" " * self._gap)
        text.rstrip()
        return text

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        item = None if offset is None else self._item_at(offset)
        if item is not None:
            self.post_message(self.Picked(self, item.id))

    def _item_at(self, at: Offset) -> Item | None:
        places = zip(self.items, self.places(), strict=True)
        return next((item for item, (_, start) in places if start <= at.x < start + len(item.shown)), None)

    def tip_at(self, at: Offset) -> str:
        item = self._item_at(at)
        return item.help or self._help if item is not None else self._help

    def places(self) -> list[tuple[str, int]]:
        """The ids of the names, with the cell at which each begins."""
        found = []
        start = len(self._lead) + self._gap if self._lead else 0
        for item in self.items:
            found.append((item.id, start))
            start += len(item.shown) + self._gap
        return found
