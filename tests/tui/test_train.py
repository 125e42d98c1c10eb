"""The Train pane while a run's events come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input, Static

from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training import still_learning
from gendertui.training.events import Error, Stage
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.footer import Entry, KeyFooter
from gendertui.tui.train.watch import WatchTab
from gendertui.tui.widgets.curves import Curves, axis_end, axis_limits
from tests.builders import app as world
from tests.builders.app import settle, until
from tests.builders.replay import BATCHES, ReplayedRun
from tests.builders.screens import on, rows

App = Callable[..., GendertuiApp]
BRAILLE = range(0x2800, 0x2900)


def drawn(app: GendertuiApp, plot: str) -> str:
    """What the terminal shows of a plot."""
    region = app.query_one(plot).region
    return "\n".join(row[region.x : region.right] for row in rows(app)[region.y : region.bottom])


def points(picture: str) -> int:
    """Cells with a piece of a curve."""
    return sum(ord(character) in BRAILLE for character in picture)


async def test_the_loss_of_the_first_epoch_is_drawn_and_said_before_it_ends(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        for _ in range(BATCHES // 2):
            run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            await until(pilot, lambda: points(drawn(app, "#loss")) > 10, "the curve")
            assert points(drawn(app, "#auc")) == 0
            words = str(app.query_one("#now-words", Static).content)
            assert f"batch {BATCHES // 2} of {BATCHES} · loss 0.6" in words
            assert "train 0.6" in drawn(app, "#loss")
            before = points(drawn(app, "#loss"))
            for _ in range(BATCHES // 4):
                run.step()
            await until(pilot, lambda: points(drawn(app, "#loss")) > before, "more of the curve")


async def test_training_on_all_films_is_said_with_what_is_done_and_left(make_app: App, model: str) -> None:
    run = ReplayedRun(epochs=1)
    with run.alive():
        for _ in range(BATCHES):
            run.step()
        run.write(Stage(name="training on all films", done=120, total=400, unit="batches", seconds_left=75.0))
        app = make_app(None, "latest")
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            words = app.query_one("#now-words", Static)
            await until(pilot, lambda: "all films" in str(words.content), "the stage")
            assert str(words.content) == "Training on all films · 120 of 400 batches · 1:15 left"
            assert "training on all films" in rows(app)[0]
            assert "30 %" in rows(app)[0]
            run.write(Stage(name="characters", done=2, total=6))
            await until(pilot, lambda: str(words.content) == "Characters · 2 of 6", "the next stage")
            # What stopping keeps is not the epoch's weights of this moment.
            await pilot.press("f3", "x")
            await until(pilot, lambda: isinstance(app.screen, Choice), "the question")
            question = app.screen.query_one(".question", Static)
            assert "keep the model of epoch 1, which has learnt from the train set alone, as" in str(question.content)


async def test_what_a_long_run_has_done_so_far_fills_the_chart(make_app: App, model: str) -> None:
    run = ReplayedRun(epochs=150)
    with run.alive():
        for _ in range(8 * BATCHES):
            run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            await until(pilot, lambda: "●" in drawn(app, "#auc"), "the curve")
            columns = [line.rindex("●") for line in drawn(app, "#auc").splitlines()[:-1] if "●" in line]
            assert max(columns) > 0.7 * app.query_one("#auc", Curves).size.width


@pytest.mark.parametrize(
    ("epochs", "end"), [(0.0, 1), (0.01, 1), (1.0, 1), (1.1, 2), (4.5, 7), (8.0, 10), (41.0, 70), (150.0, 150)]
)
def test_the_axis_goes_to_a_round_number_of_epochs_above_those_done(epochs: float, end: int) -> None:
    assert axis_end(epochs) == end


@pytest.mark.parametrize(("low", "high"), [(0.62, 0.71), (0.5, 0.5), (0.0001, 12.0), (-3.0, 950.0), (0.5971, 0.5985)])
def test_the_limits_hold_all_values_and_little_more(low: float, high: float) -> None:
    bottom, top = axis_limits(low, high)
    assert bottom < low <= high < top
    assert top - bottom < 2 * max(high - low, 0.01)


async def test_the_keys_in_the_footer_are_made_again_only_where_others_act(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            refreshed: list[object] = []
            app.screen.bindings_updated_signal.subscribe(app.screen, refreshed.append)
            view = app.run_view
            assert view is not None
            for _ in range(10):
                run.step()
            await until(pilot, lambda: view.batch is not None and view.batch.batch == run.steps, "the events")
            await settle(pilot)
            assert refreshed == []


async def test_the_footer_is_drawn_again_only_where_it_shows_other_keys(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ReplayedRun()
    with run.alive():
        for _ in range(BATCHES):
            run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            drawn: list[tuple[Entry, ...]] = []
            footer = app.query_one(KeyFooter)
            monkeypatch.setattr(KeyFooter, "watch_entries", lambda _, entries: drawn.append(entries), raising=False)
            tab = app.query_one(WatchTab)
            assert app.focused is tab.query_one("#epochs") and footer.entries
            # The table explains its figures; where the focus goes then, no other keys act.
            tab.can_focus = tab.query_one("#curves").can_focus = True
            tab.focus()
            await settle(pilot)
            shown = footer.entries
            drawn.clear()
            tab.query_one("#curves").focus()
            await settle(pilot)
            assert app.focused is tab.query_one("#curves")
            assert footer.entries == shown and drawn == []

            await pilot.press("f1")
            await settle(pilot)
            others = {entry.label for entry in footer.entries}
            assert others != {entry.label for entry in shown} and drawn[-1] == footer.entries
            active = app.screen.active_bindings.values()
            assert {each.binding.description for each in active if each.binding.show} <= others


async def test_enter_explains_the_figures_of_the_epoch_under_the_cursor(make_app: App, model: str) -> None:
    app = make_app(None, world.make_finished().name)
    async with app.run_test(size=(80, 24)) as pilot:
        await on("train", "home", "enter")(pilot)
        assert isinstance(app.screen, TermsScreen)
        said = str(app.screen.query_one(Static).content)
        for words in ("Epoch 1: 55.6 %, 56 of 100.", "Epoch 1: 0.689 on train, 0.672 on validation.", "0.88 M"):
            assert words in said
        await pilot.press("escape")
        await pilot.click("#now-words")
        await settle(pilot)
        assert isinstance(app.screen, TermsScreen)


async def test_a_finished_run_has_its_remark_and_one_that_died_its_way_on(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gendertui.runs.folder.START_SECONDS", 0.0)
    remark = still_learning.remark(3)
    run = world.make_finished()
    for status, *words in (
        (Status(state="finished", why=remark, epoch=3, epochs=3, model=world.MODEL), "Finished", remark),
        (Status(state="training", epoch=2, epochs=3), "Died", "where R resumes it"),
    ):
        run.write_status(status)
        app = make_app(None, run.name)
        async with app.run_test(size=(160, 40)) as pilot:
            await on("train")(pilot)
            picture = "\n".join(rows(app))
            for word in words:
                assert word in picture


async def test_a_run_that_is_over_is_continued_up_to_as_many_epochs_as_one_says(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = world.make_finished()
    asked: list[object] = []

    def resume(folder: RunFolder, *, changes: dict[str, int], wait: bool) -> RunFolder:
        asked.append((folder, changes))
        return folder

    monkeypatch.setattr("gendertui.runs.launch.resume", resume)
    app = make_app(None, run.name)
    async with app.run_test(size=(120, 40)) as pilot:
        await on("train")(pilot)
        assert "More epochs" in rows(app)[-1]
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Question), "the question")
        assert app.screen.query_one(Input).value == "6"
        for wrong in ("3", "many"):
            app.screen.query_one(Input).value = wrong
            await pilot.press("enter")
            await settle(pilot)
            assert str(app.screen.query_one(".wrong", Static).render()).startswith("✗")
        app.screen.query_one(Input).value = "5"
        await pilot.press("enter")
        await until(pilot, lambda: asked, "the worker")
        assert asked == [(run, {"epochs": 5})]
        await settle(pilot)
    with ReplayedRun().alive():
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await on("train")(pilot)
            assert "More epochs" not in rows(app)[-1]


async def test_a_run_that_had_too_little_memory_is_resumed_as_it_says(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ReplayedRun()
    asked: list[object] = []

    def resume(folder: RunFolder, *, changes: dict[str, int], wait: bool) -> RunFolder:
        asked.append(changes)
        return folder

    monkeypatch.setattr("gendertui.runs.launch.resume", resume)
    for error, offered in (
        (Error(text="the loss is nan", resume_with=None), False),
        (Error(text="the disk is full"), False),
        (Error(text="out of memory", resume_with={"batch_size": 64}), True),
    ):
        run.write(error)
        run.folder.write_status(Status(state="failed", why=error.text))
        app = make_app(None, run.folder.name)
        async with app.run_test(size=(120, 40)) as pilot:
            await on("train")(pilot)
            assert ("Smaller batches" in rows(app)[-1]) is offered
            await pilot.press("b")
            await settle(pilot)
    assert asked == [{"batch_size": 64}]


def cells(app: GendertuiApp) -> list[list[tuple[str, str]]]:
    """Every cell with how it is drawn."""
    strips = app.screen._compositor.render_strips()
    return [[(character, str(style)) for text, style, _ in strip for character in text] for strip in strips]


async def test_another_theme_or_size_leaves_nothing_of_the_one_before(make_app: App, model: str) -> None:
    run = ReplayedRun()
    with run.alive():
        for _ in range(2 * BATCHES):
            run.step()
        app = make_app(None, "latest")
        async with app.run_test(size=(120, 40)) as pilot:
            await on("train", theme="gendertui-light")(pilot)
            await until(pilot, lambda: "●" in drawn(app, "#auc"), "the curves")
            expected = cells(app)
        other = make_app(None, "latest")
        async with other.run_test(size=(100, 30)) as pilot:
            await on("train", theme="gendertui-dark")(pilot)
            await until(pilot, lambda: "●" in drawn(other, "#auc"), "the curves")
            assert cells(other) != expected
            await pilot.resize_terminal(120, 40)
            other.theme = "gendertui-light"
            await until(pilot, lambda: cells(other) == expected, "the same picture")
