"""Draw only what is to be written.

Where a widget at the top and one at the bottom have changed, Textual draws all rows of everything between them; and it
draws what others cover (the containers around a table, the screen below all), to leave it out afterwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual._compositor import ChopsUpdate, Compositor, ReflowResult
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

S = TypeVar("S", bound="Screen[Any]")


class SparseCompositor(Compositor):
    """A screen's compositor that asks widgets only for the rows of which something is written and seen."""

    @classmethod
    def give(cls, screen: S) -> S:
        """Give it to a screen that has not been shown yet."""
        if type(screen._compositor) is Compositor:
            screen._compositor = cls()
        return screen

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        result = super().reflow(parent, size)
        # It is whole now: Textual lays all out once more when it is next read, where something has scrolled before.
        self._full_map_invalidated = False
        for widget, geometry in self._full_map.items():
            if widget.virtual_size != geometry.virtual_size and not isinstance(widget, ScrollView):
                # Textual asks for another layout of the whole screen then, which comes to the same: how far a widget
                # scrolls decides over its bars alone, and they ask for one where they come or go.
                widget.set_reactive(Widget.virtual_size, geometry.virtual_size)
                if widget.is_scrollable:
                    # Of no size: its bars are looked at whatever it was.
                    widget._container_size = Size(-1, -1)
        below = self._below(parent)
        if below is not None and below._compositor.size != size:
            # Textual would do it after this one is drawn, over what has another size.
            below._screen_resized(size)
        return result

    def render_partial_update(self) -> ChopsUpdate | None:
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        return ChopsUpdate(_as_textual(self._drawn(spans)), spans, [line[1:] for line in self.cuts])

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        return _as_textual(self._drawn((y, crop.x, crop.right) for y in crop.line_range if is_rendered_line(y)))

    def _drawn(self, spans: Iterable[tuple[int, int, int]]) -> list[dict[int, Strip | None]]:
        """Of each row of the screen its pieces between the edges of widgets, by the cell at which they begin; ``None``
        for one that no span touches.

        :param spans: row, first cell and the cell behind the last.
        """
        cuts = self.cuts
        drawn: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        # In order: most of the time goes into looking for them.
        missing: dict[int, list[int]] = {}
        for y, left, right in spans:
            *line, _ = cuts[y]
            begins = line[max(bisect_right(line, left) - 1, 0) : bisect_left(line, right)]
            missing[y] = sorted({*missing[y], *begins}) if y in missing else begins
        # What is in front comes first.
        for widget, (region, clip) in self.visible_widgets.items():
            if not missing:
                break
            x, y, width, height = region.intersection(clip)
            right = x + width
            rows = [row for row in range(y, y + height) if row in missing and _any_within(missing[row], x, right)]
            if not rows:
                continue
            top = rows[0]
            crop = Region(x - region.x, top - region.y, width, rows[-1] + 1 - top)
            below = self._below(widget)
            strips = widget.render_lines(crop) if below is None else self._shaded(below, widget, crop, missing)
            for row in rows:
                line = cuts[row]
                begins = line[bisect_left(line, x) : bisect_left(line, right)]
                # Up to its edge: what is laid out anew may be longer, and would be written over its neighbour.
                pieces = strips[row - top].divide([cut - x for cut in (*begins[1:], right)])
                left_over = missing[row]
                for begin, piece in zip(begins, pieces, strict=False):
                    if begin in left_over:
                        drawn[row][begin] = piece
                        left_over.remove(begin)
                if not left_over:
                    del missing[row]
        return drawn

    def _below(self, widget: Widget) -> Screen[Any] | None:
        """The screen that is seen through a widget that is one itself."""
        if widget is not self.root or widget.styles.background.a == 1 or widget.styles.gutter.totals != (0, 0):
            return None
        stack = widget.app.screen_stack
        at = stack.index(widget) if widget in stack else 0
        return stack[at - 1] if at else None

    def _shaded(
        self, below: Screen[Any], screen: Widget, crop: Region, missing: Mapping[int, Sequence[int]]
    ) -> list[Strip]:
        """Rows of the screen below another one, with blanks where something covers it. Textual has rich measure, split
        and style each of them as if it were text.

        :param crop: whole rows of the screen.
        :param missing: row → beginnings of the pieces that are seen.
        """
        colour = screen.styles.background
        _, background = screen.background_colors
        inner = screen.rich_style
        filters = screen.get_line_filters()
        compositor = cast("SparseCompositor", below._compositor)
        spans = [
            (row, begin, self.cuts[row][bisect_right(self.cuts[row], begin)])
            for row in crop.line_range
            for begin in missing.get(row, ())
        ]
        chops = compositor._drawn(spans)
        strips = []
        for row in crop.line_range:
            pieces = []
            for (begin, strip), end in zip(chops[row].items(), compositor.cuts[row][1:], strict=True):
                if strip is None:
                    pieces.append(Segment(" " * (end - begin), inner))
                else:
                    pieces += [
                        Segment(text, _shade(style or RichStyle.null(), colour, inner)) for text, style, _ in strip
                    ]
            strip = Strip(pieces, crop.width)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        return strips


def _as_textual(drawn: list[dict[int, Strip | None]]) -> list[Mapping[int, Strip]]:
    """By Textual's type, which knows of no row that is not drawn."""
    return cast("list[Mapping[int, Strip]]", drawn)


def _any_within(begins: list[int], left: int, right: int) -> bool:
    """Whether one of them, which are in order, is there: from the one up to before the other."""
    at = bisect_left(begins, left)
    return at < len(begins) and begins[at] < right


@lru_cache(4096)
def _shade(style: RichStyle, colour: Color, inner: RichStyle) -> RichStyle:
    """A style of the screen below, under a colour that lets it through."""
    style = style.clear_meta_and_links()
    seen, behind = (
        None if each is None else (Color.from_rich_color(each) + colour).rich_color
        for each in (style.color, style.bgcolor)
    )
    return inner + style + RichStyle.from_color(seen, behind)
