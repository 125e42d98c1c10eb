"""The palette: models and runs by name, and themes that are seen before they are chosen."""

from __future__ import annotations

from collections.abc import Callable

from textual.command import CommandPalette

from gendertui import settings
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.question import Question
from gendertui.tui.tabbed_pane import TabbedPane
from tests.builders import app as world
from tests.builders.app import settle, until

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
