"""A corpus that is opened from the shell or for a run: by a path in place of a command, with flags, or moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.remembered import remembered
from gendertui.corpus.recent import remember
from gendertui.tui.app import GendertuiApp
from tests.builders.app import settle
from tests.builders.terminal import Terminal

App = Callable[..., GendertuiApp]
OPTIONS = ReadingOptions(text="second", label="kind")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Two columns that may be the text."""
    path = tmp_path / "notes.jsonl"
    rows = (
        {"first": f"Rain fell on roof {n}", "second": f"Snow lay on hill {n}", "kind": ("good", "bad")[n % 2]}
        for n in range(60)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_path_in_place_of_a_command_opens_the_app_on_it_as_the_flags_say(notes: Path) -> None:
    with Terminal(str(notes), "--text", "second", "--label", "kind", size=(120, 40)) as terminal:
        terminal.until_shows("Snow lay on hill 1")
        assert not terminal.shows("Rain fell on roof 1")
    assert remembered(notes) == OPTIONS


async def test_a_runs_corpus_is_opened_where_it_has_moved_to_as_the_run_read_it(
    make_app: App, model: str, notes: Path
) -> None:
    corpus = load(notes, OPTIONS)
    moved = notes.rename(notes.with_name("moved.jsonl"))
    remember(load(moved, OPTIONS))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.open_corpus(str(notes), options=OPTIONS, data_hash=corpus.data_hash)
        await settle(pilot)
        assert app.corpus is not None
        assert app.corpus.path == moved
        assert app.corpus.data_hash == corpus.data_hash
    # How a run read a file is no choice for the file.
    assert remembered(moved) == NO_OPTIONS
