"""Ended runs get other names and go; a run with a worker is left alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gendertui import files, paths, settings
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims, store
from gendertui.model.bundle.bundle import Bundle, write_manifest
from gendertui.model.bundle.manifest import MANIFEST, read_manifest
from gendertui.runs import lock, manage
from gendertui.runs.folder import RunFolder, find, list_runs
from gendertui.runs.records import State, Status
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.requests import ControlListener
from gendertui.training.config import preset
from tests.builders.processes import end, hold

DAY = 86400.0


def made(name: str, state: State = "finished", started: float = 0.0) -> RunFolder:
    run = RunFolder.create(preset("quick"), {"path": "lines.txt"}, name=name)
    run.write_status(Status(state=state))
    run.write_config({**run.record(), "created": started})
    return run


def test_a_renamed_run_keeps_its_time_and_all_else() -> None:
    run = made("evening", "stopped")
    stamp = run.name.removesuffix("evening")
    renamed = manage.rename(run, "The Long One!")
    assert renamed.name == f"{stamp}the-long-one"
    assert (renamed.status().state, renamed.config()) == ("stopped", preset("quick"))
    assert find("the-long-one") == renamed
    assert not run.path.exists()


def publish(name: str, run: str | None) -> Path:
    folder = store.publish(store.shipped_folder(), name)
    write_manifest(folder, dataclasses.replace(read_manifest(folder), run=run))
    return folder


def test_the_models_of_a_renamed_run_know_it_by_its_new_name() -> None:
    run, other = made("evening"), made("morning")
    publish("own", run.name).rename(run.model_folder)
    publish("refit", run.name).rename(run.refitted_folder)
    folders = [publish("first", run.name), publish("second", run.name)]
    publish("another", other.name)
    publish("from-afar", None)
    (files.ensure_dir(store.path() / "broken") / MANIFEST).write_text("{")
    renamed = manage.rename(run, "long one")
    for folder in (renamed.model_folder, renamed.refitted_folder, *folders):
        bundle = Bundle.load(folder)
        bundle.verify()
        assert bundle.manifest.run == renamed.name
    runs = {model.name: model.run for model in store.list_models() if not model.shipped}
    assert {name: runs[name] for name in ("another", "from-afar", "broken")} == {
        "another": other.name,
        "from-afar": None,
        "broken": None,
    }


def test_a_name_another_run_has_is_refused() -> None:
    run = made("evening")
    other = manage.rename(run, "morning")
    again = run.path
    other.path.rename(again)
    again.with_name(other.name).mkdir()
    with pytest.raises(GendertuiError, match="already"):
        manage.rename(RunFolder(again), "morning")
    assert again.is_dir()


def test_a_removed_run_is_gone_and_nothing_else() -> None:
    run, other = made("a"), made("b", "failed")
    manage.remove(run)
    assert [info.folder for info in list_runs()] == [other.path]
    assert [entry.name for entry in paths.runs_dir().iterdir()] == [other.name]


@pytest.mark.parametrize("act", [manage.remove, manage.discard, lambda run: manage.rename(run, "other")])
def test_a_run_with_a_worker_is_left_alone(run: RunFolder, act: Callable[[RunFolder], object]) -> None:
    process = hold(run)
    try:
        with pytest.raises(GendertuiError, match="active") as caught:
            act(run)
    finally:
        end(process)
    assert caught.value.code is ExitCode.RUN
    assert run.config() == preset("quick")
    # The worker was killed without a word: nobody is at work any more.
    act(run)
    assert not run.path.exists()


def test_a_run_that_is_just_being_started_is_left_alone(run: RunFolder) -> None:
    with pytest.raises(GendertuiError, match="active, or may be"):
        manage.remove(run)
    assert run.path.is_dir()


def test_a_broken_run_can_be_removed() -> None:
    run = made("a")
    run.status_file.write_text("{")
    manage.remove(run)
    assert list_runs() == []


def test_a_folder_elsewhere_is_left_alone(tmp_path: Path) -> None:
    run = made("a")
    run.path.rename(tmp_path / "a")
    for act in (manage.remove, lambda run: manage.rename(run, "other")):
        with pytest.raises(GendertuiError, match="not in the store"):
            act(RunFolder(tmp_path / "a"))
    assert (tmp_path / "a" / "config.json").is_file()


def test_what_can_go() -> None:
    """Old enough, not among the newest, ended, and readable."""
    now = 100 * DAY
    ages: dict[str, tuple[State, float]] = {
        "d0": ("finished", 0.5),
        "d2": ("failed", 2),
        "d5": ("stopped", 5),
        "d9": ("finished", 9),
    }
    runs = {name: made(name, state, now - age * DAY) for name, (state, age) in ages.items()}
    made("broken").config_file.write_text("{")
    going = made("going", "training", now - 50 * DAY)
    process = hold(going)
    try:

        def left(**limits: float) -> list[str]:
            return [run.name[16:] for run in manage.prunable(now=now, **limits)]  # type: ignore[arg-type]

        assert left() == ["d0", "d2", "d5", "d9"]
        assert left(keep=1) == ["d2", "d5", "d9"]
        assert left(days=3) == ["d5", "d9"]
        assert left(keep=3, days=3) == ["d9"]
        assert left(keep=50) == left(days=50) == []
    finally:
        end(process)
    # Dead without a word is ended, too.
    assert "going" in left()
    assert all(run.path.is_dir() for run in runs.values())


def test_a_run_whose_model_could_have_no_name_fails_before_it_trains(run: RunFolder) -> None:
    from gendertui.runs.worker.pipeline import Pipeline

    renamed = RunFolder(run.path.rename(run.path.with_name("my run")))
    log = EventLog(renamed.events_file)
    try:
        with pytest.raises(GendertuiError, match="'my run' cannot be a model's name"):
            Pipeline(renamed, ControlListener(renamed), log, resume=False)
    finally:
        log.close()
    assert json.loads(renamed.status_file.read_bytes())["state"] == "preparing"


def named(title: str, model: str | None, run: RunFolder) -> RunFolder:
    """A run that published a model under the name that was given, or else under its own."""
    run.write_config({**run.record(), "model": model})
    publish(model or run.name, run.name)
    run.write_status(Status(state="finished", model=model or run.name))
    return manage.rename(run, title)


@pytest.mark.parametrize(("given", "named_after"), [("evening", "long-one"), (None, None)])
def test_the_model_is_renamed_with_its_run(given: str | None, named_after: str | None) -> None:
    run = made("evening")
    settings.write_setting(store.SETTING, given or run.name)
    renamed = named("Long One", given, run)
    expected = named_after or renamed.name
    assert {model.name: model.run for model in store.list_models() if not model.shipped} == {expected: renamed.name}
    # A resume publishes under that name, and whoever chose the model has it still.
    assert (renamed.model_name(), renamed.status().model) == (expected, expected)
    assert [model.name for model in store.list_models() if model.answers] == [expected]
    claims.claim(expected, run=renamed.name)
    claims.release(expected)


def test_the_model_may_keep_its_name() -> None:
    run = made("evening")
    run.write_config({**run.record(), "model": None})
    publish(run.name, run.name)
    run.write_status(Status(state="finished", model=run.name))
    assert manage.Renaming.of(run, "other").model == run.name
    renamed = manage.rename(run, "other", model=False)
    assert [model.name for model in store.list_models() if not model.shipped] == [run.name]
    assert (renamed.model_name(), renamed.status().model) == (run.name, run.name)


@pytest.mark.parametrize("published", [True, False])
def test_nothing_is_renamed_where_another_model_has_the_name(published: bool) -> None:
    run = made("evening")
    publish("morning", "a run that has gone")
    if published:
        publish("evening", run.name)
    with pytest.raises(GendertuiError, match="already") as caught:
        manage.rename(run, "morning")
    assert caught.value.code is ExitCode.MODEL
    assert run.path.is_dir()
    assert run.model_name() == "evening"


def test_a_run_out_of_sight_comes_back_whole_or_goes_for_good() -> None:
    run, other = made("a"), made("b", "failed")
    before = {path.name: path.read_bytes() for path in run.path.iterdir() if path.is_file()}
    discarded = manage.discard(run)
    assert [info.folder for info in list_runs()] == [other.path]
    assert manage.restore(discarded) == run
    after = {path.name: path.read_bytes() for path in run.path.iterdir() if path.is_file()}
    assert after == {**before, lock.LOCK: b""}
    manage.remove_for_good(manage.discard(run))
    assert [entry.name for entry in paths.runs_dir().iterdir()] == [other.name]
    with pytest.raises(FileNotFoundError):
        manage.restore(discarded)


def test_a_run_does_not_come_back_over_another() -> None:
    run = made("a")
    discarded = manage.discard(run)
    made("b").path.rename(run.path)
    with pytest.raises(GendertuiError, match="another run of that name"):
        manage.restore(discarded)
    assert discarded.hidden.is_dir()


def test_who_looks_meanwhile_leaves_a_run_out_of_sight_where_it_is() -> None:
    discarded = manage.discard(made("a"))
    files.clear_leftovers(paths.runs_dir())
    assert discarded.hidden.is_dir()
    assert not discarded.run.path.exists()
