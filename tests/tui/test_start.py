"""How the app comes up: the frame, its first pane, what was typed meanwhile, and the work that follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.color import Color
from textual.widgets import Input

from gendertui import paths, settings
from gendertui.corpus.readers import source
from gendertui.model import store
from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from gendertui.tui.themes import DEFAULT, LIGHT
from tests.builders.app import settle, until

App = Callable[..., GendertuiApp]


async def test_what_is_typed_before_the_prompt_stands_lands_in_it(make_app: App, model: str) -> None:
    app = make_app()
    for key, character in (("1", "1"), ("q", "q"), ("question_mark", "?")):
        app.post_message(events.Key(key, character))
    app.post_message(events.Paste(" rain"))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "predict"
        assert app.query_one("#prompt", Input).value == "1q? rain"


async def test_the_theme_of_last_time_holds_from_the_first_rule_on(make_app: App, model: str) -> None:
    settings.write_setting("theme", LIGHT.name)
    written = paths.settings_file().stat().st_mtime_ns
    app = make_app()
    assert not app.current_theme.dark
    assert Color.parse(app.get_css_variables()["background"]) == Color.parse(LIGHT.background or "")
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.screen.styles.background == Color.parse(LIGHT.background or "")
    assert paths.settings_file().stat().st_mtime_ns == written, "a start alone writes no setting"


@pytest.mark.parametrize("theme", ["no-such-theme", 7])
def test_a_theme_that_is_not_there_falls_back_to_the_program_s_own(theme: object, make_app: App) -> None:
    settings.write_setting("theme", theme)
    assert make_app().theme == DEFAULT


async def test_a_model_that_cannot_be_read_keeps_nothing_else_away(make_app: App) -> None:
    settings.write_setting("model", "no-such-model")
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.model_name == "none"
        assert app.probed is not None


async def test_leaving_while_the_model_is_read_looks_nothing_up(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, gate = threading.Event(), threading.Event()
    probes: list[Any] = []

    def resolve(name: str | None) -> object:
        reading.set()
        gate.wait(30)
        raise AssertionError("nobody waits for this any more")

    monkeypatch.setattr(store, "resolve", resolve)
    monkeypatch.setattr(probe, "devices", lambda **asked: probes.append(asked))
    app = make_app()
    try:
        async with app.run_test() as pilot:
            await until(pilot, reading.is_set, "the model being read")
            app.exit()
    finally:
        gate.set()
    assert not probes


async def test_reading_a_corpus_ends_once_another_is_asked_for(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"text,label\n" + b"rain falls,male\nsnow falls,female\n" * 10_000)
    begun, gate, ended = threading.Event(), threading.Event(), threading.Event()
    blocks, taken = source.Source.blocks, 0

    def watched(self: source.Source, digest: Any = None, progress: Any = None, **named: Any) -> Iterator[bytes]:
        nonlocal taken
        watching = self.path == path and progress is not None
        try:
            for block in blocks(self, digest, progress, **named):
                if watching:
                    taken += 1
                    begun.set()
                    gate.wait(30)
                yield block
        finally:
            if watching:
                ended.set()

    monkeypatch.setattr(source, "BLOCK_BYTES", 2**10)
    monkeypatch.setattr(source.Source, "blocks", watched)
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        try:
            app.open_corpus(str(path))
            await until(pilot, begun.is_set, "the first corpus being read")
            app.open_corpus("sample")
            await until(pilot, lambda: app.corpus is not None, "the second corpus")
        finally:
            gate.set()
        await until(pilot, ended.is_set, "the end of the first")
        assert taken < 3
        assert app.corpus is not None and app.corpus.name == "sample"
        assert not app._notifications
