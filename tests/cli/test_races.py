"""Several processes want one thing at once: of a name and of a run one gets it, and nothing is torn or lost."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from gendertui import paths, settings
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.runs import lock
from gendertui.runs.folder import RunFolder, list_runs
from tests.builders.command import gendertui
from tests.builders.processes import wait_for

ROUNDS = 20
Result = subprocess.CompletedProcess[str]
SMALL = ("--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1", "--device", "cpu")
TRAIN = ("train", "--corpus", "sample", *SMALL, "--name", "mine")

PUBLISH = """
from gendertui.model import store
for _ in range(10):
    store.publish(store.shipped_folder(), "one")
"""


def at_once(*commands: tuple[str, ...]) -> list[Result]:
    """Run commands in processes that are started at the same time; their results in order."""
    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(lambda words: gendertui(*words), commands))


def two_starts_under_one_name() -> None:
    some = at_once((*TRAIN, "--seed", "1"), (*TRAIN, "--seed", "2"))
    assert sorted(result.returncode for result in some) in ([0, 2], [0, 4]), [result.stderr for result in some]
    (run,) = list_runs()
    assert (run.state, run.model) == ("finished", "mine")
    assert Bundle.load(store.resolve("mine")).manifest.run == run.name
    assert [path.name for path in paths.models_dir().iterdir()] == ["mine"]
    assert gendertui("runs", "remove", "latest", "--yes").returncode == 0
    store.remove("mine")


def a_model_imported_under_a_going_runs_name() -> None:
    archive = paths.cache_dir() / "other.tar"
    assert gendertui("models", "export", "films-290", str(archive)).returncode == 0
    # So long that the import comes in between.
    assert gendertui(*TRAIN, "--epochs", "8", "--detach").returncode == 0
    taken = gendertui("models", "import", str(archive), "--name", "mine")
    run = RunFolder(list_runs()[0].folder)
    wait_for(lambda: not run.info().active)
    assert taken.returncode == 4
    assert "mine" in taken.stderr
    assert Bundle.load(store.resolve("mine")).manifest.run == run.name
    assert gendertui("runs", "remove", "latest", "--yes").returncode == 0
    store.remove("mine")
    archive.unlink()


def settings_written_by_three() -> None:
    at_once(("config", "set", "theme", "nord"), ("config", "set", "history", "off"), ("models", "use", "films-290"))
    assert settings.read_settings() == {"theme": "nord", "history": False, "model": "films-290"}
    paths.settings_file().unlink()


def two_publishers_and_readers() -> None:
    store.publish(store.shipped_folder(), "one")
    publishers = [subprocess.Popen([sys.executable, "-c", PUBLISH], stderr=subprocess.PIPE) for _ in range(2)]
    readers = at_once(*[("predict", "--model", "one", "--json", f"line {number}") for number in range(20)])
    assert [publisher.communicate()[1] for publisher in publishers] == [b"", b""]
    assert [json.loads(reader.stdout)["text"] for reader in readers] == [f"line {number}" for number in range(20)]
    assert [path.name for path in paths.models_dir().iterdir()] == ["one"]
    store.remove("one")


def models_removed_while_they_answer() -> None:
    for name in "abcd":
        store.publish(store.shipped_folder(), name)
    some = at_once(*[("models", "remove", name, "--yes") for name in "abcd"], *[("predict", "--json", "rain")] * 3)
    assert [result.returncode for result in some] == [0] * 7, [result.stderr for result in some]
    assert list(paths.models_dir().iterdir()) == []


def resumed_twice(run: RunFolder) -> None:
    """The run of a worker that is gone."""
    run.write_status(dataclasses.replace(run.status(), state="failed"))
    some = at_once(*[("train", "--resume", run.name, "--detach")] * 2)
    wait_for(lambda: not lock.is_held(run.lock_file))
    assert sorted(result.returncode for result in some) == [0, 6], [result.stderr for result in some]
    (refused,) = [result.stderr for result in some if result.returncode]
    assert "the run has a worker already" in refused
    assert run.status().state == "finished"
    lines = run.events_file.read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)


RACES = (
    two_starts_under_one_name,
    a_model_imported_under_a_going_runs_name,
    settings_written_by_three,
    two_publishers_and_readers,
    models_removed_while_they_answer,
)


def test_of_two_resumes_one_works_and_the_other_is_told(tiny_run: RunFolder) -> None:
    resumed_twice(tiny_run)


def test_settings_that_three_processes_write_all_hold() -> None:
    settings_written_by_three()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_resumes_twenty_times(tiny_run: RunFolder) -> None:
    twenty_times(lambda: resumed_twice(tiny_run))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_every_race_twenty_times(race: Callable[[], None]) -> None:
    twenty_times(race)


def twenty_times(race: Callable[[], None]) -> None:
    wrong = []
    for _ in range(ROUNDS):
        try:
            race()
        except AssertionError as error:
            wrong.append(str(error))
    said = f"{ROUNDS} tried, {ROUNDS - len(wrong)} survived"
    print(said)
    assert not wrong, f"{said}; {wrong}"
