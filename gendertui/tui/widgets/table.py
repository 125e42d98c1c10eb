"""A table of any length of which only the visible rows are ever touched.

Rows are looked up by number in a :class:`Rows`; sorting and filtering change the order, an array of row numbers,
and nothing else. (textual-fastdatatable would copy and measure the whole table for each change of order, and
asks to be mounted anew; the built-in DataTable holds every row as Python objects.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size, Spacing
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gendertui.sanitize import escape_control
from gendertui.tui.restyling import FocusAlone
from gendertui.tui.widgets.changes import changed_regions
from gendertui.tui.widgets.tips import Tips, of_term

HEADER_ROWS = 1
GAP = 2
WIDE = 100


@dataclass(frozen=True)
class Column:
    """A column: ``width`` cells, or with ``grow`` at least that many and its part, by ``grow``, of what is left over.

    It is left out where the table has fewer cells than it ``needs``; with ``wide_only`` those are :data:`WIDE`.
    """

    name: str
    label: str
    width: int
    grow: int = 0
    right: bool = False
    wide_only: bool = False
    needs: int = 0
    term: str = ""
    """What it has in it, by a key of the glossary; by default its name, where that is one."""


class Order(Protocol):
    """Row numbers by their place: a range, a list, an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Any: ...


class Rows(Protocol):
    """What a table shows."""

    def __len__(self) -> int: ...

    def cell(self, row: int, column: str) -> Text:
        """One cell, on one line, with nothing in it that a terminal would obey."""
        ...


class VirtualTable(Tips, ScrollView, FocusAlone, can_focus=True, inherit_bindings=False):
    """Rows under a header that stays, with a cursor.

    :param enter: what Enter does with a row, in a word for the footer; empty where that is nothing.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--even",
        "table--negative",
        "table--positive",
    }

    # What moves a cursor in every list; these need no telling.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "end(False)", show=False),
        Binding("end,G", "end(True)", show=False),
        Binding("enter", "open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Opened(Message):
        """A row was opened; ``row`` is its number in the rows, ``place`` where it stands in the order."""

        table: VirtualTable
        row: int
        place: int

        @property
        def control(self) -> VirtualTable:
            return self.table

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere."""

        table: VirtualTable

        @property
        def control(self) -> VirtualTable:
            return self.table

    @dataclass
    class HeaderClicked(Message):
        """A column's head was clicked."""

        table: VirtualTable
        column: str

        @property
        def control(self) -> VirtualTable:
            return self.table

    def __init__(self, columns: Sequence[Column], *, id: str | None = None, enter: str = "Show") -> None:
        super().__init__(id=id)
        self.enter = enter
        self._columns = list(columns)
        self._rows: Rows | None = None
        self._order: Order = ()
        self._sorted: tuple[str, bool] | None = None
        self._room = Size()
        self.pinned: int | None = None
        """A place that is always in sight: where it is scrolled away, its row stands at the edge that it has passed. To
        be set before what is shown."""

    # Data

    def show(
        self,
        rows: Rows,
        order: Order,
        *,
        columns: Sequence[Column] | None = None,
        sorted_by: tuple[str, bool] | None = None,
    ) -> None:
        """Show ``rows`` in ``order``, under other ``columns`` where these are given.

        :param sorted_by: (column, descending), which only marks the header.
        """
        if columns is not None:
            self._columns = list(columns)
        self._rows = rows
        self._order = order
        self._sorted = sorted_by
        self.cursor = 0
        self._resize()
        self.scroll_to(0, 0, animate=False)
        self.refresh()

    def update(
        self, rows: Rows, order: Order, *, columns: Sequence[Column], sorted_by: tuple[str, bool] | None, cursor: int
    ) -> None:
        """Show about the same again, a little later: of the lines on the screen only what has changed is drawn.

        :param cursor: the place in the new order where the cursor is to stand.
        """
        before = self._lines()
        self._columns, self._rows, self._order, self._sorted = list(columns), rows, order, sorted_by
        self._resize()
        self.set_reactive(VirtualTable.cursor, self.validate_cursor(cursor))
        if changed := changed_regions(before, self._lines()):
            self.refresh(*changed)
        self._show_cursor()

    def _lines(self) -> list[Strip]:
        return [self.render_line(y) for y in range(self.size.height)]

    @property
    def order(self) -> Order:
        """The row numbers, as they stand."""
        return self._order

    def row_at(self, place: int) -> int:
        """The row number at a place of the order."""
        return int(self._order[place])

    def cell(self, place: int, column: str) -> Text:
        """What stands in a column at a place of the order."""
        assert self._rows is not None, "rows are shown"
        return self._rows.cell(self.row_at(place), column)

    def cells(self, column: str) -> int:
        """How wide a column is now; 0 where it is left out."""
        return next((width for shown, width in self._widths() if shown.name == column), 0)

    def label_style(self, positive: bool) -> Style:
        """The colour of one of the corpus's labels, for rows that show it."""
        return self.get_component_rich_style(f"table--{'positive' if positive else 'negative'}", partial=True)

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._order) + HEADER_ROWS)

    def on_resize(self, _: events.Resize) -> None:
        """Comes when it is shown again, too: what stays of the same size is not drawn anew."""
        self._resize()
        room = self.scrollable_content_region.size
        if room != self._room:
            self._room = room
            self.refresh()

    # Cursor

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._order) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        for place in (before, now):
            self.refresh_lines(place + HEADER_ROWS, 1)
        self._show_cursor()
        self.post_message(self.Moved(self))

    def _show_cursor(self) -> None:
        self.scroll_to_region(
            Region(0, self.cursor + HEADER_ROWS, 1, 1), spacing=self._kept(self.cursor), animate=False, force=True
        )

    def _kept(self, place: int) -> Spacing:
        """Rows at the edges that are no room for a place."""
        pinned = self.pinned
        above, below = (pinned is not None and pinned < place), (pinned is not None and pinned > place)
        return Spacing(top=HEADER_ROWS + above, bottom=int(below))

    def _place_at(self, y: int) -> int:
        """Which place of the order stands in a line below the header."""
        first = self.scroll_offset.y
        last = first + self.scrollable_content_region.height - HEADER_ROWS - 1
        at_edge = (y == HEADER_ROWS, y - HEADER_ROWS + first == last)
        if self.pinned is not None and ((self.pinned < first and at_edge[0]) or (self.pinned > last and at_edge[1])):
            return self.pinned
        return y - HEADER_ROWS + first

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, way: int) -> None:
        self.cursor += way * max(self.scrollable_content_region.height - HEADER_ROWS - 1, 1)

    def action_end(self, last: bool) -> None:
        self.cursor = len(self._order) - 1 if last else 0

    def action_open(self) -> None:
        if len(self._order):
            self.post_message(self.Opened(self, self.row_at(self.cursor), self.cursor))

    def _column_at(self, x: int) -> Column | None:
        start = 0
        for column, width in self._widths():
            if x < start + width + GAP:
                return column
            start += width + GAP
        return None

    def tip_at(self, at: Offset) -> str:
        """Of a column's head: what is in it, and that it sorts."""
        column = self._column_at(at.x) if at.y == 0 else None
        if column is None:
            return ""
        sorts = f"A click sorts by {column.label}." if self._sorted is not None and column.label else ""
        return " ".join(filter(None, (of_term(column.term or column.name), sorts)))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            column = self._column_at(offset.x)
            if column is not None:
                self.post_message(self.HeaderClicked(self, column.name))
            return
        place = self._place_at(offset.y)
        if place < len(self._order):
            again = place == self.cursor
            self.cursor = place
            if again or event.chain > 1:
                self.action_open()

    # Drawing

    def _widths(self, room: int | None = None) -> list[tuple[Column, int]]:
        """The columns that are shown, with their widths in cells.

        :param room: cells there are for all of them, where that has been looked up.
        """
        room = self.scrollable_content_region.width if room is None else room
        shown = [column for column in self._columns if room >= max(column.needs, WIDE * column.wide_only)]
        left = room - sum(column.width for column in shown) - GAP * (len(shown) - 1)
        growing = sum(column.grow for column in shown)
        return [(c, c.width + max(left, 0) * c.grow // max(growing, 1)) for c in shown]

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y == 0:
            style = self.get_component_rich_style("table--header")
            return self._strip(
                [(self._label(column), column, cells) for column, cells in self._widths(width)], style, width
            )
        place = self._place_at(y)
        if self._rows is None or place >= len(self._order):
            return Strip.blank(width, self.rich_style)
        row = self.row_at(place)
        line = [(self._rows.cell(row, column.name), column, cells) for column, cells in self._widths(width)]
        style, over = Style(), None
        if place == self.cursor:
            over = self.get_component_rich_style("table--cursor") if self.has_focus else Style(bold=True)
            style = over if self.has_focus else self.get_component_rich_style("table--even")
        elif place % 2:
            style = self.get_component_rich_style("table--even")
        return self._strip(line, style, width, over)

    def _label(self, column: Column) -> Text:
        label = Text(escape_control(column.label))
        if self._sorted is not None and self._sorted[0] == column.name:
            label.append(" ▼" if self._sorted[1] else " ▲")
        return label

    def _strip(
        self, line: Sequence[tuple[Text, Column, int]], style: Style, width: int, over: Style | None = None
    ) -> Strip:
        """A line of cells with their columns and widths.

        :param style: behind what the cells have. :param over: on top of it.
        """
        base = self.rich_style + style
        gap = Segment(" " * GAP, base if over is None else base + over)
        segments = []
        for cell, column, cells in line:
            for text, own in self._fitting(cell, cells, right=column.right):
                drawn = base if own is None else base + own
                segments.append(Segment(text, drawn if over is None else drawn + over))
            segments.append(gap)
        return Strip(segments).adjust_cell_length(width, base)

    def _fitting(self, cell: Text, cells: int, *, right: bool) -> list[tuple[str, Style | None]]:
        """A cell cut off or filled up to so many cells, in pieces of one style each."""
        style = self.app.console.get_style(cell.style)
        if cell.spans:
            fitted = _fit(cell, cells, right=right)
            if fitted.spans:
                return [(text, own) for text, own, _ in fitted.render(self.app.console) if text]
            return [(fitted.plain, style)]
        # Most cells are plain, and much faster drawn as the words that they are.
        plain = cell.plain
        missing = cells - cell_len(plain)
        if missing < 0:
            plain = set_cell_size(plain, cells - 1) + "…"
        elif missing:
            plain = " " * missing + plain if right else plain + " " * missing
        return [(plain, style)] if plain else []


def _fit(text: Text, cells: int, *, right: bool) -> Text:
    text = text.copy()
    text.truncate(cells, overflow="ellipsis")
    missing = cells - text.cell_len
    if right:
        text.pad_left(missing)
    else:
        text.pad_right(missing)
    return text
