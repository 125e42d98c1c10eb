"""The list of runs in the Train pane, and what is done with a run from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, Input, Static

from gendertui import files, paths
from gendertui.model import store
from gendertui.runs import launch, notes
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.runs.records import State, Status
from gendertui.training.config import preset, with_changes
from gendertui.tui.app import GendertuiApp
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.train import runs as tab
from gendertui.tui.train.run_list import RunListView
from gendertui.tui.train.run_preview import RunPreview
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import app as world
from tests.builders import reports
from tests.builders.app import settle, until
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
Hold = Callable[[RunFolder], RunFolder]
Snap = Callable[..., bool]
BEST, TUTORIAL, FAILED = "20260919-101500-best-films", "20260918-101500-tutorial-films", "20260917-091500-quick-films"


def other(name: str, state: State, age: float, *, auc: float | None = None, corpus: str = "films") -> RunFolder:
    """A run that is over."""
    run = world._run(name, state, [*world.stages(), *world.plan(), world.epoch_event(1, 3)], 1, age)
    record = run.record()
    run.write_config({**record, "preset": name.split("-")[2], "corpus": {"path": "sample", "name": corpus}})
    run.write_status(Status(state=state, epoch=1, epochs=3, balanced_accuracy=0.5561, auc=0.5893))
    if auc is not None:
        files.write_json(run.report_file, {**world.REPORT, "sets": {"validation": {"model": reports.figures(auc)}}})
    return run


def some_runs() -> list[str]:
    """Names of four runs that are over, the newest first."""
    world.make_finished()
    notes.write_note(other(BEST, "finished", 180_000, auc=0.66), "longer, with attention")
    other(TUTORIAL, "stopped", 280_000, auc=0.61)
    other(FAILED, "failed", 390_000, corpus="messages")
    return [world.FINISHED, BEST, TUTORIAL, FAILED]


async def to_runs(pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot)
    await press(pilot, "escape", "3", *keys)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def listed(app: GendertuiApp) -> list[str]:
    """Names of the runs in the table."""
    table = app.query_one("#runs-table", VirtualTable)
    return [table.cell(place, "name").plain for place in range(len(table.order))]


def tab_shown(app: GendertuiApp) -> str:
    return str(app.query_one("#train-views", ContentSwitcher).current)


def about(app: GendertuiApp) -> str:
    return str(app.query_one("#runs-about", Static).content)


async def test_without_a_run_at_work_train_opens_on_all_runs_the_newest_first(make_app: App, model: str) -> None:
    names = some_runs()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot)
        assert listed(app) == names
        row = next(row for row in rows(app) if BEST in row)
        for word in ("finished", "60.9 % (59.7–62.1)", "2 days ago", "best", "films", "longer, with"):
            assert word in row
        assert app.query_one("#runs-table").has_focus
        await press(pilot, "down", "enter")
        assert tab_shown(app) == "tab-watch"
        assert app.run_view is not None and app.run_view.name == BEST
        await press(pilot, "r")
        assert tab_shown(app) == "tab-runs"
        assert app.query_one(RunListView).at is not None
        assert "longer, with attention" in about(app)


async def test_there_may_be_no_run(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_runs(pilot)
        assert "Press 2 to configure one" in "\n".join(rows(app))
        await press(pilot, *"RrdunsG", "space", "enter", "slash", "x", "escape")
        assert app.run_view is None
        world.make_finished()
        await press(pilot, "f4", "f3")
        assert listed(app) == [world.FINISHED]


async def test_the_filter_finds_words_in_any_column_as_one_types(make_app: App, model: str) -> None:
    some_runs()
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_runs(pilot, "slash", *"films")
        assert len(listed(app)) == 4
        await press(pilot, "space", *"stop")
        assert listed(app) == [TUTORIAL]
        assert "1 of 4" in str(app.query_one("#runs-found", Static).content)
        await press(pilot, *["backspace"] * 4, *"attention", "enter")
        assert listed(app) == [BEST]
        app.query_one("#runs-filter", Input).value = "nothing like that"
        await settle(pilot)
        assert listed(app) == []
        await press(pilot, "R", "d", "enter", "space")
        assert len(list_runs()) == 4


async def test_the_list_is_sorted_by_key_and_by_the_head_of_a_column(make_app: App, model: str) -> None:
    some_runs()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "s")
        # The best first, without a figure last.
        assert listed(app) == [BEST, TUTORIAL, FAILED, world.FINISHED]
        table = app.query_one("#runs-table", VirtualTable)
        table.post_message(VirtualTable.HeaderClicked(table, "name"))
        await settle(pilot)
        assert listed(app) == sorted(listed(app))
        table.post_message(VirtualTable.HeaderClicked(table, "name"))
        await settle(pilot)
        assert listed(app) == sorted(listed(app), reverse=True)


async def test_a_run_that_did_not_finish_is_resumed(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    some_runs()
    resumed: list[str] = []

    def resume(run: RunFolder, *, changes: object, wait: bool) -> RunFolder:
        assert not wait
        resumed.append(run.name)
        return run

    monkeypatch.setattr(launch, "resume", resume)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "R")
        assert resumed == []
        await press(pilot, "end", "R")
        assert resumed == [FAILED]
        assert tab_shown(app) == "tab-watch"


async def test_a_run_is_renamed_and_its_model_too_where_one_says_so(make_app: App, model: str) -> None:
    run = world.make_finished()
    world.make_model(run=run.name)
    run.write_config({**run.record(), "model": world.MODEL})
    other(BEST, "finished", 180_000)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "r", "ctrl+u", *"best films", "enter")
        assert isinstance(app.screen, Choice)
        await press(pilot, "enter")
        assert listed(app)[0] == "20260920-101500-best-films"
        assert store.published_by("20260920-101500-best-films") == ["best-films"]
        assert app.model_name == "best-films"
        # That name is taken, which is said where it was typed.
        clash = RunFolder(paths.runs_dir() / "20260920-101500-taken")
        clash.path.mkdir()
        await press(pilot, "r", "ctrl+u", *"taken", "enter")
        assert isinstance(app.screen, Question)
        assert "already" in str(app.screen.query_one(".wrong", Static).content)
        await press(pilot, "ctrl+u", *"again", "enter", "down", "enter")
        assert store.published_by("20260920-101500-again") == ["best-films"]


async def test_a_deleted_run_comes_back_until_the_list_is_left(make_app: App, model: str) -> None:
    names = some_runs()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "enter", "r", "d")
        assert app.run_view is None, "a run that is gone is not followed"
        assert tab_shown(app) == "tab-runs"
        await press(pilot, "d")
        assert listed(app) == names[2:] == [run.name for run in list_runs()]
        await press(pilot, "u")
        assert listed(app) == names[1:]
        await press(pilot, "question_mark", "escape", "u")
        assert listed(app) == names
        await press(pilot, "home", "d", "w", "r", "u")
        assert listed(app) == names[1:]
        await until(pilot, lambda: not (paths.runs_dir() / names[0]).exists(), "the run to go")
        await press(pilot, "d")
        assert len(list_runs()) == 2
    kept = [entry.name for entry in paths.runs_dir().iterdir()]
    assert sorted(kept) == sorted(names[2:]), "what was deleted is gone when the app has ended"


async def test_what_cannot_come_back_now_can_later(make_app: App, model: str) -> None:
    names = some_runs()
    taken = paths.runs_dir() / names[0]
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "d")
        taken.mkdir()
        (taken / "another").touch()
        await press(pilot, "u")
        assert not (taken / "config.json").exists()
        shutil.rmtree(taken)
        await press(pilot, "u")
        assert (taken / "config.json").is_file()
        assert names[0] in listed(app)


async def test_a_run_at_work_is_neither_renamed_nor_deleted(make_app: App, model: str, alive: Hold) -> None:
    run = alive(world.make_training())
    world.make_finished()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot)
        assert tab_shown(app) == "tab-watch"
        await press(pilot, "r")
        assert listed(app)[0] == run.name
        await press(pilot, "d", "r")
        assert len(app.screen_stack) == 1
        assert run.path.is_dir()


async def test_a_note_is_put_on_a_run(make_app: App, model: str) -> None:
    run = world.make_finished()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "n")
        field = app.screen.query_one(Input)
        field.value = "x" * 201
        await press(pilot, "enter")
        assert isinstance(app.screen, Question)
        assert "200" in str(app.screen.query_one(".wrong", Static).content)
        field.value = "xxx"
        await press(pilot, "enter")
        assert notes.read_note(run) == "xxx"
        assert "xxx" in about(app)


async def test_the_curve_of_the_run_under_the_cursor_is_shown_where_there_is_room(make_app: App, model: str) -> None:
    some_runs()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot)
        curve = app.query_one(RunPreview)
        assert len(curve.shown_curve) == 3
        await press(pilot, "down")
        assert len(curve.shown_curve) == 1
        (paths.runs_dir() / TUTORIAL / "events.jsonl").unlink()
        await press(pilot, "down")
        assert curve.shown_curve == []
        await pilot.resize_terminal(80, 24)
        await press(pilot, "end")
        assert not curve.display


async def test_marks_are_counted_kept_and_limited(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = some_runs()
    monkeypatch.setattr("gendertui.tui.train.run_list.LETTERS", "AB")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "space", "space", "space")
        assert [folder.name for folder in app.marked] == names[:2]
        assert "2 marked" in str(app.query_one("#runs-found", Static).content)
        await press(pilot, "home", "space", "f4", "f3")
        assert [folder.name for folder in app.marked] == names[1:2]
        await press(pilot, "home", "down", "d")
        assert app.marked == ()


async def test_what_other_processes_do_shows_and_the_cursor_stays_on_its_run(
    make_app: App, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tab, "LOOK_SECONDS", 0.05)
    some_runs()
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "down")
        at = app.query_one(RunListView)
        other("20260920-235900-quick-films", "finished", 1_000)
        await until(pilot, lambda: len(listed(app)) == 5, "the new run")
        assert at.at is not None and at.at.info.name == BEST


async def test_marked_runs_stand_side_by_side_and_are_exported(
    make_app: App, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_runs()
    monkeypatch.chdir(tmp_path)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_runs(pilot, "c", "x")
        assert "Mark them in Runs" in "\n".join(rows(app))
        assert len(app.screen_stack) == 1
        await press(pilot, "r", "space", "end", "space", "c")
        said = "\n".join(rows(app))
        for words in ("A  20260920-101500-quick-films", "B  20260917-091500-quick-films", "no report"):
            assert words in said
        assert "films  messages" in next(row for row in rows(app) if row.strip().startswith("corpus"))
        assert "A best 0.604" in said
        assert "B best 0.589" in said
        await press(pilot, "x", "enter")
        assert (tmp_path / "comparison.md").read_text().count("\n| ") > 4
        # There is one already, which is said where the name was typed.
        await press(pilot, "x", "enter")
        assert isinstance(app.screen, Question)
        assert "already" in str(app.screen.query_one(".wrong", Static).content)
        await press(pilot, "escape", "r", "space", "c")
        assert "Mark them in Runs" in "\n".join(rows(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_picture_of_the_comparison(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_two_runs()
    longer = RunFolder(paths.runs_dir() / "20260919-081500-longer-films")
    record = longer.record()
    changed = with_changes(preset("quick"), {"epochs": 30, "learning_rate": 0.0007, "refit": "all"})
    longer.write_config({**record, "created": world.NOW - 180_000, "config": changed.model_dump()})
    longer.events_file.write_bytes(other(FAILED, "failed", 390_000, corpus="messages").events_file.read_bytes())

    async def act(pilot: Pilot[None]) -> None:
        await to_runs(pilot, "home", "space", "space", "space", "c")

    assert snap_compare(make_app(), terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_picture_of_the_runs(size: tuple[int, int], snap_compare: Snap, make_app: App, model: str) -> None:
    some_runs()

    async def act(pilot: Pilot[None]) -> None:
        await to_runs(pilot, "down", "space")

    assert snap_compare(make_app(), terminal_size=size, run_before=act)


def test_the_package_names_no_state_without_a_sign() -> None:
    from typing import get_args

    from gendertui.tui.train.run_rows import SIGNS

    assert {*get_args(State), "died", "unreadable"} == set(SIGNS)


async def test_keys_act_where_there_is_no_run_yet(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_runs(pilot)
        await until(pilot, lambda: any("There is no run yet." in row for row in rows(app)), "the words")
        await settle(pilot)
        await press(pilot, "w")
        await until(pilot, lambda: any("No run is followed" in row for row in rows(app)), "Watch")
