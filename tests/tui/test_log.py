"""The worker's log in the Train pane."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from gendertui.runs import source
from gendertui.runs.log_tail import LogTail, read_tail
from gendertui.tui.app import GendertuiApp
from gendertui.tui.train import log
from gendertui.tui.train.log import LogTab
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle, until
from tests.builders.replay import ReplayedRun
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


def shows(app: GendertuiApp, text: str) -> bool:
    return any(text in row for row in rows(app))


async def test_the_log_is_followed_filtered_and_shown_as_text(make_app: App, model: str) -> None:
    run = ReplayedRun()
    log = run.folder.log_file
    log.write_text("".join(f"line {number}\n" for number in range(200)) + "[b]not bold[/b]\n")
    with run.alive():
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            await pilot.press("l")
            await until(pilot, lambda: shows(app, "[b]not bold[/b]"), "the log's end")
            table = app.query_one("#log-lines", VirtualTable)
            with log.open("a") as stream:
                stream.write("CUDA \x1b[31mwarning\x1b[0m: low\x07\n")
            await until(pilot, lambda: shows(app, "CUDA warning: low␇"), "the new line, with what rings as a sign")
            await pilot.press("g")
            with log.open("a") as stream:
                stream.write("one more\n")
            await until(pilot, lambda: len(table.order) == 203, "the next line")
            # Who reads further up is not taken away from there.
            assert table.cursor == 0
            await pilot.press("slash", *"LINE", "space", *"19")
            await until(pilot, lambda: len(table.order) == 12, "the lines with those words")
            assert shows(app, "12 of 203")
            await pilot.press("escape")
            assert not isinstance(app.focused, Input)
            log.unlink()
            await until(pilot, lambda: shows(app, "Nothing is written in it."), "words about an empty log")
            assert not any("line 19" in row for row in rows(app))


async def test_a_log_that_takes_long_to_read_is_shown_all_the_same(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ReplayedRun()
    run.folder.log_file.write_text("all of it\n")
    reads: list[Path] = []
    may_end = threading.Event()

    def slow(path: Path) -> LogTail:
        reads.append(path)
        may_end.wait(10)
        return read_tail(path)

    monkeypatch.setattr(log, "LOOK_SECONDS", 1e6)
    with run.alive():
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            monkeypatch.setattr(source, "read_tail", slow)
            await pilot.press("l")
            await until(pilot, lambda: reads, "the first look")
            app.query_one(LogTab)._look()
            app.query_one(LogTab)._look()
            may_end.set()
            await until(pilot, lambda: shows(app, "all of it"), "the log")
            assert len(reads) == 1
