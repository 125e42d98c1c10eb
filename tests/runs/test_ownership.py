"""A worker that has lost its run ends, and writes nothing more: real processes, whose folder or place is taken."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest

from gendertui.errors import ExitCode
from gendertui.runs.folder import RunFolder
from gendertui.runs.heartbeat import Heartbeat
from gendertui.runs.lock import RunLock
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.ownership import Ownership, RunLostError
from gendertui.runs.worker.requests import ControlListener
from gendertui.training.events import Stage
from tests.builders.processes import end, hold, wait_for


@pytest.fixture
def worker(run: RunFolder) -> Iterator[subprocess.Popen[bytes]]:
    process = hold(run)
    yield process
    end(process)


def forge(run: RunFolder, **changes: object) -> None:
    """Write a heartbeat that differs in this from the last one."""
    beat = run.heartbeat()
    assert beat is not None
    value = dataclasses.asdict(dataclasses.replace(beat, **changes))  # type: ignore[arg-type]
    run.heartbeat_file.write_text(json.dumps(value))


def remove(run: RunFolder) -> None:
    # A worker that beats may put a file back while the folder is emptied; a rename leaves it no chance.
    shutil.rmtree(run.path.rename(run.path.with_name("removed")))


def replace(run: RunFolder) -> None:
    """Another folder of that name."""
    run.path.rename(run.path.with_name("moved"))
    shutil.copytree(run.path.with_name("moved"), run.path)


def unlock(run: RunFolder) -> None:
    run.lock_file.unlink()
    run.lock_file.touch()


def supersede(run: RunFolder) -> None:
    forge(run, generation=2, token="another worker's", host="elsewhere")


@pytest.mark.parametrize("take", [remove, replace, unlock, supersede])
def test_a_worker_whose_run_is_taken_ends_itself(
    run: RunFolder, worker: subprocess.Popen[bytes], take: Callable[[RunFolder], None]
) -> None:
    # It stands still meanwhile, as on a file system that hangs; just after a beat, so that none is half written.
    before = run.heartbeat()
    wait_for(lambda: run.heartbeat() != before)
    os.kill(worker.pid, signal.SIGSTOP)
    take(run)
    left = {path: path.read_bytes() for path in run.path.parent.rglob("*") if path.is_file()}
    os.kill(worker.pid, signal.SIGCONT)
    assert worker.wait(60) == ExitCode.RUN
    assert {path: path.read_bytes() for path in run.path.parent.rglob("*") if path.is_file()} == left


def test_a_worker_whose_heartbeat_an_earlier_one_wrote_over_keeps_its_run(
    run: RunFolder, worker: subprocess.Popen[bytes]
) -> None:
    for changes in ({"generation": 0}, {"token": ""}):
        forge(run, **changes)
        before = run.heartbeat()
        while run.heartbeat() == before:
            assert worker.poll() is None
    assert worker.poll() is None


def test_nothing_is_written_into_a_run_that_is_lost(run: RunFolder) -> None:
    with run.lock() as lock:
        steering, log = owned(run, lock)
        log.append(Stage(name="mine"))
        steering.tell(state="training")
        written = run.events_file.read_bytes()
        supersede(run)
        for write in (lambda: log.append(Stage(name="theirs")), log.length, lambda: log.cut(0)):
            with pytest.raises(RunLostError, match="taken the run over, on elsewhere"):
                write()
        with pytest.raises(RunLostError):
            steering.tell(state="stopped")
        log.close()
    assert run.events_file.read_bytes() == written
    assert run.status().state == "training"


def owned(run: RunFolder, lock: RunLock) -> tuple[ControlListener, EventLog]:
    """What a worker writes by, which beats once."""
    heartbeat = Heartbeat(run.heartbeat_file, lock_holds=lock.holds, interval=600)
    check = Ownership(run, lock, heartbeat).check
    heartbeat.start()
    heartbeat.stop()
    steering = ControlListener(run)
    steering.begin(check)
    return steering, EventLog(run.events_file, check)
