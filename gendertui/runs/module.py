"""How a module of this package is run in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import gendertui


def command(name: str, *options: str) -> list[str]:
    """The command that runs the module ``name``. Nothing is imported from the folder it is started in."""
    return [sys.executable, "-P", "-m", name, *options]


def environment() -> dict[str, str]:
    """This process's environment, with this very package in front of any other that is installed."""
    package = str(Path(gendertui.__file__).resolve().parents[1])
    search = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": search}
