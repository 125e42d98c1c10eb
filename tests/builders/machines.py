"""Other machines, by a stand-in for ssh: the command runs here, in a home of its own, and breaks when it is told to."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from gendertui.paths import HOME_VARIABLE
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import State
from gendertui.runs.remote.ssh import VARIABLE
from tests.builders.replay import BATCHES, ReplayedRun

STAND_IN = """
import os, subprocess, sys, time
from pathlib import Path
folder, host, command = Path(sys.argv[1]), *sys.argv[2:]
with (folder / "log").open("a") as log:
    log.write(f"{host} {command}\\n")
def fail(words):
    print(words, file=sys.stderr, flush=True)
    sys.exit(255)
if (folder / "refuses").exists():
    fail((folder / "refuses").read_text())
cuts = (folder / "cuts").read_text().split() if (folder / "cuts").exists() else []
(folder / "cuts").write_text(" ".join(cuts[1:]))
left, hangs = (int(cuts[0].rstrip("h")), cuts[0].endswith("h")) if cuts else (sys.maxsize, False)
with (folder / "pids").open("a") as pids:
    pids.write(f"{os.getpid()}\\n")
home = folder / host
home.mkdir(exist_ok=True)
environment = {**os.environ, "GENDERTUI_HOME": str(home), "HOME": str(home)}
environment["PATH"] = f"{folder / 'bin'}:/usr/bin:/bin"
process = subprocess.Popen([os.environ["LOGIN_SHELL"], "-c", command], env=environment, stdout=subprocess.PIPE)
while data := os.read(process.stdout.fileno(), min(left, 65536)):
    os.write(1, data)
    left -= len(data)
    if not left:
        time.sleep(600 if hangs else 0)
        process.kill()
        fail("client_loop: send disconnect: Broken pipe")
code = process.wait()
sys.exit(code if code >= 0 else 128 - code)
"""


class Machines:
    """What ssh reaches from here on: a machine of any name, with this program on it and a home that begins empty.

    The environment variable ``LOGIN_SHELL`` is the shell that everybody has there.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        script = folder / "ssh.py"
        script.write_text(STAND_IN)
        (folder / "bin").mkdir()
        self.install('exec {real} "$@"')
        monkeypatch.setenv("LOGIN_SHELL", "sh")
        monkeypatch.setenv(VARIABLE, shlex.join([sys.executable, str(script), str(folder)]))

    def home(self, host: str) -> Path:
        """The machine's GENDERTUI_HOME."""
        home = self.folder / host
        home.mkdir(exist_ok=True)
        return home

    @contextmanager
    def on(self, host: str) -> Iterator[Path]:
        """What is made meanwhile is made there."""
        before = os.environ[HOME_VARIABLE]
        os.environ[HOME_VARIABLE] = str(self.home(host))
        try:
            yield self.home(host)
        finally:
            os.environ[HOME_VARIABLE] = before

    def install(self, program: str | None) -> None:
        """Let the program be this shell script on all of them, with ``{real}`` for the real one; ``None``: none."""
        place = self.folder / "bin" / "gendertui"
        if program is None:
            place.unlink()
            return
        real = f"{shlex.quote(sys.executable)} -m gendertui"
        place.write_text("#!/bin/sh\n" + program.replace("{real}", real) + "\n")
        place.chmod(0o755)

    def cut(self, *after: int | str) -> None:
        """Break each of the next connections after so many bytes; with an ``h`` behind them it says no more, and stays
        open."""
        (self.folder / "cuts").write_text(" ".join(map(str, after)))

    def break_links(self) -> None:
        """Break the connections there are."""
        pids = self.folder / "pids"
        for pid in pids.read_text().split() if pids.exists() else []:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        pids.unlink(missing_ok=True)

    def refuse(self, words: str = "ssh: connect to host gpu1 port 22: Connection refused") -> None:
        """Let nobody in from now on."""
        (self.folder / "refuses").write_text(words)

    def admit(self) -> None:
        """Let everybody in again."""
        (self.folder / "refuses").unlink(missing_ok=True)

    @property
    def commands(self) -> list[str]:
        """``HOST COMMAND`` of every connection so far."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


class RunThere(ReplayedRun):
    """A run on gpu1, at work until it is over."""

    def __init__(self, machines: Machines) -> None:
        with machines.on("gpu1"):
            super().__init__()
        self.worker = ExitStack()
        self.worker.enter_context(self.alive())
        for _ in range(BATCHES + 30):
            self.step()

    def is_over(self, state: State = "finished") -> RunFolder:
        self.end(state, headline="AUC 0.6")
        self.worker.close()
        return self.folder
