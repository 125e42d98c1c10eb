"""Other machines, by a stand-in for ssh: the command runs here, in a home of its own, and breaks when it is told to."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from gendertui.runs.remote.ssh import VARIABLE

STAND_IN = """
import os, subprocess, sys
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
left = int(cuts[0]) if cuts else sys.maxsize
home = folder / host
home.mkdir(exist_ok=True)
environment = {**os.environ, "GENDERTUI_HOME": str(home), "HOME": str(home)}
environment["PATH"] = f"{folder / 'bin'}:/usr/bin:/bin"
process = subprocess.Popen(["sh", "-c", command], env=environment, stdout=subprocess.PIPE)
while data := os.read(process.stdout.fileno(), min(left, 65536)):
    os.write(1, data)
    left -= len(data)
    if not left:
        process.kill()
        fail("client_loop: send disconnect: Broken pipe")
code = process.wait()
sys.exit(code if code >= 0 else 128 - code)
"""


class Machines:
    """What ssh reaches from here on: a machine of any name, with this program on it and a home that begins empty."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        script = folder / "ssh.py"
        script.write_text(STAND_IN)
        program = folder / "bin" / "gendertui"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gendertui "$@"\n')
        program.chmod(0o755)
        monkeypatch.setenv(VARIABLE, shlex.join([sys.executable, str(script), str(folder)]))

    def home(self, host: str) -> Path:
        """The machine's GENDERTUI_HOME."""
        home = self.folder / host
        home.mkdir(exist_ok=True)
        return home

    def uninstall(self) -> None:
        """Take the program away from all of them."""
        (self.folder / "bin" / "gendertui").unlink()

    def cut(self, *after: int) -> None:
        """Break each of the next connections after so many bytes."""
        (self.folder / "cuts").write_text(" ".join(map(str, after)))

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
