"""Runs that wait in the queue: real workers, which hold their runs until it is their turn."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from gendertui import files, paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims, store
from gendertui.runs import control, folder, launch, lock, queue
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training.config import TrainingConfig, preset, with_changes
from tests.builders.faults import Fault, install
from tests.builders.processes import end, hold, wait_for

SMALL = {"hidden_size": 4, "embedding_dim": 4, "batch_size": 16, "threads": 1, "epochs": 1}


def at_work() -> list[queue.Entry]:
    return [entry for entry in queue.ahead() if not entry.waits]


def config(**changes: Any) -> TrainingConfig:
    return with_changes(preset("quick"), {**SMALL, "device": "cpu", **changes})


def enqueue(name: str, **changes: Any) -> RunFolder:
    """A run whose own worker waits by now."""
    run = launch.start(config(**changes), "sample", name=name, wait=True)
    wait_for(lambda: run.status().state == "queued")
    return run


def order() -> list[RunFolder]:
    return [entry.run for entry in queue.waiting()]


def state(run: RunFolder) -> str:
    return run.info().shown


def begins(run: RunFolder) -> bool:
    """Whether its turn has come; it is killed then, before it imports anything slow: that one trains, others test."""
    if run.status().state == "queued":
        return False
    control.kill(run)
    wait_for(lambda: run.alive() == "dead")
    return True


@pytest.fixture
def busy(run: RunFolder) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that has the device until it is killed."""
    process = hold(run)
    yield process
    end(process)


@pytest.fixture(autouse=True)
def nobody_left(home: Path) -> Iterator[None]:
    yield
    for entry in queue.ahead():
        beat = entry.run.heartbeat()
        if beat is not None and psutil.pid_exists(beat.pid):
            os.kill(beat.pid, signal.SIGKILL)


def test_runs_begin_in_their_order_as_the_device_becomes_free(busy: subprocess.Popen[bytes], run: RunFolder) -> None:
    first, second, third, fourth = (enqueue(name) for name in ("first", "second", "third", "fourth"))
    assert order() == [first, second, third, fourth]
    assert [entry.run for entry in at_work()] == [run]
    wait_for(lambda: first.status().why == f"waits for {run.name}")
    assert [entry.run for entry in queue.move(third, 1)] == [third, first, second, fourth] == order()
    control.request(second, "stop")
    wait_for(lambda: second.alive() == "dead")
    assert (state(second), second.status().why) == ("stopped", "taken out of the queue before its turn")
    assert second.name not in (paths.runs_dir() / queue.FILE).read_text()
    claims.claim("second")  # Nobody has its model's name any more.
    control.kill(fourth)
    wait_for(lambda: order() == [third, first])
    assert {state(waits) for waits in order()} == {"queued"}
    end(busy)
    wait_for(lambda: begins(third))
    wait_for(lambda: begins(first))
    assert order() == []


def test_where_nothing_trains_a_run_begins_at_once_and_of_two_starters_one_waits() -> None:
    started: list[RunFolder] = []

    def start(name: str) -> None:
        started.append(launch.start(config(), "sample", name=name, wait=True))

    threads = [threading.Thread(target=start, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(2):
        wait_for(lambda: len(at_work()) == 1)
        (going,) = at_work()
        assert len(queue.waiting()) == len(started) - 1
        assert begins(going.run)
        started.remove(going.run)
    assert started == []


@pytest.mark.parametrize(
    ("wanted", "has", "waits"),
    [
        ("cpu", "cpu", True),
        ("cuda:1", "cuda:0", False),
        ("cuda", "cuda:0", True),
        ("cpu", "cuda:0", False),
        ("auto", "cuda:0", True),
        ("cpu", "auto", True),
    ],
)
def test_a_run_waits_for_those_on_its_device(wanted: str, has: str, waits: bool) -> None:
    one, other = (
        RunFolder.create(config(device=device), {"path": "/nowhere/lines.txt"}, name=device) for device in (has, wanted)
    )
    entries = [queue.Entry(one, "training", queue.device_of(one), 0.0)]
    assert (queue.in_the_way(queue.device_of(other), entries) is not None) == waits


def test_what_a_worker_has_resolved_says_more_than_what_was_asked_for(run: RunFolder) -> None:
    assert queue.device_of(run) == "auto"
    run.write_config({**run.record(), "resolved": {"device": "cuda:1"}})
    assert queue.device_of(run) == "cuda:1"


def test_a_waiting_run_hears_signals_and_is_resumed_into_the_queue(busy: subprocess.Popen[bytes]) -> None:
    run, other = enqueue("mine"), enqueue("other")
    for what in ("pause", "resume"):
        with pytest.raises(GendertuiError, match=f"waits in the queue: there is nothing to {what}") as refused:
            control.request(run, what)
        assert refused.value.code == ExitCode.RUN
    with pytest.raises(GendertuiError, match="has a worker already"):
        launch.resume(run)
    control.terminate(run)
    wait_for(lambda: run.alive() == "dead")
    assert run.status().why == "stopped by SIGTERM, before its turn in the queue"
    assert not run.events_file.exists()
    with pytest.raises(GendertuiError, match="the run is not in the queue: stopped"):
        queue.move(run, 1)
    launch.resume(run, wait=True)
    wait_for(lambda: order() == [other, run])
    end(busy)
    wait_for(lambda: begins(other))
    wait_for(lambda: begins(run))


def test_a_run_at_work_is_found_before_one_that_waits(busy: subprocess.Popen[bytes], run: RunFolder) -> None:
    later = RunFolder.create(config(), {"path": "/nowhere/lines.txt"}, name="z-later")
    later.write_status(Status(state="queued"))
    waits = hold(later)
    assert lock.newest_held(paths.runs_dir()) == run.path
    end(busy)
    assert lock.newest_held(paths.runs_dir()) == later.path
    end(waits)
    assert lock.newest_held(paths.runs_dir()) is None


@pytest.fixture
def starting(monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Three runs in the queue whose workers are being started: they count, however long that takes."""
    for module in (folder, queue):
        monkeypatch.setattr(module, "START_SECONDS", 600.0)
    runs = []
    for name in ("first", "second", "third"):
        runs.append(RunFolder.create(config(), {"path": "/nowhere/lines.txt"}, name=name))
        runs[-1].write_status(Status(state="queued"))
    return runs


@pytest.mark.parametrize("damage", ["{", '{"runs": 5}', '{"runs": ["../../x", "gone", 7, null]}', "pipe"])
def test_an_order_that_cannot_be_read_is_that_of_the_runs(damage: str, starting: list[RunFolder]) -> None:
    if damage == "pipe":
        os.mkfifo(paths.runs_dir() / queue.FILE)
    else:
        (paths.runs_dir() / queue.FILE).write_text(damage)
    assert order() == starting
    queue.move(starting[2], 1)
    assert order() == [starting[2], starting[0], starting[1]]
    newer = RunFolder.create(config(), {"path": "/nowhere/lines.txt"}, name="newer")
    newer.write_status(Status(state="queued"))
    assert order() == [starting[2], starting[0], starting[1], newer]


def test_killed_at_any_write_the_order_is_the_old_or_the_new(starting: list[RunFolder]) -> None:
    names = [run.name for run in starting]
    new = [starting[2], starting[0], starting[1]]
    tried = 0
    for at in range(1, 100):
        (paths.runs_dir() / queue.FILE).write_text(json.dumps({"runs": names}))
        code = _move_and_die(starting[2], at)
        assert order() in (starting, new)
        if code == 0:
            break
        tried += 1
    assert tried >= 4
    assert order() == new
    assert queue.move(starting[0], 99)[-1].run == starting[0]


def _move_and_die(run: RunFolder, at: int) -> int:
    """The exit code of a process that is killed at its Nth operation on files while it moves a run to the front."""
    child = os.fork()
    if child == 0:
        install(Fault(at=at, kind="kill"), paths.runs_dir())
        queue.move(run, 1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.long
@pytest.mark.xdist_group("worker")
def test_whatever_is_killed_dropped_or_moved_one_trains_at_a_time_and_all_others_finish() -> None:
    draw = random.Random(5)
    trained = killed = dropped = moves = 0
    for _ in range(3):
        runs = [launch.start(config(), "sample", name=f"run-{number}", wait=True) for number in range(6)]
        lost: set[RunFolder] = set()
        while (waits := order()) or at_work():
            assert len([entry for entry in at_work() if not entry.run.status().over]) <= 1
            if len(waits) > 1:
                what, run = draw.choice(("kill", "drop", "move", "kill the one at work")), draw.choice(waits)
                if what == "move":
                    queue.move(run, draw.randint(1, 6))
                    moves += 1
                elif len(lost) < 3:
                    going = [entry.run for entry in at_work()]
                    run = going[0] if what == "kill the one at work" and going else run
                    lost.add(run)
                    with contextlib.suppress(GendertuiError):
                        control.request(run, "stop") if what == "drop" else control.kill(run)
                    dropped, killed = dropped + (what == "drop"), killed + (what != "drop")
            time.sleep(draw.random() * 3)
        assert all(run.alive() == "dead" for run in runs)
        for run in runs:
            if run not in lost:
                assert run.status().state == "finished", run.status()
                files.remove_dir(store.path() / run.model_name())
                trained += 1
            files.remove_dir(run.path)
    print(f"\n{trained} trained, {killed} killed, {dropped} dropped, {moves} moved")
