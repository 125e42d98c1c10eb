"""A run whose model is worth nothing does not silently become what answers, and the way to another model is a key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from gendertui.model import store
from gendertui.runs import on_end
from gendertui.runs.folder import RunFolder
from gendertui.tui import run_model
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.header import Header
from gendertui.tui.predict.prompt import Prompt
from tests.builders import app as world
from tests.builders import bursts
from tests.builders.app import settle, until
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
SIZE = (120, 40)
POOR = "quick-sample"
WHY = "cannot be told from guessing"


def poor_report() -> dict[str, Any]:
    figures = {
        "balanced_accuracy": {"value": 0.478, "low": 0.44, "high": 0.52},
        "auc": {"value": 0.481, "low": 0.45, "high": 0.51},
    }
    validation = {**world.REPORT["sets"]["validation"], "model": figures}
    return {**world.REPORT, "sets": {"validation": validation}}


def make_poor_run() -> None:
    world.make_finished("20260921-101500-quick-sample", POOR)
    world.make_model(POOR, report=poor_report())


def text(app: GendertuiApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


async def test_a_finished_run_whose_model_is_guessing_does_not_answer_and_offers_to(make_app: App, model: str) -> None:
    make_poor_run()
    app = make_app(None, "latest")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert (app.model_name, app.model_figure) == (model, "57.1 %")
        assert f"model {POOR} · 47.8 %" in text(app, "#now-words")
        assert f"{POOR} · 47.8 %: newest, but {WHY}. {model} · 57.1 % still answers." in text(app, "#remarks")
        await pilot.press("u")
        await settle(pilot)
        assert (app.model_name, store.answering()) == (POOR, POOR)
        await until(pilot, lambda: WHY not in text(app, "#remarks"), "the remark to go")
        # Once used it is called what it is.
        await pilot.press("f5")
        await settle(pilot)
        assert str(app.query_one("#ask").border_subtitle) == f"answered by {POOR} · 47.8 %, {WHY}"


async def test_the_figure_stands_beside_the_name_in_the_header_and_in_predict(make_app: App, model: str) -> None:
    for size in (SIZE, (80, 24), (60, 16)):
        app = make_app()
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            header = str(app.query_one(Header).content)
            assert header.endswith(" · 57.1 %") and len(header) <= size[0]
            assert str(app.query_one("#ask").border_subtitle) == f"answered by {model} · 57.1 %"


async def test_the_model_is_chosen_from_inside_the_prompt_and_the_footer_says_how(make_app: App, model: str) -> None:
    make_poor_run()
    store.use(POOR)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.query_one("#prompt").has_focus
        shown = [binding for _, binding, enabled, _ in app.screen.active_bindings.values() if enabled and binding.show]
        assert ("ctrl+o", "Model") in [(binding.key, binding.description) for binding in shown]
        await pilot.press("ctrl+o")
        await settle(pilot)
        choices = app.screen.query_one(OptionList)
        rows = [str(choices.get_option_at_index(row).prompt) for row in range(choices.option_count)]
        first, second = (row.split() for row in rows[:2])
        assert (first[:4], second[:3]) == (["●", POOR, "·", "47.8"], [model, "·", "57.1"])
        assert "chosen" in rows[0]
        await pilot.press("home", "down", "enter")
        await settle(pilot)
        assert (app.model_name, store.answering()) == (model, model)


async def test_a_better_model_takes_over_with_a_word_and_a_key_that_takes_it_back(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        run = world.make_finished("20260921-101500-better", "better")
        world.make_model("better", run=run.name)
        app.follow(run)
        await settle(pilot)
        assert app.model_name == store.answering() == "better"
        said = f"better · 57.1 % answers from now on. {model} can again: u on Train."
        assert said in [note.message for note in app._notifications]
        await pilot.press("f3")
        await settle(pilot)
        assert f"answers from now on; u lets {model} answer again." in text(app, "#remarks")
        await pilot.press("u")
        await settle(pilot)
        assert app.model_name == store.answering() == model
        await pilot.press("u")
        await settle(pilot)
        assert app.model_name == store.answering() == "better"
        # A choice that fails is none.
        app.use_model("gone", remember=True)
        await settle(pilot)
        app.use_model("better", remember=True)
        await settle(pilot)
        assert app.run_model is not None and app.run_model.other == model


BETTER, SECOND = "better", "20260921-091600-second-films"


async def followed_to_its_end(
    app: GendertuiApp, pilot: Pilot[None], run: RunFolder, pane: str, report: dict[str, Any] | None = None
) -> None:
    """Follow a run and let it end, with a model of that report, while the pane is shown."""
    await settle(pilot)
    await app.show_pane(pane)
    await settle(pilot)
    world.make_model(BETTER, run=run.name, report=report)
    world.end_training(run, BETTER)
    await until(pilot, lambda: app.run_model is not None, "the run's model")
    await settle(pilot)


def slowed(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same, later than a key that is not made to wait."""

    def later(*args: Any, **options: Any) -> Any:
        time.sleep(0.15)
        return call(*args, **options)

    return later


def asked(app: GendertuiApp) -> bool:
    return isinstance(app.screen, Choice)


def answers(app: GendertuiApp) -> tuple[str, str | None]:
    """The model that answers in the app, and the one that answers where none is asked for."""
    return app.model_name, store.answering()


async def test_who_watches_a_run_end_is_asked_which_model_answers(make_app: App, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train")
        assert asked(app)
        assert answers(app) == (model, BETTER), "until it is said, the one that is loaded goes on answering"
        shown = "\n".join(rows(app))
        for words in (f"Answer with {BETTER}", f"Keep {model}", "57.1 % (55.9–58.3)", "0.604 (0.589–0.619)"):
            assert words in shown
        assert app.screen.query_one(OptionList).highlighted == 0, "what the rule says"
        await pilot.press("escape")
        await settle(pilot)
        assert f"gendertui models use {model}" in app.left_undecided(), "who leaves now reads which one answers"
        await pilot.press("u", "down", "enter")
        await settle(pilot)
        assert answers(app) == (model, model)
        await until(pilot, lambda: f"u lets {BETTER} answer." in text(app, "#remarks"), "the remark")
        await pilot.press("u")
        await settle(pilot)
        assert answers(app) == (BETTER, BETTER)


async def test_only_an_answer_decides_the_question_and_the_next_key_waits_for_it(
    make_app: App, model: str, alive: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.make_finished("20260901-101500-other", model)
    run = alive(world.make_training())
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train")
        await pilot.press("escape")
        for looked_at in (other, run):
            app.follow(looked_at)
            await settle(pilot)
            assert answers(app) == (model, BETTER)
            assert not asked(app) and not any("from now on." in note.message for note in app._notifications)
            assert f"gendertui models use {model}" in app.left_undecided()
            assert "u decides" in text(app, "#remarks")
        app.use_model("gone", remember=True)
        await settle(pilot)
        assert app.left_undecided(), "what cannot be loaded decides nothing"
        for module, name in ((run_model, "find"), (store, "opened")):
            monkeypatch.setattr(module, name, slowed(getattr(module, name)))
        bursts.send(pilot, "u", "enter", "u")
        await settle(pilot)
        assert not asked(app) and not app.left_undecided()
        assert answers(app) == (model, model)
        bursts.send(pilot, "u", "u")
        await settle(pilot)
        assert answers(app) == (model, model)


async def test_the_question_waits_for_who_types_and_is_asked_once(make_app: App, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "predict", poor_report())
        await pilot.press(*"hello")
        await settle(pilot)
        assert app.query_one(Prompt).value == "hello", "no key is taken from who types"
        assert any("u on Train decides" in note.message for note in app._notifications)
        await pilot.press("f3")
        await settle(pilot)
        assert asked(app)
        assert f"{BETTER}: {WHY}" in str(app.screen.query_one(".question", Static).content)
        assert app.screen.query_one(OptionList).highlighted == 1, "a model that is guessing is not the first answer"
        await pilot.press("escape", "f5", "f3")
        await settle(pilot)
        assert not asked(app)
        assert "u decides" in text(app, "#remarks")
        await pilot.press("u", "up", "enter")
        await settle(pilot)
        assert answers(app) == (BETTER, BETTER)


def report_of(auc: float) -> dict[str, Any]:
    """Of a corpus on which the model that answers first was not judged."""
    validation = dict(world.REPORT["sets"]["validation"])
    validation["model"] = {**validation["model"], "auc": {"value": auc, "low": auc - 0.01, "high": auc + 0.01}}
    return {**world.REPORT, "data_hash": "another corpus", "sets": {"validation": validation}}


async def test_an_answer_holds_though_the_rule_says_another_model_by_then(
    make_app: App, model: str, alive: Hold
) -> None:
    run = alive(world.make_training())
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train", report_of(0.7))
        assert asked(app)
        # Of a run that nobody follows.
        world.make_model("later", report=report_of(0.8))
        assert store.answering() == "later"
        await pilot.press("enter")
        await settle(pilot)
        assert answers(app) == (BETTER, BETTER)


@pytest.mark.parametrize("answer", [0, 1])
async def test_a_second_run_that_ends_below_the_question_is_asked_about_after_it(
    make_app: App, model: str, alive: Hold, answer: int
) -> None:
    run, second = alive(world.make_training()), alive(world.make_training(SECOND))
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train", report_of(0.7))
        app.follow(second)
        await settle(pilot)
        assert asked(app)
        # Not as good as the first one's, which goes on answering if nobody says.
        world.make_model("second", run=second.name, report=report_of(0.6))
        world.end_training(second, "second")
        await until(pilot, lambda: app.undecided is not None and app.undecided.new.name == "second", "the question")
        assert answers(app) == (model, BETTER)
        assert f"{BETTER} · 57.1 % answers from now on" in app.left_undecided()
        said = "\n".join(rows(app))
        assert f"Answer with {BETTER}" in said
        assert "Answer with second" not in said
        await pilot.press(*["down"] * answer, "enter")
        await settle(pilot)
        kept = (BETTER, model)[answer]
        assert answers(app) == (kept, kept)
        assert asked(app)
        shown = [str(each.prompt).split("\n")[0] for each in app.screen.query_one(OptionList).options]
        assert shown == ["Answer with second", f"Keep {kept}"]
        await pilot.press("home", "enter")
        await settle(pilot)
        assert not asked(app)
        assert answers(app) == ("second", "second")


async def test_a_model_nobody_decided_about_is_offered_with_the_next_ones(
    make_app: App, model: str, alive: Hold
) -> None:
    run, second = alive(world.make_training()), alive(world.make_training(SECOND))
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train", report_of(0.7))
        await pilot.press("escape")
        app.follow(second)
        await settle(pilot)
        world.make_model("second", run=second.name, report=report_of(0.6))
        world.end_training(second, "second")
        await until(pilot, lambda: app.undecided is not None and app.undecided.new.name == "second", "the question")
        await settle(pilot)
        options = app.screen.query_one(OptionList)
        shown = [str(each.prompt).split("\n")[0] for each in options.options]
        assert shown == ["Answer with second", f"Answer with {BETTER}", f"Keep {model}"]
        assert options.highlighted == 1
        await pilot.press("enter")
        await settle(pilot)
        assert answers(app) == (BETTER, BETTER)
        assert not asked(app)


@pytest.mark.long
async def test_who_said_which_when_the_run_was_started_is_not_asked(make_app: App, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    run.write_config({**run.record(), "use": True})
    app = make_app(None, run.name)
    async with app.run_test(size=SIZE) as pilot:
        await followed_to_its_end(app, pilot, run, "train")
        assert not asked(app)
        assert answers(app) == (BETTER, BETTER)


async def test_a_command_that_failed_at_the_runs_end_is_told_though_another_run_is_looked_at(
    make_app: App, model: str, alive: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, other = alive(world.make_training()), world.make_finished()
    app, at_work = make_app(None, run.name), [run.path]
    monkeypatch.setattr(on_end, "at_work", lambda of: of.path in at_work)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        world.end_training(run, model)
        await until(pilot, lambda: app.run_view is not None and app.run_view.over, "the run's end")
        app.follow(other)
        await until(pilot, lambda: app.run_view is not None and app.run_view.folder == other.path, "the other run")
        on_end.write_failure(run, "exit code 3")
        at_work.clear()
        await until(pilot, lambda: any("exit code 3" in note.message for note in app._notifications), "the notice")
        app.follow(run)
        await until(pilot, lambda: "exit code 3" in text(app, "#remarks"), "the remark")
