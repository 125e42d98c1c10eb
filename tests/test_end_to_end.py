"""The whole road through the app: sample corpus → quick preset → a real worker process → its model → a scored line."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input

from gendertui.model.store import list_models
from gendertui.runs.folder import list_runs
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from tests.builders.app import settle, until


@pytest.mark.timeout(280)
def test_from_a_corpus_to_a_scored_line() -> None:
    async def drive() -> None:
        app = GendertuiApp(corpus="sample")
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.corpus is not None, "the corpus", 60)
            await pilot.press("f2")
            await until(pilot, lambda: app.pane is not None and app.pane.id == "configure", "Configure", 30)
            await pilot.press("ctrl+r")
            await until(pilot, lambda: app.run_view is not None, "the run", 60)
            await until(pilot, lambda: app.run_view is not None and app.run_view.over, "the run's end", 200)
            (run,) = list_runs()
            assert run.state == "finished", run.why
            trained = next(model for model in list_models() if not model.shipped)
            # From the sample's few films nothing can be told: keeping the other model is proposed.
            await until(pilot, lambda: isinstance(app.screen, Choice), "the question which model answers", 60)
            assert app.model_name != trained.name
            await pilot.press("home", "enter")
            await until(pilot, lambda: app.model_name == trained.name, "the trained model", 30)
            await pilot.press("f5")
            await until(pilot, lambda: app.pane is not None and app.pane.id == "predict", "Predict", 30)
            prompt = app.query_one("#predict Input", Input)
            prompt.focus()
            await pilot.press(*"We leave at dawn", "enter")
            await settle(pilot)
            assert app.scorer is not None
            expected = app.scorer.score("We leave at dawn")
            shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert f"{expected.probability * 100:.0f}" in shown
            assert trained.name in shown

    asyncio.run(drive())
