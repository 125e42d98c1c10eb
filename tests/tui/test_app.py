"""What keys do, at the door: Pilot drives the app, nothing of it is replaced but the probe of devices."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandPalette
from textual.widgets import Input, OptionList, Select, Static

from gendertui import paths, settings
from gendertui.corpus.samples import SAMPLES
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.training.config import preset
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.form import FieldRow
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.help import HelpScreen
from gendertui.tui.panes import PANES
from gendertui.tui.predict import history_file
from gendertui.tui.predict.probability_bar import ProbabilityBar
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SIZE = (100, 30)


async def test_digits_are_text_in_the_prompt_and_panes_outside_it(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "predict"
        await pilot.press("1", "question_mark")
        assert app.query_one("#prompt", Input).value == "1?"
        await pilot.press("escape", "1")
        await settle(pilot)
        assert app.pane.id == "corpus"
        await pilot.press("f5")
        await settle(pilot)
        assert app.query_one("#prompt", Input).has_focus
        await pilot.press("f2")
        await settle(pilot)
        assert app.pane.id == "configure"


async def test_help_shows_the_pane_s_keys(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("escape", "question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, HelpScreen)


async def test_no_cursor_blinks_where_animations_are_off(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert not app.query_one("#prompt", Input).cursor_blink
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, CommandPalette)
        assert not app.screen.query_one(Input).cursor_blink


async def test_a_typed_line_is_scored_and_kept_and_walked_back_to(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press(*"love")
        await settle(pilot)
        bar = app.query_one(ProbabilityBar)
        assert bar.probability is not None and bar.probability > 0.55
        assert "written like lines labelled f" in str(app.query_one("#verdict", Static).content)
        assert history_file.read() == []
        await pilot.press("enter")
        await settle(pilot)
        assert [asked.text for asked in history_file.read()] == ["love"]
        prompt = app.query_one("#prompt", Input)
        prompt.value = "half a l"
        await pilot.press("up")
        assert prompt.value == "love"
        await pilot.press("down")
        assert prompt.value == "half a l"
    assert paths.history_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("pasted", [False, True], ids=["typed", "pasted"])
@pytest.mark.parametrize("over_the_pane", [False, True], ids=["pane", "dialog"])
async def test_a_path_typed_or_pasted_at_once_is_opened_whole(
    make_app: App, model: str, tmp_path: Path, pasted: bool, over_the_pane: bool
) -> None:
    path = tmp_path / "quoted.o1.txt"
    path.write_bytes(SAMPLES["sample"].path.read_bytes())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("f1", *(["o"] if over_the_pane else []))
        await settle(pilot)
        # All keys in the queue before the first is handled, as a paste or a quick typist over SSH sends them.
        if pasted:
            app.post_message(events.Paste(str(path)))
        else:
            for character in str(path):
                app.post_message(events.Key(character, character))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.corpus is not None and app.corpus.path == path


async def test_markup_and_escapes_of_a_corpus_are_shown_as_they_stand(
    make_app: App, model: str, tmp_path: Path
) -> None:
    lines = [
        f"L{number} +++$+++ u{number % 3} +++$+++ m0 +++$+++ [b]Nobody[/] +++$+++ {label} +++$+++ {text}"
        for number, (label, text) in enumerate([("m", "[red]stop[/red] \x1b[2J now"), ("f", "[/oops"), ("m", "plain")])
    ]
    path = tmp_path / "lines.txt"
    path.write_text(_collated(lines), encoding="utf-8")
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        table = app.query_one("#lines", VirtualTable)
        shown = "\n".join(table.render_line(y).text for y in range(table.size.height))
        assert "[red]stop[/red]" in shown
        assert "␛[2J" in shown
        assert "\x1b" not in shown
        assert "[/oops" in shown
        await pilot.press("enter")
        await settle(pilot)
        assert "[red]stop[/red] ␛[2J now" in str(app.screen.query_one("#scene", Static).content)


def _collated(lines: list[str]) -> str:
    """The article's seven fields: line, character, movie, name, gender, text, credit position."""
    rows = []
    for line in lines:
        line_id, character, movie, name, label, text = line.split(" +++$+++ ")
        rows.append(" +++$+++ ".join((line_id, character, movie, name, label, text, "1")))
    return "\n".join(rows) + "\n"


async def test_a_wrong_path_stays_in_the_field_with_what_and_where(make_app: App, model: str, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.txt"
    app = make_app(str(missing))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        said = "".join("".join(row.split()) for row in rows(app))
        assert "✗thereisnosuchfileorfolder" in said
        assert app.query_one("#path", Input).value == str(missing)
        assert app.corpus is None


async def test_filtering_and_sorting_change_the_order_only(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        table = app.query_one("#lines", VirtualTable)
        assert app.corpus is not None
        everything = len(table.order)
        assert everything == len(app.corpus)
        app.query_one("#filter", Input).value = "label:f"
        await settle(pilot)
        labels = {app.corpus.column("label")[table.row_at(place)].as_py() for place in range(len(table.order))}
        assert labels == {app.corpus.labels[1]}
        app.query_one("#filter", Input).value = ""
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert len(table.order) == everything
        assert app.corpus.column("label")[table.row_at(0)].as_py() == "f"


async def test_a_wrong_value_is_marked_while_typing_and_start_refuses(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        row = app.query_one("#row-epochs", FieldRow)
        row.text = "0"
        await settle(pilot)
        assert "at least 1" in str(row.problem)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert not paths.runs_dir().exists()
        assert row.query_one(".editor").has_focus
        row.text = "7"
        await settle(pilot)
        assert (row.problem, row.changed) == (None, True)
        await pilot.press("escape", "u")
        await settle(pilot)
        assert row.text == str(preset("quick").epochs) and not row.changed


async def test_the_form_holds_every_field_of_the_configuration(make_app: App, model: str) -> None:
    from gendertui.training.config import PRESETS, TrainingConfig, preset

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await app.show_pane("configure")
        await settle(pilot)
        rows = {row.field: row for row in app.query(FieldRow)}
        assert set(rows) == set(TrainingConfig.model_fields)
        assert sum(bool(row.query(Select)) for row in rows.values()) >= 7
        for name in PRESETS:
            app.query_one("#presets", OptionList).highlighted = list(PRESETS).index(name)
            await settle(pilot)
            assert pane.config() == preset(name)  # type: ignore[attr-defined]


async def test_vectors_of_other_words_start_nothing_and_offer_the_ways(
    make_app: App, model: str, tmp_path: Path
) -> None:
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("zz1 1 2\nzz2 1 2\n", encoding="utf-8")
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        app.query_one("#row-vectors", FieldRow).text = str(vectors)
        await settle(pilot)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert isinstance(app.screen, Choice)
        assert "No word of the corpus has a vector" in " ".join(rows(app))
        await pilot.press("escape")
        await settle(pilot)
        assert app.run_view is None
        assert not list_runs()


async def test_pause_and_stop_reach_the_run(make_app: App, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.run_view is not None and app.run_view.folder == run.path
        await app.show_pane("train")
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
        assert json.loads(run.control_file.read_bytes())["request"] == "pause"
        await pilot.press("x", "enter")
        await settle(pilot)
        assert json.loads(run.control_file.read_bytes())["request"] == "stop"


async def test_an_epoch_is_in_the_table_before_the_curves_are_drawn_again(
    make_app: App, model: str, alive: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gendertui.tui.train.watch.CURVES_SECONDS", 600.0)
    run = alive(world.make_training())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("train")
        await settle(pilot)
        table = app.query_one("#epochs", VirtualTable)
        assert len(table.order) == 2
        with run.events_file.open("a", encoding="utf-8") as stream:
            stream.write(world.epoch_event(3, 3).to_json() + "\n")
        await until(pilot, lambda: len(table.order) == 3, "the third epoch")


async def test_an_older_job_of_a_group_does_not_answer_after_a_newer(make_app: App, model: str) -> None:
    import threading

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        gate = threading.Event()
        answers: list[str] = []

        def old() -> str:
            gate.wait(5)
            return "old"

        app.background(old, answers.append, group="race")
        await pilot.pause()
        app.background(lambda: "new", answers.append, group="race")
        await until(pilot, lambda: answers, "the newer answer")
        gate.set()
        await settle(pilot)
        assert answers == ["new"]


@pytest.mark.parametrize("theme", ["gendertui-light", "nord", "textual-light", "dracula", "ansi-dark"])
async def test_every_pane_lives_under_every_kind_of_theme(theme: str, make_app: App, model: str, alive: Hold) -> None:
    alive(world.make_training())
    app = make_app("sample")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        if theme not in app.available_themes:
            pytest.skip(f"this Textual has no theme {theme}")
        app.theme = theme
        for pane in PANES:
            await app.show_pane(pane)
            await settle(pilot)
    assert settings.read_settings()["theme"] == theme


async def test_nothing_in_a_pane_looks_otherwise_by_the_focus_of_the_pane_itself(
    make_app: App, model: str, alive: Hold
) -> None:
    """For then the pane alone is looked through when it gets the focus or loses it."""
    alive(world.make_training())
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for name in PANES:
            pane = await app.show_pane(name)
            for focus in (pane.focus, pane.blur):
                focus()
                await pilot.pause()
                parts = list(pane.walk_children())
                before = [dict(part.styles.base.get_rules()) for part in parts]
                app.update_styles(pane)
                assert [part.styles.base.get_rules() for part in parts] == before


async def test_a_field_that_is_folded_away_leaves_the_focus_to_the_pane(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "f2")
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        app.query_one("#row-split Select", Select).focus()
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert app.focused is not None and app.focused.id == "presets"
