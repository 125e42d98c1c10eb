"""What Configure says of the configuration it shows: what it would cost, what is missing, where it would train."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.geometry import Region
from textual.widgets import OptionList, Static

from gendertui.runs.folder import RunFolder
from gendertui.subprocesses import probe
from gendertui.training.config import TrainingConfig, preset
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure import timing
from gendertui.tui.configure.cost import Cost
from gendertui.tui.configure.form import FieldRow
from gendertui.tui.configure.timing import OTHER_SETTINGS, RUN_TRAINS
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SMALL = (80, 24)


def summary(app: GendertuiApp) -> str:
    return str(app.query_one("#summary", Static).content)


async def test_tab_goes_by_use_and_a_field_s_words_stand_whole_below_the_form(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        walked = []
        for _ in range(12):
            focused = app.focused
            assert focused is not None
            row = next((node for node in focused.ancestors if isinstance(node, FieldRow)), None)
            walked.append(row.field if row is not None else focused.id)
            if row is not None:
                said = " ".join("\n".join(rows(app)).split())
                assert f"{row.field.replace('_', ' ')}: {row.about.title}" in said
                assert f"The preset quick has {row.base}." in said
                assert "Affects the model" in said
            await pilot.press("tab")
        assert walked[0] == "presets"
        assert walked[1:9] == [row.field for row in app.query(FieldRow)][:8]
        assert walked[10:] == ["devices", "start"]


async def test_an_epoch_is_timed_by_itself_and_marked_once_it_is_of_other_settings(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed: list[TrainingConfig] = []
    ended = threading.Event()

    def speed(config: TrainingConfig, vocabulary: int, *, started: Callable[[Callable[[], None]], object]) -> Any:
        timed.append(config)
        if len(timed) == 1:
            return 1000.0
        # As the process that measures: until it is ended.
        started(ended.set)
        ended.wait(30)
        return None

    monkeypatch.setattr(probe, "speed", speed)
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        assert timed == [preset("quick")]
        figure = next(line for line in summary(app).split("\n") if "an epoch" in line)
        assert figure.startswith("about ")
        assert OTHER_SETTINGS not in figure
        app.query_one("#row-hidden_size", FieldRow).text = "65"
        await until(pilot, lambda: len(timed) == 2, "the second measurement")
        assert f"{figure} {OTHER_SETTINGS} · timing an epoch" in summary(app)
        assert not ended.is_set()
        monkeypatch.setattr(timing, "STILL_SECONDS", 600.0)
        app.query_one("#row-hidden_size", FieldRow).text = "66"
        await until(pilot, ended.is_set, "the end of a measurement that nobody wants any more")
        await settle(pilot)
        assert f"{figure} {OTHER_SETTINGS}" in summary(app)
        assert "timing" not in summary(app)


async def test_nothing_is_timed_where_nobody_looks(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    timed: list[TrainingConfig] = []
    monkeypatch.setattr(probe, "speed", lambda config, *_, **__: timed.append(config) or 1000.0)  # type: ignore[func-returns-value]
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        await app.show_pane("corpus")
        await settle(pilot)
        timed.clear()
        app.open_corpus("messages")
        await until(pilot, lambda: app.corpus is not None and app.corpus.name == "messages", "the corpus")
        await settle(pilot)
        assert not timed
        await app.show_pane("configure")
        await settle(pilot)
        assert timed == [preset("quick")]


@pytest.mark.long
async def test_what_was_measured_before_is_shown_at_once(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "known_speed", lambda config, vocabulary: 1000.0)
    monkeypatch.setattr(probe, "speed", lambda *_, **__: pytest.fail("measured again"))
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        assert "an epoch, at most" in summary(app)


async def test_nothing_is_timed_while_a_run_trains_unless_asked_for(
    make_app: App, model: str, alive: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed: list[TrainingConfig] = []
    monkeypatch.setattr(probe, "speed", lambda config, *_, **__: timed.append(config) or 1000.0)  # type: ignore[func-returns-value]
    alive(world.make_training())
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        assert app.keymap.named(RUN_TRAINS) in summary(app)
        assert not timed
        await pilot.press("t")
        await settle(pilot)
        assert timed == [preset("quick")]
        assert "an epoch, at most" in summary(app)


async def test_vectors_that_are_missing_are_said_at_the_preset_and_memory_that_will_not_do_beside_the_device(
    make_app: App, model: str
) -> None:
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        presets = app.query_one("#presets", OptionList)
        said = {option.id: str(option.prompt) for option in presets.options}
        assert said["quick"] == "quick"
        assert said["tutorial"] == "tutorial  no vectors"
        await pilot.press("end")
        await settle(pilot)
        words = str(app.query_one("#field-words", Static).content)
        assert "glove-6b-200d are not on this machine" in words
        assert "download GloVe 6B (862 MB)" in words
        assert "glove-6b-200d are not on this machine" in summary(app)
        for free, expected in ((10**12, "free"), (1_300_000_000, "it may not fit"), (10**9, "it will not fit")):
            device = {"id": "cpu", "name": "Example CPU", "memory_total": 2 * free, "memory_free": free}
            app.probed = {"default": "cpu", "devices": [device]}
            await pilot.pause()
            line = next(line for line in summary(app).split("\n") if "of memory" in line)
            assert line.endswith(expected if expected == "free" else f"free: {expected}")
            assert line.startswith("! ") == (expected != "free")
        # Where there is only the processor, auto is the processor.
        assert [option.id for option in app.query_one("#devices", OptionList).options] == ["auto"]


@pytest.mark.long
async def test_the_start_box_does_not_move_whatever_it_says(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        places: set[tuple[Region, Region]] = set()

        def look() -> None:
            places.add((app.query_one(Cost).region, app.query_one("#start").region))

        await settle(pilot)
        look()
        for keys in (("end",), ("home",), ("tab", "tab", "x"), ("backspace",)):
            send(pilot, *keys)
            await pilot.pause()
            look()
            await settle(pilot)
            look()
        assert len(places) == 1


@pytest.mark.long
async def test_who_goes_elsewhere_ends_the_timing_and_who_comes_back_has_it_go_on(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, measured = threading.Event(), threading.Event()

    def speed(config: TrainingConfig, vocabulary: int, *, started: Callable[[Callable[[], None]], object]) -> Any:
        if ended.is_set():
            return 1000.0
        started(ended.set)
        measured.set()
        ended.wait(30)
        return None

    monkeypatch.setattr(probe, "speed", speed)
    app = make_app("sample")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await until(pilot, measured.is_set, "the measurement")
        await pilot.press("1")
        await until(pilot, ended.is_set, "its end")
        await settle(pilot)
        assert "timing" not in summary(app)
        await pilot.press("2")
        await settle(pilot)
        assert "an epoch, at most" in summary(app)
