"""What ``config.json`` and ``status.json`` of a run's folder hold, read as untrusted input."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from gendertui import state_files
from gendertui.errors import ExitCode, GendertuiError

SCHEMA = 1
STATUS = "status.json"
"""The name of the file with a run's :class:`Status`."""
LIMIT_BYTES = 2**20
"""The largest such file; the program's have a few kilobytes."""

LAST_TIME = 253370764800.0
"""Seconds since 1970 that a calendar can show: the end of the year 9998."""

State = Literal["queued", "preparing", "training", "paused", "stopping", "stopped", "finished", "failed"]
OVER: frozenset[State] = frozenset({"stopped", "finished", "failed"})

T = TypeVar("T")


@dataclass(frozen=True)
class Status:
    """``status.json``: a run's state as its worker reports it.

    ``epoch`` is the last one that ended (0: none yet), ``control_id`` the last request handled, ``model`` the published
    model's name, ``headline`` the validation figures of the best epoch in words, ``balanced_accuracy`` and ``auc``
    these figures where there are any, ``changed`` seconds since 1970.
    """

    state: State = "preparing"
    why: str = ""
    epoch: int = 0
    epochs: int = 0
    control_id: str | None = None
    model: str | None = None
    headline: str = ""
    balanced_accuracy: float | None = None
    auc: float | None = None
    changed: float = 0.0

    @property
    def over(self) -> bool:
        """Whether the worker has written its final state."""
        return self.state in OVER


@dataclass(frozen=True)
class _Corpus:
    path: str
    name: str | None = None
    data_hash: str | None = None
    labels: tuple[str, str] | None = None
    reading: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Record:
    """The fields of ``config.json`` that have to be there, and the types of those that may be."""

    created: float
    preset: str | None
    corpus: _Corpus
    config: dict[str, Any]
    resolved: dict[str, Any]
    model: str | None = None
    requested: dict[str, Any] = field(default_factory=dict)
    processes: int = 1

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise ValueError(f"processes is {self.processes}, which is no number of processes")
        if not 0 <= self.created < LAST_TIME:
            raise ValueError(f"created is {self.created}, which is no time")


def read_record(path: Path) -> dict[str, Any]:
    """The content of a ``config.json``: ``created, preset, model, corpus, config, resolved``.

    :raises GendertuiError: it is missing, broken or of a newer version (code RUN).
    """
    value = _read(path)
    if value.get("schema") != SCHEMA:
        raise GendertuiError(
            f"the run is of format {value.get('schema')!r}, this program reads format {SCHEMA}",
            where=str(path),
            hint="Use the version of gendertui that made it, or a newer one.",
            code=ExitCode.RUN,
        )
    _typed(value, _Record, path)
    return value


def read_status(path: Path) -> Status:
    """The content of a ``status.json``.

    :raises GendertuiError: it is missing or broken (code RUN).
    """
    return _typed(_read(path), Status, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return state_files.read_object(path, limit_bytes=LIMIT_BYTES)
    except FileNotFoundError as error:
        raise GendertuiError("not a run's folder: the file is missing", where=str(path), code=ExitCode.RUN) from error
    except ValueError as error:
        raise _broken(path, error) from error


def _typed(value: dict[str, Any], kind: type[T], path: Path) -> T:
    try:
        return state_files.typed(value, kind)
    except ValueError as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: ValueError) -> GendertuiError:
    return GendertuiError(
        f"the run cannot be read: {error}",
        where=str(path),
        hint=f"Put the file back as it was, or remove the run: gendertui runs remove {path.parent.name}",
        code=ExitCode.RUN,
    )
