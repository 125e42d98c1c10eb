"""What is drawn when: held pictures, and text that the screen is laid out for only when it grows."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from gendertui.tui.predict import frame_hold
from gendertui.tui.predict.frame_hold import FrameHold
from gendertui.tui.train import throttle
from gendertui.tui.widgets.stable_static import StableStatic
from tests.builders.app import LOOK_SECONDS, until
from tests.builders.screens import rows

LOOKS = 2_000


class Counted(Static):
    drawn = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]
        self.drawn += 1
        return super().render_line(y)


async def until_drawn(pilot: Pilot[None], counted: Counted, before: int) -> None:
    await until(pilot, lambda: counted.drawn > before, "being drawn")


class Small(App[None]):
    def compose(self) -> ComposeResult:
        yield Counted("before", id="counted")
        yield StableStatic("one two three", id="steady")
        yield Static("below", id="below")


@pytest.mark.parametrize("told", [True, False])
async def test_nothing_is_drawn_until_it_is_told_or_time_is_up(monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    monkeypatch.setattr(frame_hold, "HELD_SECONDS", 60 if told else 2)
    app = Small()
    async with app.run_test(size=(20, 10)) as pilot:
        counted = app.query_one(Counted)
        frame = FrameHold(app)
        await until_drawn(pilot, counted, 0)
        before = counted.drawn
        frame.hold()
        frame.hold()
        counted.update("after")
        await pilot.pause()
        assert counted.drawn == before
        if told:
            frame.release()
            frame.release()
        await until_drawn(pilot, counted, before)
        # And from now on as ever.
        before = counted.drawn
        counted.update("later")
        await until_drawn(pilot, counted, before)


async def test_what_was_held_is_laid_out_though_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key would wait for that layout for good."""
    monkeypatch.setattr(frame_hold, "HELD_SECONDS", LOOK_SECONDS)
    app = Small()
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        below = app.query_one("#below")
        before = below.region.y
        FrameHold(app).hold()
        app.query_one(Counted).display = False
        # Not by the pilot, whose looking wakes the screen.
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            if below.region.y < before:
                return
    pytest.fail("not laid out")


async def test_text_has_the_rows_it_needs_and_what_is_below_makes_room() -> None:
    app = Small()
    async with app.run_test(size=(14, 20)) as pilot:
        steady, below = app.query_one(StableStatic), app.query_one("#below")
        for text, rows in (("one two", 1), ("one two three four five six", 2), ("six", 1), ("a\nb\nc", 3)):
            steady.update(text)
            await until(pilot, partial(lambda rows: steady.size.height == rows, rows), f"{rows} rows")
            await pilot.pause()
            assert below.region.y == 1 + rows
            assert [steady.render_line(y).text.strip() for y in range(rows)] == steady_lines(text)


@pytest.mark.parametrize("height", [2, "auto"])
async def test_text_of_fewer_or_more_rows_may_come_before_a_layout(height: int | str) -> None:
    app = Small()
    async with app.run_test(size=(14, 20)) as pilot:
        steady = app.query_one(StableStatic)
        steady.styles.height = height
        steady.update("a\nb")
        await until(pilot, lambda: steady.size.height == 2, "its height")
        await pilot.pause()
        for text in ("a\nb", "a\nb\nc", "c\nb", "a", "", "a\nb"):
            steady.update(text)
        await until(pilot, lambda: steady.size.height == 2, "the layout")
        await pilot.pause()
        assert [row.strip() for row in rows(app)[1:3]] == ["a", "b"]


async def test_text_that_does_not_fit_says_so_and_stops_saying_it() -> None:
    """The row whose text stays is drawn, too, when only its ellipsis comes or goes."""
    app = Small()
    async with app.run_test(size=(14, 20)) as pilot:
        steady = app.query_one(StableStatic)
        steady.styles.max_height = 2
        for text, last in (
            ("a\nb", "b"),
            ("a\nb\nc", "b…"),
            ("a\nb", "b"),
            ("a\n1 and 3 and 56", "1 and 3 and 56"),
            ("a\n1 and 3 and 56\nc", "1 and 3 and 5…"),
            ("a", "below"),
        ):
            steady.update(text)
            await until(pilot, partial(lambda last: rows(app)[2].strip() == last, last), repr(last))


def steady_lines(text: str) -> list[str]:
    return {"one two three four five six": ["one two three", "four five six"]}.get(text, text.splitlines())


class Asked:
    """In place of a widget: what it is asked to call later."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def set_timer(self, wait: float, _: object) -> Asked:
        self.waits.append(wait)
        return self

    def stop(self) -> None:
        pass


def test_after_much_was_drawn_nothing_is_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now, drawn = 100.0, 0
    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: now))
    asked = Asked()

    def draw() -> None:
        nonlocal drawn
        drawn += 1
        if drawn == 1:
            curves.rest(5.0)

    curves = throttle.Throttle(cast("Widget", asked), 2.0, draw)
    curves.ask()
    now = 103.0
    curves.ask()
    assert (drawn, asked.waits) == (1, [2.0])
    # Its time has come, and what was drawn was little.
    now = 105.0
    curves.now()
    now = 106.0
    curves.ask()
    assert (drawn, asked.waits) == (2, [2.0, 1.0])
