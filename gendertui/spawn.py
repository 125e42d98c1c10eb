"""How a module of this package is run in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import gendertui


def command(name: str, *options: str) -> list[str]:
    """The command that runs the module ``name``. Nothing is imported from the folder it is started in."""
    return [sys.executable, "-P", "-m", name, *options]


def environment() -> dict[str, str]:
    """This process's environment, with this very package in front of any other that is installed."""
    search = os.pathsep.join(part for part in (_package(), os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": search}


def own_environment() -> dict[str, str]:
    """The environment of who started this process, without what :func:`environment` put in front: for other programs,
    which may be in Python too."""
    search = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    rest = os.pathsep.join(part for part in search if part != _package())
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**without, "PYTHONPATH": rest} if rest else without


def _package() -> str:
    return str(Path(gendertui.__file__).resolve().parents[1])


def start(name: str, *options: str, stdin: int = subprocess.DEVNULL) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Run the module ``name``, its stdout a pipe; return the process and what it says on stderr, to be closed with it.

    :raises OSError: it could not be started.
    """
    # A file, which never fills up: nobody reads it unless the process fails.
    said = tempfile.TemporaryFile()  # noqa: SIM115 (whoever started the process closes it)
    try:
        process = subprocess.Popen(
            command(name, *options), stdin=stdin, stdout=subprocess.PIPE, stderr=said, env=environment()
        )
    except OSError:
        said.close()
        raise
    return process, said


def last_words(said: IO[bytes], code: int) -> str:
    """Why a process ended with this code: the last line it said, else the code."""
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {code}"
