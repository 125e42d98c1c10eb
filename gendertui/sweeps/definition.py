"""A sweep's folder in the state folder: what it searches, on which corpus, and which lines are set aside.

``sweep.json`` is the definition and ``shares.npy`` the share of each row, both written once; ``journal.log`` is
Optuna's, where no other storage was named; ``workers/`` shows who is at work; ``best.json`` is what came of it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from gendertui import files, paths, state_files
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import slug
from gendertui.runs.results.corpus import corpus_of, described
from gendertui.sweeps import defaults
from gendertui.sweeps.search import Dimension, parse
from gendertui.sweeps.shares import Shares, draw
from gendertui.training.config import REFIT_NONE, TrainingConfig, with_changes

SCHEMA = 1
LONGEST_NAME = 40
_DEFINITION, _SHARES, _BEST, _WORKERS = "sweep.json", "shares.npy", "best.json", "workers"
JOURNAL = "journal.log"
"""Optuna's journal in a sweep's folder."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What ``sweep.json`` holds: all that a sweep is from its beginning."""

    search: str
    """The expression of :mod:`gendertui.sweeps.search`."""
    config: dict[str, Any]
    """What the trials have in common, before the search changes it."""
    corpus: dict[str, Any]
    """As a run's ``config.json`` describes it."""
    preset: str | None = None
    folds: int = defaults.FOLDS
    seeds: int = defaults.SEEDS
    """Seeds that each fold is trained with."""
    share: float = defaults.SHARE
    """Share of the labelled lines that is set aside."""
    split_seed: int = 0
    protocol: str = ""
    """How folds were drawn: ``by-group`` or ``random``."""
    trials: int | None = defaults.TRIALS
    """Trials that are begun at most; ``None``: no limit."""
    seconds: float | None = None
    """Seconds after the first trial's beginning in which others may begin; ``None``: no limit."""
    storage: str | None = None
    """An Optuna storage URL, perhaps with a password; ``None``: the journal in the folder."""
    sampler: defaults.Sampler = "tpe"
    pruner: defaults.Pruner = "wilcoxon"
    created: float = field(default_factory=time.time)
    """Seconds since 1970."""

    @property
    def steps(self) -> int:
        """Runs of a trial: one for each fold and seed."""
        return self.folds * self.seeds

    def base(self) -> TrainingConfig:
        """The configuration whose fields are searched. A refit is none of a trial's: it would only take time."""
        return with_changes(TrainingConfig(), {**self.config, "refit": REFIT_NONE})

    def dimensions(self) -> tuple[Dimension, ...]:
        """What is searched."""
        return parse(self.search, self.base())


class Sweep:
    """A sweep, by its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def journal_file(self) -> Path:
        return self.path / JOURNAL

    @property
    def workers_folder(self) -> Path:
        """Where each process that works on it keeps its lock and its heartbeat."""
        return self.path / _WORKERS

    @property
    def log_file(self) -> Path:
        """What workers say that were started without a terminal."""
        return self.path / "work.log"

    @property
    def best_file(self) -> Path:
        return self.path / _BEST

    def definition(self) -> Definition:
        """What it is.

        :raises GendertuiError: it cannot be read, or a newer version made it (code RUN).
        """
        file = self.path / _DEFINITION
        try:
            value = state_files.read_object(file)
            if value.get("schema") != SCHEMA:
                raise ValueError(f"it is of format {value.get('schema')!r}, this program reads format {SCHEMA}")
            found = state_files.typed(value, Definition)
            found.dimensions()
        except (OSError, ValueError, ValidationError, GendertuiError) as error:
            raise self._broken(file, error) from error
        return found

    def shares(self) -> Shares:
        """The share of each row.

        :raises GendertuiError: it cannot be read (code RUN).
        """
        file, about = self.path / _SHARES, self.definition()
        try:
            assignment = np.load(io.BytesIO(state_files.read_bytes(file, limit_bytes=2**32)), allow_pickle=False)
            if assignment.dtype != np.int8 or assignment.ndim != 1 or int(assignment.max()) + 1 != about.folds:
                raise ValueError("it is not what the sweep was made with")
        except (OSError, ValueError, EOFError) as error:
            raise self._broken(file, error) from error
        return Shares(assignment, about.protocol, about.split_seed)

    def corpus(self, path: str | Path | None = None) -> Corpus:
        """Its corpus, checked to be the one that it was made with.

        :param path: where it is now, if it has moved.
        :raises GendertuiError: it is missing or another one (code DATA).
        """
        return corpus_of({"corpus": self.definition().corpus}, path=path)

    def _broken(self, file: Path, error: Exception) -> GendertuiError:
        return GendertuiError(
            f"the sweep cannot be read: {error}",
            where=str(file),
            hint=f"Put the file back as it was, or remove the sweep: gendertui sweep remove {self.name}",
            code=ExitCode.RUN,
        )


def create(name: str, definition: Definition, corpus: Corpus) -> Sweep:
    """Draw the shares and write a sweep's folder, which appears with all its files.

    :param definition: its ``corpus`` and ``protocol`` are filled in from ``corpus``.
    :raises GendertuiError: there is one of that name (code USAGE), a field of the search is not possible (code USAGE),
        or the corpus is too small (code DATA).
    """
    # A run's name begins with it and ends with its own number, and names are cut at 60 letters.
    folder = paths.sweeps_dir() / slug(slug(name)[:LONGEST_NAME])
    definition.dimensions()
    if folder.exists():
        raise _taken(folder)
    shares = draw(corpus, definition.folds, definition.share, definition.split_seed)
    value = {**asdict(definition), "schema": SCHEMA, "corpus": described(corpus), "protocol": shares.protocol}
    buffer = io.BytesIO()
    np.save(buffer, shares.assignment, allow_pickle=False)
    with files.dir_aside(paths.sweeps_dir(), ".new-") as aside:
        files.write_json(aside / _DEFINITION, value)
        files.write_atomic(aside / _SHARES, buffer.getvalue())
        (aside / _WORKERS).mkdir(mode=0o700)
        if not files.rename_new(aside, folder):
            raise _taken(folder)
    files.fsync_dir(folder.parent)
    return Sweep(folder)


def find(name: str) -> Sweep:
    """The sweep of a name, or the only one with that in its name.

    :raises GendertuiError: there is none, or more than one (code RUN).
    """
    found = list_sweeps()
    matching = [each for each in found if each.name == name] or [each for each in found if name and name in each.name]
    if len(matching) == 1:
        return matching[0]
    names = ", ".join(each.name for each in (matching or found)[:5])
    raise GendertuiError(
        f"{len(matching)} sweeps have {name!r} in their name" if matching else f"there is no sweep {name!r}",
        where=str(paths.sweeps_dir()),
        hint=f"Sweeps: {names}" if names else "Make one: gendertui sweep new NAME --corpus PATH --search …",
        code=ExitCode.RUN,
    )


def list_sweeps() -> list[Sweep]:
    """All sweeps by name."""
    folder = paths.sweeps_dir()
    if not folder.is_dir():
        return []
    return sorted(
        (Sweep(each) for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")),
        key=lambda sweep: sweep.name,
    )


def read_best(sweep: Sweep) -> Mapping[str, Any] | None:
    """What ``best.json`` says of the winner; ``None`` while none was opened.

    :raises GendertuiError: it cannot be read (code RUN).
    """
    try:
        return state_files.read_object(sweep.best_file)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise GendertuiError(
            f"what came of the sweep cannot be read: {error}",
            where=str(sweep.best_file),
            hint="Take the file away; gendertui sweep best writes it again.",
            code=ExitCode.RUN,
        ) from error


def _taken(folder: Path) -> GendertuiError:
    return GendertuiError(
        f"there is a sweep named {folder.name!r} already",
        where=str(folder.parent),
        hint=f"Work on it: gendertui sweep work {folder.name}; or give the new one another name.",
        code=ExitCode.USAGE,
    )
