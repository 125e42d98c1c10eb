"""The palette: models and runs by name, and themes that are seen before they are chosen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandInput, CommandList, CommandPalette
from textual.widgets import Input

from gendertui import settings
from gendertui.corpus.samples import SAMPLES
from gendertui.errors import GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.tui import commands
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.question import Question
from gendertui.tui.tabbed_pane import TabbedPane
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]


async def test_models_and_runs_are_offered_by_name(make_app: App, model: str) -> None:
    run = world.make_finished()
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p", *f"use {model}", "down", "enter")
        await settle(pilot)
        assert settings.value("model") == model
        await pilot.press("ctrl+p", *f"show {run.name}", "down", "enter")
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "train"
        assert app.run_view is not None and app.run_view.folder == run.path


@pytest.mark.parametrize("fails", [False, True])
async def test_what_is_typed_while_models_and_runs_are_looked_up_is_searched_for(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    looked_up, known = threading.Event(), commands._known

    def slow() -> Any:
        looked_up.wait()
        if fails:
            raise GendertuiError("no way in")
        return known()

    monkeypatch.setattr(commands, "_known", slow)
    app = make_app("sample")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        send(pilot, "ctrl+p", *"help", "enter")
        try:
            # Each letter begins a search of its own, and enter waits for the last one.
            await until(pilot, lambda: [field.value for field in app.screen.query(CommandInput)] == ["help"], "letters")
            for _ in range(20):
                await asyncio.sleep(0)
            assert isinstance(app.screen, CommandPalette)
        finally:
            looked_up.set()
        await settle(pilot)
        assert type(app.screen).__name__ == "HelpScreen"
        assert [message.title for message in app.messages.matching()] == (["No way in"] if fails else [])


async def test_what_is_chosen_by_name_acts_though_a_field_has_the_focus(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        prompt = app.query_one("#prompt", Input)
        assert app.focused is prompt
        send(pilot, "ctrl+p", *"help", "enter")
        await settle(pilot)
        assert type(app.screen).__name__ == "HelpScreen"
        send(pilot, "escape", "ctrl+p", *"train: pause", "enter")
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "train"
        assert [message.text for message in app.messages.matching()] == ["There is nothing to do that with now."]


@pytest.mark.parametrize(
    ("pane", "first", "later"),
    [("configure", "Configure: start", "Corpus: open"), ("train", "Train: pause", "Train: more epochs")],
)
async def test_it_begins_with_what_can_be_done_where_it_is_opened(
    make_app: App, model: str, alive: Callable[[RunFolder], RunFolder], pane: str, first: str, later: str
) -> None:
    app = make_app("sample", alive(world.make_training()).name)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.show_pane(pane)
        await settle(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count, "the commands")
        await settle(pilot)
        options = [str(option.prompt) for option in app.screen.query_one(CommandList).options]
        assert options[0].startswith(first)
        places = [next(at for at, each in enumerate(options) if each.startswith(name)) for name in ("Help", later)]
        assert places == sorted(places)


async def test_corpora_opened_lately_are_offered_and_the_jump(make_app: App, model: str, tmp_path: Path) -> None:
    # A name that markup would swallow.
    path = tmp_path / "[bold]mine.txt"
    path.write_bytes(SAMPLES["sample"].path.read_bytes())
    settings.write_setting("recent_corpora", [str(path)])
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        send(pilot, "ctrl+p", *"corpus: [bold]mine")
        await settle(pilot)
        assert any("Corpus: [bold]mine.txt" in row for row in rows(app))
        send(pilot, "enter")
        await settle(pilot)
        assert app.corpus is not None and app.corpus.path == path
        send(pilot, "ctrl+p", *"jump", "enter")
        await settle(pilot)
        assert type(app.screen).__name__ == "JumpScreen"


async def test_a_key_of_a_tab_acts_in_its_own_pane_alone(make_app: App, model: str) -> None:
    runs = [world.make_finished(f"20260920-10150{number}-quick-films") for number in range(2)]
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.marked = tuple(run.path for run in runs)
        evaluate = await app.show_pane("evaluate")
        assert isinstance(evaluate, TabbedPane)
        await evaluate.show_tab("compare")
        await settle(pilot)
        await app.show_pane("train")
        await pilot.press("c")
        await settle(pilot)
        await pilot.press("ctrl+p", *"compare: export", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, Question)


async def test_a_theme_is_seen_while_it_is_highlighted_and_kept_only_when_chosen(make_app: App, model: str) -> None:
    settings.write_setting("theme", "gendertui-light")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for leave, kept in (("escape", "gendertui-light"), ("enter", "nord")):
            await pilot.press("f9", *"nord", "down")
            await until(pilot, lambda: app.theme == "nord", "the theme that is highlighted")
            assert isinstance(app.screen, CommandPalette)
            assert settings.value("theme") == "gendertui-light"
            await pilot.press(leave)
            await settle(pilot)
            assert app.theme == kept
            assert settings.value("theme") == kept


async def test_an_unchosen_theme_leaves_auto_as_it_is(make_app: App, model: str) -> None:
    settings.write_setting("theme", "auto")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        before = app.theme
        await pilot.press("f9", *"nord", "down")
        await until(pilot, lambda: app.theme == "nord", "the theme that is highlighted")
        await pilot.press("escape")
        await settle(pilot)
        assert app.theme == before
        assert settings.value("theme") == "auto"
