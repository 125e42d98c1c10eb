"""Where runs are, as a screen asks: this machine, or another one (:mod:`gendertui.runs.remote.runs`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from gendertui.machine_load import Load
from gendertui.runs import control, notes, queue
from gendertui.runs.curves import validation_auc
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Link, Update, follow
from gendertui.runs.listing import RunList, RunRow
from gendertui.runs.log_tail import LogTail, read_tail
from gendertui.runs.remote.runs import RemoteRuns


class RunSource(Protocol):
    """One machine's runs. Its methods may wait, and are for threads."""

    host: str
    """As ssh takes it; empty for this machine."""

    def rows(self) -> list[RunRow]:
        """All runs, as far as is known by now."""

    def follow(self, folder: Path, stop: Callable[[], bool]) -> Iterator[Update | Link | Load]:
        """What a run does, until it is over or ``stop()``; between it how the link is, wherever that changes, and how
        busy another machine is."""

    def validation_auc(self, folder: Path) -> list[tuple[float, float]]:
        """(epoch, AUC on validation) of a run so far; an epoch without such a figure is left out."""

    def log(self, folder: Path) -> LogTail:
        """The end of the log of a run's worker.

        :raises ValueError: it cannot be read. :raises GendertuiError: another machine is not reached.
        """

    def ask(self, folder: Path, request: str) -> None:
        """Ask a run to ``pause``, ``resume`` or ``stop``, see :func:`gendertui.runs.control.request`."""

    def note(self, folder: Path, text: str) -> None:
        """Put a note on a run, see :func:`gendertui.runs.notes.write_note`."""

    def move(self, folder: Path, place: int) -> None:
        """Move a run in the queue, see :func:`gendertui.runs.queue.move`."""


class LocalRuns:
    """The runs of this machine."""

    host = ""

    def __init__(self) -> None:
        self._list = RunList()

    def rows(self) -> list[RunRow]:
        return self._list.rows()

    def follow(self, folder: Path, stop: Callable[[], bool]) -> Iterator[Update | Link | Load]:
        return follow(RunFolder(folder), stop=stop, thin=True)

    def validation_auc(self, folder: Path) -> list[tuple[float, float]]:
        return validation_auc(RunFolder(folder))

    def log(self, folder: Path) -> LogTail:
        return read_tail(RunFolder(folder).log_file)

    def ask(self, folder: Path, request: str) -> None:
        control.request(folder, request)

    def note(self, folder: Path, text: str) -> None:
        notes.write_note(RunFolder(folder), text)

    def move(self, folder: Path, place: int) -> None:
        queue.move(RunFolder(folder), place)


class Sources:
    """This machine and others.

    :param hosts: as ssh takes them.
    :raises GendertuiError: one of them is no host's name (code USAGE).
    """

    def __init__(self, hosts: Sequence[str] = ()) -> None:
        self._local = LocalRuns()
        self._remote = {host: RemoteRuns(host) for host in hosts}

    def __getitem__(self, host: str) -> RunSource:
        return self._remote[host] if host else self._local

    def of_host(self, host: str) -> RemoteRuns:
        """Another machine's."""
        return self._remote[host]

    @property
    def links(self) -> tuple[Link, ...]:
        """How the link to each other machine is."""
        return tuple(source.link for source in self._remote.values())

    def rows(self) -> list[RunRow]:
        """The runs of all machines, as far as they are known by now; for one thread at a time."""
        return [*self._local.rows(), *(row for source in self._remote.values() for row in source.rows())]

    def watch(self, changed: Callable[[str], object]) -> None:
        """Begin to listen for the lists of the other machines, and again where a link was lost.

        :param changed: called with a host, in a thread, when its list has changed, or how the link is.
        """
        for host, source in self._remote.items():
            source.watch(partial(changed, host))

    def close(self) -> None:
        """End what is still open."""
        for source in self._remote.values():
            source.close()
