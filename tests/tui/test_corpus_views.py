"""The tabs of the Corpus pane that compute what they show."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from gendertui.tui.app import GendertuiApp
from gendertui.tui.corpus.line_screen import LineScreen
from gendertui.tui.corpus.reading_panel import ReadingPanel
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders.app import settle
from tests.builders.letters import letters
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SIZE = (80, 24)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def said(app: GendertuiApp) -> str:
    """The screen without its bars, and with its runs of spaces made one."""
    return "\n".join(" ".join(row.replace("█", "").split()) for row in rows(app))


async def test_groups_and_speakers_are_counted_and_lead_to_their_lines(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "u")
        assert "u Films" in said(app)
        assert "24 films, 24 with lines of both labels" in said(app)
        assert "low orbit laundry 64 36 17 11" in said(app)
        await press(pilot, "right")
        assert "120 characters, 0 with lines of both labels" in said(app)
        assert "ANTON 21 21 0 0" in said(app)
        await press(pilot, "left", "enter")
        assert app.query_one("#filter", Input).value == 'film:"low orbit laundry"'
        assert len(app.query_one("#lines", VirtualTable).order) == 64


async def test_a_corpus_without_groups_says_what_that_means(make_app: App, model: str) -> None:
    app = make_app("messages")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "u")
        assert "u Authors" in said(app)
        assert "authors, " in said(app)
        await press(pilot, "e")
        app.query_one(ReadingPanel).go_to("group")
        await press(pilot, "left", "u")
        assert app.corpus is not None and app.corpus.units.group is None
        assert "a split can only be at random" in said(app)


async def test_the_words_of_each_label_lead_to_the_lines_that_have_them(make_app: App, model: str) -> None:
    app = make_app("messages")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w")
        about = "training lines of the split by author; words in at least 5 authors"
        assert about in said(app).replace("\n", " ")
        assert "− home" in said(app) and "+ work" in said(app)
        table = app.query_one("#words-positive", VirtualTable)
        await press(pilot, "right")
        assert app.focused is table
        word = str(table.cell(0, "word"))
        await press(pilot, "enter")
        assert app.query_one("#filter", Input).value == f"/\\b{word}\\b/"
        lines = app.query_one("#lines", VirtualTable)
        assert app.corpus is not None and 0 < len(lines.order) < len(app.corpus)
        texts = [app.corpus.column("text")[lines.row_at(place)].as_py() for place in range(len(lines.order))]
        assert all(re.search(rf"\b{word}\b", text.lower()) for text in texts)


async def test_repeated_texts_are_shown_by_kind_and_opened(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, rows=300)
    said_before = path.read_text(encoding="utf-8")
    path.write_text(said_before + "r300,ana,odd,[b]twice[/b]\nr301,ana,plain,[b]twice[/b]\n", encoding="utf-8")
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "d")
        assert "Under both labels: 1 text in 2 lines" in said(app)
        assert "2 1 1 [b]twice[/b]" in said(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, LineScreen)
        await press(pilot, "escape", "right")
        assert "The same: 1 text in 2 lines" in said(app)


async def test_a_split_is_shown_before_it_is_trained_on(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "t")
        assert "The split by film" in said(app)
        assert "0 of its 4 films are in train too" in said(app)
        await press(pilot, "right", "right", "right")
        assert "The random split" in said(app)
        assert "24 of its 24 films are in train too" in said(app)


async def test_what_is_computed_follows_the_corpus(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "u")
        app.open_corpus(str(letters(tmp_path)))
        await press(pilot, "u")
        assert "12 authors" in said(app)
        assert "film" not in said(app).lower().replace(world.MODEL, "")


async def test_a_label_missing_everywhere_is_said_by_what_needs_it(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(letters(tmp_path, kinds=[f"kind{number}" for number in range(1_000)])))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "w")
        assert "✗ no labelled line has a text. Reading (e) can name the label." in said(app)
