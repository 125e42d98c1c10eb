"""What is refused stays where it was typed, with the reason beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from gendertui.corpus import load
from gendertui.corpus.samples import SAMPLES
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.source_picker import SourceScreen
from tests.builders.app import settle, until
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SIZE = (120, 40)


async def test_a_path_that_cannot_be_opened_stays_in_the_pane_s_field(
    make_app: App, model: str, tmp_path: Path
) -> None:
    (tmp_path / "good.txt").write_bytes(SAMPLES["sample"].path.read_bytes())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        send(pilot, "f1", *f"{tmp_path}/goof.txt", "enter")
        await settle(pilot)
        field = app.query_one("#path", Input)
        assert field.value == f"{tmp_path}/goof.txt"
        assert field.has_focus
        assert "✗" in "\n".join(rows(app))
        assert not app._notifications
        send(pilot, *["left"] * 4, "backspace", "d", "enter")
        await settle(pilot)
        assert app.corpus is not None and app.corpus.path == tmp_path / "good.txt"


async def test_a_path_that_cannot_be_opened_comes_back_with_its_dialog(
    make_app: App, model: str, tmp_path: Path
) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        send(pilot, "o", *f"{tmp_path}/none.txt", "enter")
        await settle(pilot)
        assert isinstance(app.screen, SourceScreen)
        field = app.screen.query_one("#path", Input)
        assert field.value == f"{tmp_path}/none.txt"
        assert field.has_focus
        assert "✗" in "\n".join(rows(app))
        await pilot.press("x")
        await settle(pilot)
        assert "✗" not in "\n".join(rows(app))
        await pilot.press("escape")
        await settle(pilot)
        assert app.corpus is not None and app.corpus.source == "sample"


async def test_what_cannot_be_opened_gives_the_lines_their_keys_back(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However long it took to find out: the lines were hidden by what says that a file is read."""
    seen, found = threading.Event(), load.find

    def find(source: str) -> Path:
        seen.wait(60)
        return found(source)

    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        monkeypatch.setattr(load, "find", find)
        await app.show_pane("corpus")
        await settle(pilot)
        send(pilot, "o", *f"{tmp_path}/none.txt", "enter")
        await until(pilot, lambda: not app.query_one("#loaded").region, "what says that a file is read")
        seen.set()
        await settle(pilot)
        send(pilot, "escape", "e")
        await settle(pilot)
        assert app.query_one("#reading-rows").has_focus


async def test_a_start_waits_for_the_corpus_that_is_being_read(make_app: App, model: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(SAMPLES["sample"].path.read_bytes())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        asked: list[object] = []
        app.open_corpus(str(path))
        app.with_corpus(asked.append)
        await settle(pilot)
        assert asked == [app.corpus]
        assert len(app.screen_stack) == 1


async def test_a_scene_that_no_model_can_score_yet_is_kept(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.pane
        oracle, pane._oracle = pane._oracle, None  # type: ignore[union-attr]
        pane._score_scene("ANN: I love you\nBOB: Go")  # type: ignore[union-attr]
        pane._oracle = oracle  # type: ignore[union-attr]
        await pilot.press("f8")
        await settle(pilot)
        assert "ANN: I love you" in "\n".join(rows(app))
