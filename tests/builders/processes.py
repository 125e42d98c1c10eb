"""Real processes that hold a run the way a worker does, to be killed; and copies of runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable

from gendertui.runs.folder import RunFolder

HOLD = """
import sys, time
from gendertui.runs.folder import RunFolder
from gendertui.runs.heartbeat import Heartbeat
from gendertui.runs.worker.ownership import Ownership
from gendertui.runs.worker.requests import ControlListener
run = RunFolder(sys.argv[1])
ControlListener(run).listen()
lock = run.lock()
lock.acquire()
heartbeat = Heartbeat(run.heartbeat_file, lock_holds=lock.holds, interval=0.05)
heartbeat.hear_signals()
heartbeat.start(Ownership(run, lock, heartbeat).end_if_lost)
"""


COMPUTE = "import hashlib; run.log_file.touch(); hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)"
"""Takes many minutes from when the log is there, in which a process's main thread does not come to handle a signal."""


def hold(run: RunFolder, work: str = "while True: time.sleep(600)") -> subprocess.Popen[bytes]:
    """A process that holds the run's lock and beats, until it is killed or has lost the run.

    :param work: what its main thread does.
    """
    process = subprocess.Popen([sys.executable, "-c", HOLD + work, str(run.path)])
    wait_for(lambda: run.heartbeat() is not None or process.poll() is not None)
    assert process.poll() is None
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL."""
    process.kill()
    process.wait()


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Until it is true; a test that waits longer than this has failed."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def copy_of(run: RunFolder, name: str) -> RunFolder:
    """Another run that ended with the same weights."""
    folder = RunFolder(run.path.with_name(name))
    shutil.copytree(run.path, folder.path)
    record = folder.record()
    folder.write_config({**record, "created": record["created"] + 1})
    return folder
