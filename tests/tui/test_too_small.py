"""A terminal that is too small for the panes says so, and is the app again when it has grown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.too_small import TooSmallScreen
from tests.builders.app import settle, until
from tests.builders.screens import rows


def _said(app: GendertuiApp) -> str:
    return " ".join(" ".join(rows(app)).split())


async def test_a_small_terminal_is_told_its_size_and_leaves_as_ever(
    model: str, make_app: Callable[..., GendertuiApp]
) -> None:
    app = make_app()
    async with app.run_test(size=(50, 12)) as pilot:
        await settle(pilot)
        assert _said(app) == "The terminal is 50×12. gendertui needs 60×16. q leaves."
        await pilot.press("f2", "ctrl+p", "question_mark", "f9")
        await settle(pilot)
        assert isinstance(app.screen, TooSmallScreen)
        assert app.pane is not None
        assert app.pane.id == "predict"
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running, "the end")


@pytest.mark.parametrize("small", [(59, 24), (120, 15)])
async def test_growing_brings_the_app_back_and_shrinking_the_word(
    small: tuple[int, int], model: str, make_app: Callable[..., GendertuiApp]
) -> None:
    app = make_app()
    async with app.run_test(size=small) as pilot:
        await settle(pilot)
        assert "gendertui needs 60×16" in _said(app)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: "5 Predict" in _said(app), "the app")
        assert app.focused is not None
        # With a dialog open, too, which is there again afterwards.
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: "Help: Predict" in _said(app), "the help")
        await pilot.resize_terminal(*small)
        await until(pilot, lambda: "gendertui needs 60×16" in _said(app), "the word")
        await pilot.resize_terminal(*small[::-1])
        await pilot.resize_terminal(100, 40)
        await until(pilot, lambda: "Help: Predict" in _said(app), "the help again")
        assert "needs 60×16" not in _said(app)
