"""Where runs are, as a screen asks: this machine, or another one (:mod:`gendertui.runs.remote.runs`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from gendertui.runs import control
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Update, follow
from gendertui.runs.listing import RunList, RunRow
from gendertui.runs.remote.link import Link


class RunSource(Protocol):
    """One machine's runs. Its methods may wait, and are for threads."""

    host: str
    """As ssh takes it; empty for this machine."""

    @property
    def link(self) -> Link | None:
        """How the list's link is; ``None`` where there is none to break."""

    def rows(self) -> list[RunRow]:
        """All runs, as far as is known by now."""

    def follow(self, folder: Path, stop: Callable[[], bool]) -> Iterator[Update | Link]:
        """What a run does, until it is over or ``stop()``; between it how the link is, wherever that changes."""

    def ask(self, folder: Path, request: str) -> None:
        """Ask a run to ``pause``, ``resume`` or ``stop``, see :func:`gendertui.runs.control.request`."""

    def close(self) -> None:
        """End what is still open."""


class LocalRuns:
    """The runs of this machine."""

    host = ""
    link = None

    def __init__(self) -> None:
        self._list = RunList()

    def rows(self) -> list[RunRow]:
        return self._list.rows()

    def follow(self, folder: Path, stop: Callable[[], bool]) -> Iterator[Update | Link]:
        return follow(RunFolder(folder), stop=stop, thin=True)

    def ask(self, folder: Path, request: str) -> None:
        control.request(folder, request)

    def close(self) -> None:
        """Nothing is open."""
