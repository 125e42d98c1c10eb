"""How a file was read: what the Reading panel shows and changes, and what is asked where it cannot be decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.remembered import remember, remembered
from gendertui.tui.app import GendertuiApp
from gendertui.tui.corpus.reading_panel import ReadingPanel
from gendertui.tui.dialogs.label_mapping import LabelMapping
from gendertui.tui.dialogs.reading_question import ReadingQuestion
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle
from tests.builders.letters import letter, letters
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SIZE = (80, 24)
SCORES = {"score": ["5", "5", "4", "1", "2", "5", "3"]}


async def press(pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def said(app: GendertuiApp) -> str:
    """The screen with its runs of spaces made one."""
    return "\n".join(" ".join(row.split()) for row in rows(app))


def groups(app: GendertuiApp) -> str:
    """What the open corpus calls its groups."""
    assert app.corpus is not None
    return app.corpus.units.group.many if app.corpus.units.group is not None else ""


async def test_the_panel_says_how_the_file_was_read_and_why(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(letters(tmp_path)))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "e")
        shown = said(app)
        for words in ("encoding utf-8", "delimiter comma ,", "text body", "label kind", "group author none", "id id"):
            assert words in shown
        assert "labels − odd 80 + plain 160" in shown
        assert "rows 240 of 240 kept" in shown
        await press(pilot, "e")
        assert "Words a line" in said(app)


async def test_the_runner_up_is_one_key_away_and_is_remembered(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, {"recipient": ["ana", "bea", "cyd", "dov", "eve", "fay", "gil", "hal", "ira", "jan"]})
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "e")
        app.query_one(ReadingPanel).go_to("group")
        assert groups(app) == "authors"
        await press(pilot, "right")
        assert remembered(path).group == "recipient"
        assert groups(app) == "recipients"
        table = app.query_one("#lines", VirtualTable)
        assert any("recipient" in row for row in rows(app)[-8:]), "the table follows"
        assert len(table.order) == 240
        assert app.focused is app.query_one("#reading-rows")
        assert app.query_one(ReadingPanel).field == "group"
        await press(pilot, "right")
        assert groups(app) == ""
        await press(pilot, "a")
        assert groups(app) == "authors"
        assert remembered(path) == NO_OPTIONS
    again = make_app(str(path))
    remember(path, ReadingOptions(group="recipient"))
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert groups(again) == "recipients"


async def test_the_labels_are_turned_round_and_the_filter_stays(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(letters(tmp_path)))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"frozen", *["backspace"] * 6, *"froze", "enter", "e")
        app.query_one(ReadingPanel).go_to("labels")
        found = len(app.query_one("#lines", VirtualTable).order)
        assert found == 48
        await press(pilot, "right")
        assert app.corpus is not None and app.corpus.labels == ("plain", "odd")
        assert app.query_one("#filter", Input).value == "froze"
        assert len(app.query_one("#lines", VirtualTable).order) == found
        await press(pilot, "left")
        assert app.corpus.labels == ("odd", "plain")


async def test_left_and_right_move_the_cursor_of_the_filter(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(letters(tmp_path)))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "e", "slash", *"ac", "left", "b")
        assert app.query_one("#filter", Input).value == "abc"
        assert app.corpus is not None and app.corpus.reading.options == NO_OPTIONS


async def test_what_cannot_be_read_so_is_said_and_changes_nothing(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(path := letters(tmp_path)))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "e")
        before = app.corpus
        app.query_one(ReadingPanel).post_message(ReadingPanel.Changed(ReadingOptions(text="nowhere")))
        await settle(pilot)
        assert "✗ there is no column 'nowhere'" in said(app)
        assert app.corpus is before
        assert remembered(path) == NO_OPTIONS


async def test_two_columns_that_may_be_the_label_are_asked_about(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, {"seen": ["yes", "no"]})
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ReadingQuestion)
        assert f"yes {letter(0)[:40]}" in said(app)
        await press(pilot, "down")
        assert f"odd {letter(0)[:40]}" in said(app)
        await press(pilot, "enter")
        assert app.corpus is not None and app.corpus.labels == ("odd", "plain")
        assert remembered(path) == ReadingOptions(label="kind")
    async with make_app(str(path)).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert not isinstance(pilot.app.screen, ReadingQuestion), "it is asked once"


async def test_esc_leaves_the_question_for_the_picker(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, {"seen": ["yes", "no"]})
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "f1", *str(path), "enter")
        assert isinstance(app.screen, ReadingQuestion)
        await press(pilot, "escape")
        assert app.corpus is None
        field = app.query_one("#path", Input)
        assert field.has_focus and field.value == str(path)
        assert "may each hold the label" in said(app)


async def test_another_column_than_those_in_question_can_be_taken(make_app: App, model: str, tmp_path: Path) -> None:
    app = make_app(str(letters(tmp_path, {"seen": ["yes", "no"]})))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        options = app.screen.query_one(OptionList)
        names = [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        assert names[:2] == ["label seen", "label kind"]
        assert "label author" in names[2:]


@pytest.mark.parametrize("rest", [True, False], ids=["the rest left out", "the rest unlabelled"])
async def test_many_values_are_mapped_to_two_labels(make_app: App, model: str, tmp_path: Path, rest: bool) -> None:
    path = letters(tmp_path, SCORES, rows=140)
    remember(path, ReadingOptions(label="score"))
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, LabelMapping)
        # 5 (60 rows), then 1, 2, 3 and 4 with 20 each.
        await press(pilot, "enter")
        assert "✗ no value is negative or positive yet" in said(app)
        await press(pilot, "2", "down", "1", "down", "left", "left", "left", *("r" * rest))
        assert "+ positive 5 60 rows" in said(app)
        await press(pilot, "tab", *"low", "enter")
        assert app.corpus is not None
        assert app.corpus.labels == ("low", "5")
        counts = {"low": 40, "5": 60, None: 0 if rest else 40}
        assert app.corpus.counts() == counts
        assert sum(app.corpus.left_out.values()) == (40 if rest else 0)
        assert app.corpus.rows_read == 140


async def test_a_mapping_is_typed_too(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, SCORES, rows=140)
    remember(path, ReadingOptions(label="score", labels=("1", "5")))
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "e", "m", *"1=low,2=low,5", "enter")
        assert "is no mapping of labels" in said(app)
        await press(pilot, *"=top,*=", "enter")
        assert app.corpus is not None and app.corpus.labels == ("low", "top")
        assert app.corpus.counts() == {"low": 40, "top": 60, None: 0}


async def test_no_label_opens_the_lines_with_the_label_in_question(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, kinds=[f"no{number}" for number in range(240)])
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.corpus is not None and app.corpus.counts()[None] == 240
        assert app.focused is app.query_one("#reading-rows")
        assert app.query_one(ReadingPanel).field == "label"
        await press(pilot, "enter", "home", "down", "enter")
        assert isinstance(app.screen, LabelMapping)
        await press(pilot, "1", "down", "2", "enter")
        assert app.corpus.labels == ("bo", "carla")
        assert app.corpus.counts() == {"bo": 20, "carla": 20, None: 200}
        assert remembered(path) == ReadingOptions(label="author", labels=("bo", "carla"))


async def test_a_file_can_be_opened_without_any_label(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path, {"seen": ["yes", "no"]})
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "end")
        assert "no label, only look at the lines" in said(app)
        await press(pilot, "enter")
        assert app.corpus is not None and app.corpus.counts()[None] == 240
        assert remembered(path) == ReadingOptions(label="-")


async def test_choices_that_fit_no_more_can_be_forgotten(make_app: App, model: str, tmp_path: Path) -> None:
    path = letters(tmp_path)
    remember(path, ReadingOptions(text="subject"))
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "there is no column 'subject'" in said(app)
        await press(pilot, "enter")
        assert app.corpus is not None and len(app.corpus) == 240
        assert remembered(path) == NO_OPTIONS


async def test_markup_and_escapes_in_names_and_values_stand_as_they_are(
    make_app: App, model: str, tmp_path: Path
) -> None:
    path = letters(tmp_path, {"[b]x[/b]\x1b]0;a\x07": ["[red]yes", "[/]no\x1b[2J"]})
    app = make_app(str(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ReadingQuestion)
        assert "label [b]x[/b]␛]0;a␇" in said(app)
        assert "[/]no␛[2J" in said(app)
        await press(pilot, "enter", "e")
        assert app.corpus is not None and "[red]yes" in app.corpus.labels
        assert "label ● [b]x[/b]␛]0;a␇" in said(app)
        app.query_one(ReadingPanel).go_to("labels")
        await press(pilot, "enter")
        assert "+ [red]yes" in said(app)
        await press(pilot, "escape")
        for tab in ("l", "w", "d", "t", "u"):
            await press(pilot, tab)
            assert not any("\x1b" in row or "\x07" in row for row in rows(app))
            assert "[red]yes" in said(app), tab
        await press(pilot, "l", "enter")
        assert "▶ [red]yes" in said(app)
        assert not any("\x1b" in row for row in rows(app))
