"""The command line as a person has it: a process of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gendertui import cli
from gendertui.cli.terminal.exit import run_command

COMMAND = [sys.executable, "-m", "gendertui"]


def gendertui(*words: str, stdin: bytes | None = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; ``stdin`` is what a pipe would bring."""
    result = subprocess.run(
        [*COMMAND, *words], input=stdin, capture_output=True, check=False, env={**os.environ, **environment}
    )
    return subprocess.CompletedProcess(
        result.args, result.returncode, result.stdout.decode("utf-8"), result.stderr.decode("utf-8")
    )


def answer(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that is run in this process, some ten times as quick."""
    code = run_command(lambda: cli._run(list(words)))
    return code, *capfd.readouterr()


def start(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start one command in a process group of its own, as a shell does; its words go to files in ``folder``."""
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        return subprocess.Popen([*COMMAND, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0)


def on_terminal(*words: str, typed: bytes = b"") -> tuple[int, str]:
    """Run one command with a terminal on all three ends; its exit code and all it printed, what was typed included."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen([*COMMAND, *words], stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.write(controller, typed)
    seen = b""
    try:
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:  # Linux says EIO when the last writer is gone
                break
            if not part:
                break
            seen += part
        return process.wait(timeout=60), seen.decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def peak_memory(command: Sequence[str]) -> int:
    """The most memory that a command's process held, in the system's unit; its output goes nowhere.

    A process between starts it: a new one counts for its own what the one that starts it holds, and a test holds much.
    """
    between = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    result = subprocess.run([sys.executable, "-c", between, *command], check=True, capture_output=True, text=True)
    return int(result.stdout)
