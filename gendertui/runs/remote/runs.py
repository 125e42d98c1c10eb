"""The runs of another machine: listed, followed and asked there."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gendertui import state_files
from gendertui.machine_load import Load
from gendertui.runs.follow import START, Link, Position, Update
from gendertui.runs.listing import RunRow
from gendertui.runs.log_tail import LogTail
from gendertui.runs.remote import ssh
from gendertui.runs.remote.link import PAUSES, SILENT_SECONDS, lines, unreadable
from gendertui.runs.remote.protocol import LoadLine, RowsLine, RunLine
from gendertui.runs.view import RunView
from gendertui.sanitize import escape_control

_CLOSE_SECONDS = 5.0
_START_SECONDS = 120.0
"""A worker may look through a large corpus' files before it is known to have begun."""


def follow_there(
    host: str,
    run: str,
    stop: Callable[[], bool],
    *,
    pauses: Sequence[float] = PAUSES,
    silent: float = SILENT_SECONDS,
) -> Iterator[Update | Link | Load]:
    """As :func:`gendertui.runs.follow.follow`, of a run of another machine; after a cut it goes on where it was.

    Between the updates stands how the link is, wherever that changes, and how busy the machine is.

    :param run: its folder there, or its name. :param pauses: and ``silent``: see
        :func:`~gendertui.runs.remote.link.lines`.
    """
    position, info = START, None

    def words() -> list[str]:
        return ["runs", "follow", "--stream", *(["--from", str(position)] if position != START else []), "--", run]

    for line in lines(host, words, stop, pauses=pauses, silent=silent):
        if isinstance(line, Link):
            yield line
        elif isinstance(line, LoadLine):
            yield line.load
        elif isinstance(line, RunLine):
            info = info if line.run is None else dataclasses.replace(line.run, host=host)
            if info is not None:
                position = Position.parse(line.position)
                yield Update(info, line.parsed(), line.restarted, line.behind, position)


class RemoteRuns:
    """Its list comes by a link of its own, opened by :meth:`watch`.

    :param host: as ssh takes it.
    :raises GendertuiError: it is no host's name (code USAGE).
    """

    def __init__(self, host: str, *, pauses: Sequence[float] = PAUSES, silent: float = SILENT_SECONDS) -> None:
        self.host = ssh.checked_host(host)
        self._pauses = pauses
        self._silent = silent
        self._rows: dict[Path, RunRow] = {}
        self._link = Link(host, "connecting")
        self._closed = threading.Event()
        self._fetching: set[ssh.RemoteProcess] = set()
        self._thread: threading.Thread | None = None

    @property
    def link(self) -> Link:
        return self._link

    def rows(self) -> list[RunRow]:
        return list(self._rows.values())

    def watch(self, changed: Callable[[], object]) -> None:
        """Begin to listen for the list, in a thread, unless that is done already.

        :param changed: called in it when the list has changed, or how the link is.
        """
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(target=self._listen, args=[changed], name=f"runs of {self.host}", daemon=True)
        self._thread.start()

    def _listen(self, changed: Callable[[], object]) -> None:
        words, fresh = ["runs", "follow", "--stream", "--all"], True
        for line in lines(self.host, lambda: words, self._closed.is_set, pauses=self._pauses, silent=self._silent):
            if isinstance(line, Link):
                self._link = line
                fresh = line.state == "live"
            elif isinstance(line, RowsLine):
                # The first ones of a connection are all there are.
                rows = (
                    {} if fresh else {folder: row for folder, row in self._rows.items() if str(folder) not in line.gone}
                )
                fresh = False
                for row in line.rows:
                    rows[row.info.folder] = dataclasses.replace(row, info=dataclasses.replace(row.info, host=self.host))
                self._rows = rows
            changed()

    def follow(self, folder: Path, stop: Callable[[], bool]) -> Iterator[Update | Link | Load]:
        return follow_there(self.host, str(folder), stop, pauses=self._pauses, silent=self._silent)

    def validation_auc(self, folder: Path) -> list[tuple[float, float]]:
        """As of :class:`~gendertui.runs.source.RunSource`; nothing where the machine is not reached."""
        view = RunView(folder)
        for came in self.follow(folder, self._closed.is_set):
            if isinstance(came, Link):
                if came.state in ("broken", "lost"):
                    break
            elif isinstance(came, Update):
                view.apply(came)
                if not came.behind:
                    break
        return view.validation_auc()

    def pull(self, name: str) -> str:
        """Take a model from there into the store, see :func:`gendertui.runs.remote.models.pull`."""
        # It brings what scores lines, which nothing else here needs.
        from gendertui.runs.remote.models import exporting, take

        with exporting(self.host, name) as process:
            self._fetching.add(process)
            if self._closed.is_set():
                process.end()
            try:
                return take(process, name)
            finally:
                self._fetching.discard(process)

    def log(self, folder: Path) -> LogTail:
        """As of :class:`~gendertui.runs.source.RunSource`."""
        printed = self._answer(["runs", "log", "--json", "--", str(folder)])
        try:
            return state_files.typed(state_files.parse_object(printed), LogTail)
        except ValueError as error:
            raise unreadable(self.host, str(error)) from error

    def ask(self, folder: Path, request: str) -> None:
        self._run(["runs", request, "--", str(folder)])

    def note(self, folder: Path, text: str) -> None:
        self._run(["runs", "note", "--", str(folder), text])

    def move(self, folder: Path, place: int) -> None:
        self._run(["runs", "queue", "move", "--", str(folder), str(place)])

    def resume(self, folder: Path) -> None:
        """Start a worker there that continues a run that is over, once the device it trains on is free."""
        self._run(["train", "--resume", str(folder), "--detach", "--wait"], _START_SECONDS)

    def _run(self, words: Sequence[str], seconds: float = ssh.ANSWER_SECONDS) -> bytes:
        return ssh.run(self.host, words, seconds=seconds, stop=self._closed.is_set)

    def _answer(self, words: Sequence[str]) -> bytes:
        """The last line that is printed there: a login shell may print some before."""
        return self._run(words).rstrip(b"\n").rpartition(b"\n")[2]

    def find(self, name: str) -> Path:
        """The folder there of a run by its name, a part of it, or ``latest``.

        :raises GendertuiError: there is none, or the machine is not reached.
        """
        folder = Path(os.fsdecode(self._answer(["runs", "path", "--", name])))
        if not folder.is_absolute():
            raise unreadable(self.host, f"{escape_control(str(folder))!r} is no folder's path")
        return folder

    def close(self) -> None:
        self._closed.set()
        for process in tuple(self._fetching):
            process.end()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
