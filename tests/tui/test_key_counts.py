"""How many keys it takes from what somebody has before them to what they want."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.training.config import TrainingConfig, preset
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.form import FieldRow
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.source_picker import SourceScreen
from gendertui.tui.predict import history_file
from gendertui.tui.predict.probability_bar import ProbabilityBar
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
Started = list[tuple[str, TrainingConfig]]
SIZE = (80, 24)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Corpus and configuration of what would be trained; no worker is started."""
    found: Started = []

    def start(config: TrainingConfig, corpus: Any, **named: Any) -> RunFolder:
        found.append((str(corpus.path), config))
        return world.make_finished()

    monkeypatch.setattr(launch, "start", start)
    return found


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A corpus of somebody's own."""
    path = tmp_path / "mine.csv"
    path.write_text("text,label\n" + "call me,ham\nwin a prize,spam\n" * 40, encoding="utf-8")
    return path


async def test_a_scored_line_takes_one_key(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.query_one(ProbabilityBar).probability is not None
        assert len(history_file.read()) == 1


@pytest.mark.parametrize(
    "burst", [pytest.param(False, id="one by one", marks=pytest.mark.long), pytest.param(True, id="in one packet")]
)
async def test_a_run_on_a_file_of_one_s_own_takes_three_keys_and_its_path(
    make_app: App, model: str, mine: Path, started: Started, burst: bool
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        keys = ("f1", *str(mine), "enter", "ctrl+r")
        if burst:
            send(pilot, *keys)
        else:
            for key in keys:
                send(pilot, key)
                await settle(pilot)
        await settle(pilot)
    assert started == [(str(mine), preset("quick"))]


async def test_a_dropped_link_comes_back_to_the_live_curve_without_a_key(
    make_app: App, model: str, alive: Hold
) -> None:
    run = alive(world.make_training())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "train"
        assert app.run_view is not None and app.run_view.folder == run.path
        await app.show_pane("predict")
        await settle(pilot)
        assert "To begin with" not in "\n".join(rows(app)), "somebody has begun"


async def test_a_start_that_failed_takes_two_keys_to_run(make_app: App, model: str, started: Started) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        await pilot.press("end", "ctrl+r")
        await settle(pilot)
        assert isinstance(app.screen, Choice), "the tutorial's vectors are not on this machine"
        await pilot.press("escape")
        await settle(pilot)
        assert app.query_one("#row-vectors", FieldRow).text == "glove-6b-200d", "nothing is swapped in silently"
        assert not started
        await pilot.press("ctrl+r")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert [config.vectors for _, config in started] == ["glove-6b-50d"]
        # From a run that has failed: the form is as it was.
        assert app.pane is not None and app.pane.id == "train"
        send(pilot, "f2", "ctrl+r")
        await settle(pilot)
    assert [config.vectors for _, config in started] == ["glove-6b-50d"] * 2


async def test_the_shipped_model_answers_again_after_two_keys(
    make_app: App, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ship_model(tmp_path / "shipped", monkeypatch)
    for number in range(3):
        world.make_model(f"of-mine-{number}")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.model_name != "shipped-quick"
        send(pilot, "ctrl+o", "enter")
        await settle(pilot)
        assert app.model_name == "shipped-quick"
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert "● shipped-quick" in "\n".join(rows(app))


async def test_a_start_without_a_corpus_takes_a_file_and_goes_on(
    make_app: App, model: str, mine: Path, started: Started
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        send(pilot, "ctrl+r", "enter", *f"{mine}x", "enter")
        await settle(pilot)
        assert isinstance(app.screen, SourceScreen)
        assert "✗" in "\n".join(rows(app))
        assert not started
        send(pilot, "backspace", "enter")
        await settle(pilot)
    assert started == [(str(mine), preset("quick"))]


@pytest.mark.long
async def test_corpora_opened_lately_are_offered_first(make_app: App, model: str, mine: Path, started: Started) -> None:
    from gendertui.corpus import recent
    from gendertui.corpus.load import load

    recent.remember(load(str(mine)))
    moved = mine.rename(mine.with_suffix(".bak"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.corpus is None
        moved.rename(mine)
        await app.show_pane("configure")
        await settle(pilot)
        await pilot.press("ctrl+r")
        await settle(pilot)
        shown = "\n".join(rows(app))
        places = [shown.index(name) for name in ("mine.csv", "A file of mine", "Get the film corpus", "messages")]
        assert places == sorted(places)
        await pilot.press("enter")
        await settle(pilot)
    assert started == [(str(mine), preset("quick"))]


async def test_what_is_to_begin_with_goes_once_somebody_has_begun(make_app: App, model: str, mine: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "To begin with" in "\n".join(rows(app))
        app.open_corpus(str(mine))
        await settle(pilot)
        assert "To begin with" not in "\n".join(rows(app))
