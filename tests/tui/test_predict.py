"""The Predict pane at its door: typing, comparing, odds, scenes, history, taking a result along."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, OptionList, Static

from gendertui import formatting, paths, settings
from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, copy_bundle, write_manifest
from gendertui.model.bundle.manifest import read_manifest
from gendertui.scoring.explain import compare, explain
from gendertui.scoring.forward import FORWARDS
from gendertui.scoring.scorer import Scorer
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.predict import history_file
from gendertui.tui.predict.attributions import AttributionView, Word
from gendertui.tui.predict.history_list import HistoryScreen
from gendertui.tui.predict.latest_only import LatestOnly
from gendertui.tui.predict.line_view import LineView
from gendertui.tui.predict.pane import PredictPane
from gendertui.tui.predict.probability_bar import ProbabilityBar
from gendertui.tui.predict.scene_reasons import SceneReasons
from gendertui.tui.predict.scene_view import SceneView
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import prompt as world
from tests.builders.app import settle
from tests.builders.prompt import answered, shown
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SIZE = (100, 36)
LINE = "I love you, but I have to go."


@pytest.fixture(autouse=True)
def model() -> None:
    world.make_model()


def scorer() -> Scorer:
    return Scorer(Bundle.load(store.path() / world.MODEL))


def words(app: GendertuiApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def table(app: GendertuiApp, selector: str) -> list[str]:
    found = app.query_one(selector, VirtualTable)
    return [found.render_line(y).text.rstrip() for y in range(len(found.order) + 1)]


def paste(app: GendertuiApp, text: str) -> None:
    app.post_message(events.Paste(text))


# A line


async def test_a_line_longer_than_the_model_reads_says_how_much_of_it_was_read(make_app: App) -> None:
    made = scorer().bundle
    config = {**made.config, "max_length": 3}
    short = made.folder.with_name("short")
    copy_bundle(made.folder, short, "short")
    write_manifest(short, dataclasses.replace(read_manifest(short), name="short", config=config))
    store.use("short")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press(*"love the ship love love")
        await answered(pilot)
        title = str(app.query_one("#line-why").border_title)
        assert title == "Words, 3 of 3 known; only 3 of 5 tokens are read"


async def test_a_network_that_numpy_does_not_know_is_answered_by_a_torch_process(
    make_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = explain(scorer(), "Love the ship")
    monkeypatch.delitem(FORWARDS, scorer().bundle.network)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        # Its first answer waits for the process to import torch.
        await settle(pilot)
        assert str(app.query_one("#ask").border_subtitle) == f"answered by {world.MODEL} · 57.1 %, in a torch process"
        await pilot.press(*"Love the ship")
        await answered(pilot)
        assert app.query_one(ProbabilityBar).probability == pytest.approx(expected.scored.probability, abs=1e-5)
        assert shown(app, "#line-words").splitlines()[0].split() == ["love", "the", "ship"]


async def test_words_carry_signed_numbers_and_the_method_has_its_name(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        # All keys in the queue before the first is handled, as from a quick typist: the last answer wins.
        for character in "Love the ship, xylograph!":
            app.post_message(events.Key(character, character))
        await answered(pilot)
        explained = explain(scorer(), "Love the ship, xylograph!")
        numbers = dict(zip(explained.scored.tokens, explained.attributions, strict=True))
        assert numbers["love"] is not None and numbers["ship"] is not None
        first, second = shown(app, "#line-words").splitlines()
        assert first.split() == ["love", "the", "ship", ",", "xylograph", "!"]
        assert second[first.index("love") :].startswith(f"+{numbers['love']:.2f}")
        assert second[first.index("ship") :].startswith(f"−{-numbers['ship']:.2f}")
        # What is tiny, or unknown to the model, is left plain.
        assert len(second.split()) == sum(abs(value or 0) >= 0.05 for value in explained.attributions) < 6
        assert "how far each word pulls (occlusion, in log-odds); the parts do not sum" in words(app, "#line-legend")
        assert "3 of 4 known" in str(app.query_one("#line-why").border_title)
        assert app.query_one(ProbabilityBar).probability == pytest.approx(explained.scored.probability)


async def test_how_often_such_an_answer_is_right_stands_below_it(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press(*"love door")
        await answered(pilot)
        assert 0.6 < scorer().score("love door").probability < 0.7
        assert words(app, "#line-right") == (
            "Right 64 % of the time at this confidence (59–69 %, 2,970 validation lines)."
        )
        app.query_one("#prompt", Input).value = "door rain"
        await answered(pilot)
        assert words(app, "#verdict").startswith("Can't tell, 52 % f")
        assert "Right 52 % of the time" in words(app, "#line-right")
        app.query_one("#prompt", Input).value = "love love"
        await answered(pilot)
        assert "Right 71 % of the time at this confidence (no interval, 663 validation lines)" in words(
            app, "#line-right"
        )
        app.query_one("#prompt", Input).value = "  "
        await answered(pilot)
        assert app.query_one(ProbabilityBar).probability is None
        assert not app.query_one("#line-right").display


async def test_a_line_without_a_known_word_gets_no_verdict_and_is_told_why(make_app: App) -> None:
    why = "no word of it is known to the model"
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.query_one("#prompt", Input).value = "日本語のせりふです 🙂"
        await answered(pilot)
        assert words(app, "#verdict").strip() == f"Can't tell: {why}"
        assert (words(app, "#line-right"), app.query_one(ProbabilityBar).probability) == ("", None)
        await pilot.press("ctrl+y")
        assert app.clipboard.splitlines()[1] == f"Can't tell: {why} (model {world.MODEL})"
        app.query_one("#prompt", Input).value = "Love the qwxz"
        await answered(pilot)
        assert "at even odds · 1 of 3 words unknown" in words(app, "#verdict")
        paste(app, "ANNA: I love you.\nANNA: qwxz zzkk\nBEN: 🙂\n")
        await answered(pilot)
        _, *lines = table(app, "#line-table")
        assert [why in line for line in lines] == [False, True, True]
        _, *characters = table(app, "#character-table")
        assert [row.split()[:2] for row in characters] == [["ANNA", "1"]]


async def test_long_lines_wrap_and_scroll_and_nothing_in_them_is_obeyed(make_app: App) -> None:
    app = make_app()
    text = "love [bold]rain[/bold] \x1b[2J 雨雨 " * 30
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.query_one("#prompt", Input).value = text
        await answered(pilot)
        box = app.query_one("#line-words")
        assert box.size.height < box.virtual_size.height
        rows = shown(app, "#line-words").splitlines()
        assert max(map(len, rows)) <= box.size.width
        assert "".join(rows).count("love") == 30
        assert "␛" in "".join(rows) and "\x1b" not in "".join(rows)
        assert "[" in "".join(rows)
        await pilot.press("tab", "end")
        assert box.has_focus and box.scroll_offset.y > 0


async def test_a_very_long_line_has_a_verdict_and_no_words(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, "love the ship " * 1000)
        await answered(pilot)
        assert app.query_one(ProbabilityBar).probability is not None
        assert "Not explained: the line has more than 2,000 tokens" in words(app, "#line-legend")
        await pilot.press("f6", "ctrl+u", *"love")
        await answered(pilot)
        assert shown(app, "#line-words").startswith("love")


async def test_only_the_first_and_the_newest_question_are_put(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        gate = threading.Event()
        put: list[int] = []
        seen: list[tuple[int, int]] = []
        failed: list[int] = []

        def answer(question: int) -> int:
            put.append(question)
            gate.wait(10)
            if question == 99:
                raise ValueError("no")
            return question * 2

        asking = LatestOnly[int, int](
            app, "test", answer, lambda q, a: seen.append((q, a)), lambda q, _: failed.append(q)
        )
        for question in range(1, 50):
            asking.ask(question)
        await pilot.pause()
        gate.set()
        await answered(pilot)
        assert (put, seen) == ([1, 49], [(1, 2), (49, 98)])
        asking.ask(99)
        asking.ask(100)
        await answered(pilot)
        assert (failed, seen[-1]) == ([99], (100, 200))


async def test_before_and_after_stand_side_by_side_with_what_changed(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.query_one("#prompt", Input).value = "I love you."
        await answered(pilot)
        await pilot.press("f6")
        await answered(pilot)
        assert "no word has changed yet" in words(app, "#line-difference")
        app.query_one("#prompt", Input).value = "I love the ship."
        await answered(pilot)
        comparison = compare(scorer(), "I love you.", "I love the ship.")
        assert comparison.moved < 0
        assert words(app, "#line-difference") == (
            f"After the edit: log-odds −{-comparison.moved:.2f}, towards m: you → the ship"
        )
        assert "‹you›" in shown(app, "#line-before-words") and "‹love›" not in shown(app, "#line-before-words")
        assert "‹the›" in shown(app, "#line-after-words") and "‹ship›" in shown(app, "#line-after-words")
        assert str(app.query_one("#line-before").border_title).startswith("Before: ")
        app.query_one("#prompt", Input).value = "I love."
        await answered(pilot)
        assert words(app, "#line-difference").endswith("− you")
        assert "‹›" in shown(app, "#line-after-words")
        await pilot.press("escape", "c")
        await answered(pilot)
        assert not app.query_one("#line-compared").display and app.query_one("#line-why").display


async def test_the_odds_are_chosen_and_shown_beside_the_probability(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.query_one("#prompt", Input).value = "love door"
        await answered(pilot)
        assert "at even odds" in words(app, "#verdict")
        await pilot.press("f7")
        await answered(pilot)
        await pilot.press("down", "enter")
        await answered(pilot)
        natural = 3771 / (3771 + 10238)
        bar = app.query_one(ProbabilityBar)
        assert bar.probability == pytest.approx(scorer().score("love door", natural).probability)
        assert "at the natural rate, 27 % f" in words(app, "#verdict")
        # The report's shares hold at even odds only.
        assert words(app, "#line-right").startswith("At even odds 61 %, right 64 % of the time")
        await pilot.press("f7", "down", "enter")
        await answered(pilot)
        assert isinstance(app.screen, Question)
        await pilot.press(*"20", "enter")
        await answered(pilot)
        assert "between 0 and 1" in words(app, ".wrong")
        await pilot.press(*" %", "enter")
        await answered(pilot)
        assert bar.probability == pytest.approx(scorer().score("love door", 0.2).probability)
        assert "at a rate of 20 % f" in words(app, "#verdict")


async def test_a_result_is_copied_as_text(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+y")
        assert app.clipboard == ""
        await pilot.press(*"sorry")
        await answered(pilot)
        await pilot.press("ctrl+y")
        first, *rest = app.clipboard.splitlines()
        assert first == "sorry"
        assert "written like lines labelled f, at even odds (model quick-films)" in rest[0]
        assert "sorry +" in app.clipboard and "occlusion" in app.clipboard


# A scene


async def test_a_pasted_scene_has_a_score_a_line_and_one_a_character(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, world.SCENE)
        await answered(pilot)
        _, *lines = table(app, "#line-table")
        assert len(lines) == 6
        first = scorer().score(LINE)
        assert f"{first.probability:.0%}".removesuffix("%") + " % f" in lines[0] and LINE in lines[0]
        _, anna, ben, clara = table(app, "#character-table")
        assert [row.split()[:2] for row in (anna, ben, clara)] == [["ANNA", "3"], ["BEN", "2"], ["CLARA", "1"]]
        log_odds = [scorer().score(text).log_odds for text in (LINE, "Sorry.", "I love the rain. I love you.")]
        calibration = scorer().bundle.character_calibration
        assert calibration is not None
        probability = float(calibration.apply(sum(log_odds) / 3, 3))
        assert f"{100 * probability:.0f} % f" in anna and anna.endswith("61 %")
        assert words(app, "#character-words") == (
            "Characters with 2–4 lines: right 61 % of the time (57–65 %, 588 validation characters)."
        )
        await pilot.press("shift+tab", "down", "down")
        assert "Characters with one line: right 56 % of the time" in words(app, "#character-words")
        await pilot.press("tab", "down", "enter")
        await answered(pilot)
        assert app.query_one("#prompt", Input).value == "The ship! The door!"
        assert "written like lines labelled m" in words(app, "#verdict")
        await pilot.press("f8")
        assert app.query_one("#line-table").has_focus


async def test_a_line_stands_alone_and_in_its_scene_and_a_character_says_why(make_app: App) -> None:
    world.make_model(whole=True)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, "ANNA: I love you.\nBEN: Sorry, Anna.\nANNA: The ship!\nBEN: The door. \x1b[31m [red]\n")
        await answered(pilot)
        scored = app.query_one(SceneView).scene
        assert scored is not None
        anna, ben = scored.characters
        head, *lines = table(app, "#line-table")
        assert "alone" in head and "in this scene" in head
        together = {"ANNA": anna.score.probability, "BEN": ben.score.probability}
        for row, line in zip(lines, scored.lines, strict=True):
            assert not isinstance(line.scored, GendertuiError)
            alone, placed = line.scored.probability, together[line.character or ""]
            assert placed is not None and round(alone, 2) != round(placed, 2)
            for probability in (alone, placed):
                assert f"{100 * max(probability, 1 - probability):.0f} % {'mf'[probability >= 0.5]}" in row
        said = words(app, "#character-words")
        log_odds = math.log(together["ANNA"] / (1 - together["ANNA"]))  # type: ignore[operator]
        assert f"Log-odds of f {formatting.number(log_odds, 2, sign=True)}: its lines" in said
        assert said.count(" · ") == 5 and "what others call it +" in said
        await pilot.press("shift+tab", "enter")
        await answered(pilot)
        assert isinstance(app.screen, SceneReasons)
        shown_rows = "\n".join(rows(app))
        for weighed in ("love +", "ship \u2212", "anna +", "what is said to it", "in all, at even odds"):
            assert weighed in shown_rows
        await pilot.press("escape")
        await answered(pilot)
        assert app.query_one("#character-table").has_focus


async def test_a_score_that_is_the_mean_of_lines_weighs_no_words(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, world.SCENE)
        await answered(pilot)
        await pilot.press("shift+tab", "enter")
        await answered(pilot)
        assert len(app.screen_stack) == 1
        assert any("by the mean of their lines alone" in str(each.message) for each in app._notifications)


async def test_a_screenplay_is_typed_into_the_editor(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("f8")
        await answered(pilot)
        paste(app, world.SCREENPLAY)
        await pilot.pause()
        await pilot.press("ctrl+r")
        await answered(pilot)
        assert [row.split()[0] for row in table(app, "#character-table")[1:]] == ["ANNA", "BEN"]
        assert LINE in table(app, "#line-table")[1]
        await pilot.press("i")
        assert app.query_one("#prompt", Input).has_focus


async def test_one_line_pasted_is_a_line_and_what_holds_no_speech_says_so(make_app: App) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, "\nI love you.\n")
        await answered(pilot)
        assert app.query_one("#prompt", Input).value == "I love you."
        paste(app, "    INT. DOOR\n\n    EXT. SHIP")
        await answered(pilot)
        assert not app.query_one("#scene-view").display or len(table(app, "#line-table")) > 1


async def test_a_model_without_a_score_for_characters_says_so(make_app: App) -> None:
    world.make_model(characters=False)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, world.SCENE)
        await answered(pilot)
        assert "mean line" in table(app, "#character-table")[1]
        assert "no score for characters" in words(app, "#character-words")


async def test_a_scene_is_saved_and_no_file_is_overwritten_unasked(make_app: App, tmp_path: Path) -> None:
    app = make_app()
    path = tmp_path / "scene.csv"
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        paste(app, world.SCENE)
        await answered(pilot)

        async def save(name: Path) -> None:
            await pilot.press("w")
            await answered(pilot)
            app.screen.query_one(Input).value = str(name)
            await pilot.press("enter")
            await answered(pilot)

        await save(tmp_path / "nowhere" / "scene.csv")
        assert "no such folder" in words(app, ".wrong")
        await pilot.press("escape")
        await answered(pilot)
        await save(path)
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        assert [row["speaker"] for row in rows] == ["ANNA", "BEN", "ANNA", "Ben", "Anna", "CLARA"]
        assert rows[0]["text"] == LINE and rows[0]["label"] == "f" and rows[0]["error"] == ""
        assert float(rows[0]["probability_f"]) == pytest.approx(scorer().score(LINE).probability, abs=1e-6)
        calibration = scorer().bundle.character_calibration
        assert calibration is not None
        after = float(calibration.apply(scorer().score(LINE).log_odds, 1))
        assert float(rows[0]["character_probability_so_far_f"]) == pytest.approx(after, abs=1e-6)
        path.write_text("mine")
        await save(path)
        assert isinstance(app.screen, Choice)
        await pilot.press("enter")
        await answered(pilot)
        assert path.read_text() == "mine"
        await save(path)
        await pilot.press("down", "enter")
        await answered(pilot)
        assert list(csv.DictReader(path.open(encoding="utf-8", newline=""))) == rows
        await pilot.press("y")
        assert list(csv.DictReader(io.StringIO(app.clipboard))) == rows


# History


async def test_the_history_is_searched_as_you_type_and_cleared_after_a_question(make_app: App) -> None:
    for number, text in enumerate(("the ship", "I love the rain", "The Rain, sorry", "the rain, sorry [b]")):
        history_file.append(history_file.HistoryEntry(text, 0.6, "f", ("m", "f"), "quick-films", float(number)))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+r", *"rain sorry")
        await answered(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert app.screen.query_one(OptionList).option_count == 2
        await pilot.press("down", "enter")
        await answered(pilot)
        assert app.query_one("#prompt", Input).value == "The Rain, sorry"
        await pilot.press("escape", "x", "enter")
        await answered(pilot)
        assert len(history_file.read()) == 4
        await pilot.press("x", "down", "enter")
        await answered(pilot)
        assert not paths.history_file().exists()
        assert app.query_one("#history", OptionList).option_count == 0


async def test_with_the_history_off_nothing_is_written_and_the_screen_says_so(make_app: App) -> None:
    history_file.append(history_file.HistoryEntry("of before", 0.6, "f", ("m", "f"), "quick-films", 0.0))
    before = paths.history_file().read_bytes()
    settings.write_setting("history", False)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "off: nothing typed here is kept" in str(app.query_one("#history").border_title)
        await pilot.press(*"sorry", "enter", *" you", "enter")
        await answered(pilot)
        assert paths.history_file().read_bytes() == before
        # Of this session it is there all the same, until it ends.
        await pilot.press("up", "up")
        assert app.query_one("#prompt", Input).value == "sorry"


async def test_the_help_says_what_this_does_not_tell(make_app: Callable[..., GendertuiApp], model: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        about = app.query_one(PredictPane).about
    assert "This measures how screenwriters write. It does not tell a real person's gender" in about
    assert "no single line does" in about


async def test_words_that_come_with_their_answer_leave_no_bar_behind(make_app: App, model: str) -> None:
    """They are shown for the first time before it is known how wide they may be."""
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        words = app.query_one("#line-words", AttributionView)
        with app.batch_update():
            words.show([Word(f"{number}") for number in range(14)])
            app.query_one(LineView).set_class(True, "-answered")
        await settle(pilot)
        assert words.size.height == 1
        assert not words.show_vertical_scrollbar
