"""Real worker processes on the bundled sample: to the end, steered, killed, resumed, failed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.runs import control, launch, lock
from gendertui.runs.folder import RunFolder, find, list_runs
from gendertui.runs.follow import Follower, follow
from gendertui.runs.worker.failures import explain
from gendertui.runs.worker.main import main
from gendertui.training import events
from gendertui.training.config import TrainingConfig, preset, with_changes
from tests.builders.processes import wait_for

pytestmark = pytest.mark.xdist_group("worker")

Kind = TypeVar("Kind", bound=events.Event)
SMALL = {"hidden_size": 4, "embedding_dim": 4, "batch_size": 4, "threads": 1, "device": "cpu", "epochs": 2}


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(autouse=True)
def one_home(home: Path, shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All runs of this module share a cache: what they do not test is read and tokenised once."""
    monkeypatch.setenv("GENDERTUI_HOME", str(shared_home))


def config(**changes: Any) -> TrainingConfig:
    return with_changes(preset("quick"), {**SMALL, **changes})


def gone(run: RunFolder) -> bool:
    return run.alive() == "dead"


def seen(run: RunFolder, kind: type[Kind], accept: Callable[[Kind], bool] = lambda _: True) -> bool:
    """Whether such an event is in the run's file by now."""
    follower = Follower(run)
    return any(isinstance(event, kind) and accept(event) for event in follower.poll())


def all_events(run: RunFolder) -> list[events.Event]:
    return [event for update in follow(run) for event in update.events]


@pytest.fixture(scope="module")
def finished_run(shared_home: Path) -> RunFolder:
    """A run that nothing disturbed, started by a process that is gone long before it ends."""
    code = (
        "import json, sys\n"
        "from gendertui.runs import launch\n"
        "from gendertui.training.config import TrainingConfig\n"
        "config = TrainingConfig(**json.loads(sys.argv[1]))\n"
        "print(launch.start(config, 'sample', name='Whole One', preset='quick').path)"
    )
    environment = {**os.environ, "GENDERTUI_HOME": str(shared_home)}
    output = subprocess.run(
        [sys.executable, "-c", code, config().model_dump_json()],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    run = RunFolder(output.stdout.strip())
    wait_for(lambda: gone(run), 240)
    return run


def test_a_run_goes_from_lines_to_a_published_model(finished_run: RunFolder) -> None:
    run = finished_run
    status, record = run.status(), run.record()
    assert (status.state, status.why, status.epoch, status.model) == ("finished", "", 2, "whole-one")
    assert "AUC" in status.headline
    assert run.log_file.read_text() == ""
    assert record["resolved"]["device"] == "cpu"
    assert record["resolved"]["device_name"]
    assert record["resolved"]["versions"]["torch"]
    assert len(record["corpus"]["data_hash"]) == 64
    assert record["config"]["max_vocab_size"] is not None
    assert {entry.name for entry in run.path.iterdir()} == {
        "config.json",
        "characters.npz",
        "split.npy",
        "split.json",
        "lock",
        "heartbeat.json",
        "status.json",
        "events.jsonl",
        "worker.log",
        "checkpoint",
        "model",
        "scores.npz",
        "report.json",
    }
    private = [path for path in run.path.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert not private
    assert (store.path() / "whole-one" / "bundle.json").is_file()
    assert store.resolve("whole-one") == store.path() / "whole-one"
    (info,) = [each for each in list_runs() if each.folder == run.path]
    assert (info.state, info.alive, info.shown, info.epochs) == ("finished", "dead", "finished", 2)


def test_its_events_tell_the_whole_story(finished_run: RunFolder) -> None:
    told = all_events(finished_run)
    kinds = [event.type for event in told]
    assert kinds[0] == "stage"
    assert kinds[-1] == "done"
    assert kinds.count("plan") == kinds.count("baselines") == 1
    assert [event.epoch for event in told if isinstance(event, events.Epoch)] == [1, 2]
    assert kinds.count("checkpoint") >= 2
    assert all(json.loads(line)["v"] == 1 for line in finished_run.events_file.read_text().splitlines())
    done = told[-1]
    assert isinstance(done, events.Done)
    assert (done.run, done.model, done.stopped_early) == (str(finished_run.path), "whole-one", False)


def test_a_finished_run_has_nothing_to_go_on_with(finished_run: RunFolder) -> None:
    with pytest.raises(GendertuiError, match="finished") as caught:
        launch.resume(finished_run)
    assert caught.value.code is ExitCode.RUN
    with pytest.raises(GendertuiError, match="a model named 'whole-one' already"):
        launch.start(config(), "sample", name="whole one")


def test_killed_in_an_epoch_it_is_dead_and_resumed_it_ends_with_the_same_weights(finished_run: RunFolder) -> None:
    run = launch.start(config(), "sample", preset="quick")
    wait_for(lambda: seen(run, events.Batch, lambda event: event.epoch == 2 and event.batch > 3), 120)
    control.kill(run)
    wait_for(lambda: gone(run))
    info = find(run.name).info()
    assert (info.state, info.shown) == ("training", "died")
    state = json.loads((run.checkpoint_folder / "current" / "state.json").read_bytes())
    remembered = run.events_file.read_bytes()[: state["events_bytes"]]

    assert launch.resume(run) == run
    wait_for(lambda: gone(run), 120)
    assert run.status().state == "finished"
    written = run.events_file.read_bytes()
    assert written.startswith(remembered)
    resumed = events.parse(written[len(remembered) :].split(b"\n")[0].decode())
    assert isinstance(resumed, events.Resumed)
    assert (resumed.epoch, resumed.batch, resumed.bit_identical) == (2, 0, True)
    for name in ("model/weights.safetensors", "split.npy"):
        assert (run.path / name).read_bytes() == (finished_run.path / name).read_bytes()


def test_killed_before_any_checkpoint_it_begins_anew() -> None:
    run = launch.start(config(epochs=1), "sample")
    wait_for(lambda: seen(run, events.Stage), 120)
    control.kill(run)
    wait_for(lambda: gone(run))
    # As if it had been killed while it wrote.
    with run.events_file.open("ab") as stream:
        stream.write(b'{"v": 1, "type": "sta')
    launch.resume(run)
    wait_for(lambda: gone(run), 120)
    assert run.status().state == "finished"
    first = all_events(run)[0]
    assert isinstance(first, events.Resumed)
    assert "from the beginning" in first.why


def test_it_pauses_goes_on_ignores_hangups_and_leaves_a_checkpoint_on_sigterm() -> None:
    run = launch.start(config(epochs=1000, patience=None, max_steps=None), "sample")
    wait_for(lambda: seen(run, events.Epoch), 120)
    identity = control.request(run, "pause")
    wait_for(lambda: run.status().state == "paused")
    assert run.status().control_id == identity
    beat, length = run.heartbeat(), run.events_file.stat().st_size
    assert beat is not None
    os.kill(beat.pid, signal.SIGHUP)
    wait_for(lambda: run.heartbeat() != beat)
    assert run.alive() == "alive"
    assert run.events_file.stat().st_size == length
    with pytest.raises(GendertuiError, match="has a worker already"):
        launch.resume(run)
    second = subprocess.run(
        [sys.executable, "-m", "gendertui.runs.worker.main", str(run.path), "--resume"], check=False
    )
    assert second.returncode == ExitCode.RUN
    assert run.alive() == "alive"

    control.request(run, "resume")
    wait_for(lambda: run.events_file.stat().st_size > length)
    wait_for(lambda: run.status().state == "training")
    control.terminate(run)
    wait_for(lambda: gone(run))
    status = run.status()
    assert status.state == "stopped"
    assert status.why == "stopped by SIGTERM, at a checkpoint"
    assert status.model is None
    assert not run.model_folder.exists()
    assert isinstance(all_events(run)[-1], events.Checkpoint)

    # A request that came too late for the last worker is not the next one's.
    control.write_control(run, "stop")
    launch.resume(run)
    epochs = run.status().epoch
    wait_for(lambda: run.status().epoch > epochs, 120)
    control.request(run, "stop")
    wait_for(lambda: gone(run), 120)
    status = run.status()
    assert (status.state, status.model) == ("stopped", run.name)
    assert "the model is that of epoch" in status.why
    done = all_events(run)[-1]
    assert isinstance(done, events.Done)
    assert done.stopped_early
    assert (store.path() / run.name / "bundle.json").is_file()


def test_stopped_in_its_first_epoch_it_publishes_nothing() -> None:
    run = launch.start(config(batch_size=1, epochs=1), "sample")
    control.request(run, "stop")
    wait_for(lambda: gone(run), 120)
    status = run.status()
    assert status.state == "stopped"
    assert "no model yet" in status.why
    assert not (store.path() / run.name).exists()


@pytest.mark.parametrize(
    ("changes", "corpus", "code", "message"),
    [
        ({"device": "cuda:63"}, "sample", ExitCode.DEVICE, "cuda:63"),
        ({}, "/nowhere/at/all.txt", ExitCode.DATA, "/nowhere/at/all.txt"),
    ],
)
def test_a_failed_run_says_why(changes: dict[str, Any], corpus: str, code: ExitCode, message: str) -> None:
    run = RunFolder.create(config(**changes), {"path": corpus})
    with run.log_file.open("wb") as stream:
        command = [sys.executable, "-m", "gendertui.runs.worker.main", str(run.path)]
        worker = subprocess.run(command, stderr=stream, check=False)
    assert worker.returncode == code
    status = run.status()
    assert status.state == "failed"
    assert message in status.why
    error = all_events(run)[-1]
    assert isinstance(error, events.Error)
    assert error.text == status.why
    assert error.hint
    assert "Traceback" not in run.events_file.read_text()
    assert "Traceback" in run.log_file.read_text()
    assert not lock.is_held(run.lock_file)


def test_a_worker_that_cannot_begin_says_so_to_who_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GendertuiError, match="ended at once with exit code 1") as caught:
        launch.start(config(), "sample")
    assert caught.value.code is ExitCode.RUN
    assert list_runs()[0].state == "failed"


def test_a_run_is_started_once(run: RunFolder, capfd: pytest.CaptureFixture[str]) -> None:
    run.events_file.write_text("")
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)}
    mask = os.umask(0o077)
    try:
        assert main([str(run.path)]) == ExitCode.RUN
    finally:
        os.umask(mask)
        for number, handler in before.items():
            signal.signal(number, handler)
    assert "--resume" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (MemoryError(), "out of memory", ExitCode.DEVICE),
        (OSError(28, "No space left on device", "/x"), "disk is full", ExitCode.RUN),
        (ZeroDivisionError("division by zero"), "unexpected: ZeroDivisionError", ExitCode.UNEXPECTED),
        (GendertuiError("known", code=ExitCode.MODEL), "known", ExitCode.MODEL),
    ],
)
def test_errors_in_words(error: Exception, words: str, code: ExitCode) -> None:
    explained = explain(error, "a-run")
    assert words in str(explained)
    assert explained.code is code
