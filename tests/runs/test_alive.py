"""Whether a worker lives: its lock here, its beats from elsewhere. The processes are real, and really killed."""

from __future__ import annotations

import dataclasses
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.processes import boot_id
from gendertui.runs import control, lock
from gendertui.runs.folder import START_SECONDS, RunFolder
from gendertui.runs.heartbeat import MISSED_BEATS, Beat, Heartbeat, Observer
from gendertui.runs.records import Status
from tests.builders.processes import COMPUTE, end, hold, wait_for


@pytest.fixture
def worker(run: RunFolder) -> Iterator[subprocess.Popen[bytes]]:
    process = hold(run)
    yield process
    end(process)


def forge(run: RunFolder, **changes: object) -> Beat:
    """A heartbeat as another host would have written it."""
    beat = Beat(host="elsewhere", boot_id="another", pid=1, beat=7, interval=0.05)
    beat = dataclasses.replace(beat, **changes)  # type: ignore[arg-type]
    run.heartbeat_file.write_text(json.dumps(dataclasses.asdict(beat)))
    return beat


def test_a_run_is_alive_as_long_as_its_worker(run: RunFolder, worker: subprocess.Popen[bytes]) -> None:
    run.write_status(Status(state="training"))
    assert run.alive() == "alive"
    beat = run.heartbeat()
    assert beat is not None
    assert (beat.pid, beat.boot_id, beat.lock_holds) == (worker.pid, boot_id(), True)
    assert beat.is_this_boot
    end(worker)
    assert run.alive() == "dead"
    info = run.info()
    assert (info.state, info.shown, info.active) == ("training", "died", False)
    assert "gone without a final state" in info.why
    assert run.lock_file.exists()


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGTERM, "killed by the scheduler"), (signal.SIGINT, "a second Ctrl-C")]
)
def test_a_worker_that_was_asked_to_end_first_did_not_just_die(
    run: RunFolder, worker: subprocess.Popen[bytes], number: signal.Signals, words: str
) -> None:
    run.write_status(Status(state="training"))
    control.terminate(run, number)
    wait_for(lambda: (beat := run.heartbeat()) is not None and beat.signal == number.name)
    assert run.alive() == "alive"
    end(worker)
    assert words in run.info().why


def test_the_second_request_to_end_ends_a_worker_whatever_it_computes(run: RunFolder) -> None:
    worker = hold(run, COMPUTE)
    try:
        run.write_status(Status(state="training"))
        wait_for(run.log_file.exists)
        worker.send_signal(signal.SIGTERM)
        wait_for(lambda: (beat := run.heartbeat()) is not None and beat.signal)
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        # The kernel ends it if the first was handled before the computation began.
        assert worker.wait(60) in (128 + signal.SIGTERM, -signal.SIGTERM)
    finally:
        end(worker)


def test_a_worker_killed_for_memory_did_not_just_die(run: RunFolder, worker: subprocess.Popen[bytes]) -> None:
    beat = run.heartbeat()
    assert beat is not None
    if not beat.group:
        pytest.skip("this system does not count what it kills for memory")
    run.write_status(Status(state="training"))
    end(worker)
    assert "gone without a final state" in run.info().why
    # As if the kernel's count were higher by one than when the worker started.
    forged = dataclasses.replace(beat, oom_kills=beat.oom_kills - 1)
    run.heartbeat_file.write_text(json.dumps(dataclasses.asdict(forged)))
    assert "killed for memory" in run.info().why
    # A heartbeat from elsewhere names any file it likes; only control groups are looked at.
    forged = dataclasses.replace(forged, group=str(run.path))
    run.heartbeat_file.write_text(json.dumps(dataclasses.asdict(forged)))
    (run.path / "memory.events").write_text("oom_kill 7\n")
    assert "gone without a final state" in run.info().why


def test_looking_at_the_lock_neither_waits_nor_takes_it(run: RunFolder, worker: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert lock.is_held(run.lock_file)
    with pytest.raises(GendertuiError, match="has a worker already") as caught, run.lock():
        pass
    assert caught.value.code is ExitCode.RUN


def test_the_lock_is_not_inherited(run: RunFolder) -> None:
    with run.lock() as held:
        assert held.holds
        # A child that outlives the lock, with every descriptor it can inherit.
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
        assert lock.is_held(run.lock_file)
    try:
        # exec closes the child's copy, but may do so an instant after the child is reported to be started.
        wait_for(lambda: not lock.is_held(run.lock_file))
    finally:
        end(child)


def test_a_lock_that_keeps_nobody_out_is_found_out(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # What a file system that grants every lock does, seen from the process that tries.
    monkeypatch.setattr(lock, "_TRY", "print('free')")
    with run.lock() as held:
        assert not held.holds
    run.write_status(Status(state="training"))
    # Then the lock says nothing: a beat whose process is gone is dead, one whose process is there is watched.
    forge(run, host=socket.gethostname(), boot_id=boot_id(), pid=2**22 + 1, lock_holds=False)
    assert run.alive() == "dead"
    forge(run, host=socket.gethostname(), boot_id=boot_id(), pid=1, lock_holds=False)
    assert run.alive() == "unknown"


def test_before_the_first_lock_nobody_can_say(run: RunFolder) -> None:
    assert run.alive() == "unknown"
    path = run.status_file
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "changed": value["changed"] - START_SECONDS - 1}))
    assert run.alive() == "dead"


def test_a_run_on_another_host_is_unknown_until_its_beat_changes(run: RunFolder) -> None:
    run.write_status(Status(state="training"))
    forge(run)
    assert run.alive() == "unknown"
    assert run.alive() == "unknown"
    forge(run, beat=8)
    assert run.alive() == "alive"
    wait_for(lambda: run.alive() == "dead")
    forge(run, beat=9)
    assert run.alive() == "alive"
    run.write_status(Status(state="finished"))
    assert run.alive() == "dead"


def test_a_rebooted_host_has_no_worker(run: RunFolder) -> None:
    run.write_status(Status(state="training"))
    forge(run, host=socket.gethostname(), boot_id="the boot before")
    assert run.alive() == "dead"


def test_the_observer_uses_its_own_clock() -> None:
    now = 100.0
    observer = Observer(lambda: now)
    beat = Beat("elsewhere", "b", 1, beat=1, interval=2.0)
    assert observer.observe(None) == "unknown"
    assert observer.observe(beat) == "unknown"
    now += 1000
    assert observer.observe(beat) == "unknown"
    assert observer.still_for() == 1000
    assert observer.observe(dataclasses.replace(beat, beat=2)) == "alive"
    now += MISSED_BEATS * 2.0
    assert observer.observe(dataclasses.replace(beat, beat=2)) == "alive"
    now += 0.1
    assert observer.observe(dataclasses.replace(beat, beat=2)) == "dead"
    assert observer.observe(dataclasses.replace(beat, beat=3)) == "alive"


def test_beats_go_on_from_the_last_worker(run: RunFolder) -> None:
    for expected in (1, 2):
        beating = Heartbeat(run.heartbeat_file, lock_holds=True, interval=600)
        beating.start()
        beating.stop()
        beat = run.heartbeat()
        assert beat is not None
        assert beat.beat == expected


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"host": "x"}'])
def test_a_broken_heartbeat_is_none(run: RunFolder, content: str) -> None:
    run.heartbeat_file.write_text(content)
    assert run.heartbeat() is None


def test_requests_reach_a_living_worker_only(run: RunFolder, worker: subprocess.Popen[bytes]) -> None:
    first = control.request(run, "pause")
    second = control.request(run.path, "stop")
    read = control.read_control(run)
    assert read == control.ControlRequest("stop", second)
    assert first != second
    with pytest.raises(GendertuiError, match="unknown request 'dance'") as caught:
        control.request(run, "dance")
    assert caught.value.code is ExitCode.USAGE
    control.kill(run)
    worker.wait()
    for ask in (lambda: control.request(run, "stop"), lambda: control.kill(run), lambda: control.terminate(run)):
        with pytest.raises(GendertuiError, match="not running") as caught:
            ask()
        assert caught.value.code is ExitCode.RUN


def test_a_signal_does_not_reach_another_host(run: RunFolder) -> None:
    run.write_status(Status(state="training"))
    forge(run)
    with pytest.raises(GendertuiError, match="runs on elsewhere"):
        control.terminate(run)
    control.request(run, "stop")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"request": "dance", "id": "1"}', '{"request": "stop"}'])
def test_a_request_that_is_none(run: RunFolder, content: str) -> None:
    run.control_file.write_text(content)
    assert control.read_control(run) is None
