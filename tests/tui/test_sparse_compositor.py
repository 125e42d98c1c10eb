"""What is drawn for an update: all that is written, and of the rest as little as can be."""

from __future__ import annotations

import random
from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._context import visible_screen_stack
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from gendertui.tui.narrow_updates import NarrowUpdates
from gendertui.tui.restyling import MainScreen
from gendertui.tui.sparse_compositor import SparseCompositor
from tests.builders.app import until

SIZE = (40, 16)
SIZES = (SIZE, (60, 30), (30, 12))
STEPS = 60
RESIZE = "resize"
ACTIONS = [
    *(f"tell('{name}')" for name in ("top", "bottom", "right", "line-3")),
    *("tell_both", "flip('over')", "flip('right')", "fold", "scroll", "ask", RESIZE),
]


class Dialog(ModalScreen[None]):
    CSS = """
    Dialog { align: center middle; background: $background 60%; }
    #box { width: 20; height: 5; border: round red; }
    """

    def compose(self) -> ComposeResult:
        yield Static("dialog", id="box")


class Layered(NarrowUpdates):
    """Boxes in boxes, and actions that change something. It keeps what was written, cell by cell."""

    CSS = """
    #top, #bottom { height: 1; }
    #middle { height: 1fr; border: round green; padding: 0 1; }
    #scrolled { width: 1fr; }
    #right { width: 9; }
    #over { layer: above; offset: 7 4; width: 12; height: 3; background: blue; }
    Screen { layers: below above; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[tuple[int, int], tuple[str, object]] = {}
        self.counted = 0
        self.asked: list[tuple[str | None, Region]] = []

    def get_default_screen(self) -> Screen[Any]:
        return SparseCompositor.give(MainScreen())

    def compose(self) -> ComposeResult:
        yield Static("top", id="top")
        with Container(id="middle"), Horizontal():
            with VerticalScroll(id="scrolled"):
                for number in range(20):
                    yield Static(f"line {number}", id=f"line-{number}")
            yield Static("right\n" * 20, id="right")
        yield Static("over", id="over")
        yield Static("bottom", id="bottom")

    def action_tell(self, name: str) -> None:
        self.counted += 1
        self.screen_stack[0].query_one(f"#{name}", Static).update(f"{name} {self.counted}\n" * 20, layout=False)

    def action_tell_both(self) -> None:
        self.action_tell("top")
        self.action_tell("bottom")

    def action_flip(self, name: str) -> None:
        widget = self.screen_stack[0].query_one(f"#{name}")
        widget.display = not widget.display

    def action_fold(self) -> None:
        """All but a few lines, with the bar that scrolls them."""
        for line in list(self.screen_stack[0].query_one("#scrolled").query(Static))[5:]:
            line.display = not line.display

    def action_scroll(self) -> None:
        self.counted += 1
        self.screen_stack[0].query_one("#scrolled").scroll_to(y=self.counted % 9, animate=False)

    async def action_ask(self) -> None:
        await self.push_screen(Dialog())

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate):
            for y, left, right in renderable.spans:
                ends = renderable.chop_ends[y]
                for end, (x, strip) in zip(ends, renderable.chops[y].items(), strict=True):
                    if x < right and end > left:
                        assert strip is not None
                        begin = max(x, left)
                        self._put(y, begin, strip.crop(begin - x, min(end, right) - x))
        elif isinstance(renderable, LayoutUpdate):
            for y, strips in enumerate(renderable.strips):
                x = 0
                for strip in strips:
                    self._put(y, x, strip)
                    x += strip.cell_length
        super()._display(screen, renderable)

    def _put(self, y: int, x: int, strip: Strip) -> None:
        for place, cell in enumerate(_cells(strip), x):
            self.cells[y, place] = cell


async def settle(pilot: Pilot[None]) -> None:
    """Until all there is to draw is drawn."""
    await pilot.pause()
    screen = pilot.app.screen
    await until(
        pilot,
        lambda: (
            not (
                screen._dirty_widgets
                or screen._compositor._dirty_regions
                or screen.message_queue_size
                or any(
                    widget._layout_required or widget._scroll_required or widget._repaint_required
                    for widget in screen.walk_children(Widget, with_self=True)
                )
            )
        ),
        "rest",
    )


def _cells(strip: Strip) -> list[tuple[str, object]]:
    return [(letter, style) for text, style, _ in strip for letter in text]


def drawn_by_textual(app: Layered) -> dict[tuple[int, int], tuple[str, object]]:
    """The whole screen as Textual's own compositor draws it."""
    compositor = app.screen._compositor
    visible_screen_stack.set(app._background_screens)
    app.screen.refresh()
    rows = Compositor._render_chops(compositor, compositor.size.region, lambda _: True)
    return {
        (y, x): cell
        for y, row in enumerate(rows)
        for x, cell in enumerate(cell for strip in row.values() for cell in _cells(strip))
    }


async def test_what_was_written_is_what_a_whole_drawing_would_be() -> None:
    app = Layered()
    chance = random.Random(1)
    async with app.run_test(size=SIZE) as pilot:
        for step in range(STEPS):
            action = chance.choice(["screen.dismiss", RESIZE] if len(app.screen_stack) > 1 else ACTIONS)
            if action == RESIZE:
                await pilot.resize_terminal(*chance.choice(SIZES))
            else:
                await app.run_action(action)
            await settle(pilot)
            compositor = app.screen._compositor
            assert type(compositor) is SparseCompositor
            laid_out = dict(compositor.full_map)
            Compositor.reflow(compositor, app.screen, app.size)
            assert laid_out == compositor.full_map, (step, action)
            whole = drawn_by_textual(app)
            assert [(at, app.cells[at], cell) for at, cell in whole.items() if app.cells[at] != cell] == [], (
                step,
                action,
            )


async def test_only_what_is_written_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Layered()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        asked: dict[str | None, Region] = {}
        render_lines = Widget.render_lines

        def noted(widget: Widget, crop: Region) -> list[Strip]:
            asked[widget.id] = crop
            return render_lines(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", noted)
        await app.run_action("tell_both")
        await settle(pilot)
        # Not what lies between the two, nor the boxes around them.
        assert set(asked) == {"top", "bottom"}
        asked.clear()
        app.query_one("#right").refresh(Region(0, 3, 2, 1))
        await settle(pilot)
        assert asked == {"right": Region(0, 3, 9, 1)}


async def test_a_dialog_grows_with_the_screen_that_is_seen_through_it() -> None:
    app = Layered()
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(2):
            await app.run_action("ask")
        for size in (*SIZES, SIZE):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert {at: app.cells.get(at) for at in drawn_by_textual(app)} == drawn_by_textual(app)
            assert "bottom" in "".join(app.cells[size[1] - 1, x][0] for x in range(size[0]))
