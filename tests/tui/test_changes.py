"""What changed in a widget, written alone, leaves the terminal as the whole would."""

from __future__ import annotations

import pyte
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from gendertui.tui.narrow_updates import _NarrowUpdate
from gendertui.tui.widgets.changes import changed_regions

COLUMNS = 40
texts = st.text("ab 日本\u0301\u0302", max_size=COLUMNS // 2)
CONSOLE = Console(color_system="truecolor", force_terminal=True)


def row(text: str) -> Strip:
    return Strip([Segment(text, Style(color="red"))]).adjust_cell_length(COLUMNS, Style())


def written(strip: Strip, spans: list[tuple[int, int, int]]) -> str:
    return _NarrowUpdate([{0: strip}], spans, [[COLUMNS]]).render_segments(CONSOLE)


def on_screen(*updates: str) -> list[str]:
    screen = pyte.Screen(COLUMNS, 1)
    for update in updates:
        pyte.Stream(screen).feed(update)
    return [screen.buffer[0][column].data for column in range(COLUMNS)]


@given(texts, texts)
@example("note 日本 x", "note 日木 x")
@example("ab日cd", "abxycd")
@example("cafe\u0301 a", "cafe\u0302 a")
@example("cafe\u0301 a", "cafe\u0301 b")
@example("cafe a\u0301", "cafb a\u0301")
@settings(max_examples=50, deadline=None)
def test_the_changed_cells_are_all_that_has_to_be_written(before: str, after: str) -> None:
    whole = [(0, 0, COLUMNS)]
    changed = [(region.y, region.x, region.right) for region in changed_regions([row(before)], [row(after)])]
    assert on_screen(written(row(before), whole), written(row(after), changed)) == on_screen(written(row(after), whole))
