"""``scores.npz``: what a model said of each held-out line. Every figure of a report derives from it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui import files
from gendertui.arrays import Ints
from gendertui.errors import ExitCode, GendertuiError

SETS = {1: "validation", 2: "test"}
"""Number in the column ``set`` → name."""

UNKNOWN_CHARACTER = -1
UNKNOWN_YEAR = 0

_COLUMNS: dict[str, Any] = {
    "row": np.int64,
    "set": np.int8,
    "label": np.int8,
    "group": np.int32,
    "logit": np.float32,
    "baseline_logit": np.float32,
}
_LATER_COLUMNS: dict[str, tuple[Any, int]] = {"character": (np.int32, UNKNOWN_CHARACTER), "length": (np.int32, 0)}
"""Columns that files of version 0.1 lack → kind and what stands for unknown."""
_STRONG = "strong_baseline_logit"


def _no_words() -> npt.NDArray[np.str_]:
    return np.zeros(0, dtype=np.str_)


@dataclass(frozen=True, eq=False)
class Names:
    """What the numbers in ``group`` and ``character`` stand for; ids and metadata, no title and no text.

    ``group`` and ``character`` index these arrays. Empty where there are no films, or no characters.
    """

    groups: npt.NDArray[np.str_] = field(default_factory=_no_words)
    """Id of each film."""
    year: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    """int16; 0 where unknown."""
    genres: npt.NDArray[np.str_] = field(default_factory=_no_words)
    """Joined by commas; empty where unknown."""
    characters: npt.NDArray[np.str_] = field(default_factory=_no_words)
    """Id of each character."""
    credit: npt.NDArray[np.str_] = field(default_factory=_no_words)
    """Position in the credits; empty where unknown."""

    def group(self, number: int) -> str | None:
        """The id of a group, where it is known."""
        return str(self.groups[number]) or None if 0 <= number < len(self.groups) else None

    def character(self, number: int) -> str | None:
        """The id of a character, where it is known."""
        return str(self.characters[number]) or None if 0 <= number < len(self.characters) else None

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Name in the file → array."""
        return {
            "group_id": self.groups,
            "group_year": self.year,
            "group_genres": self.genres,
            "character_id": self.characters,
            "character_credit": self.credit,
        }


@dataclass(frozen=True, eq=False)
class Scores:
    """One entry per scored row; all arrays have the same length."""

    row: Ints
    """Row of the corpus table."""
    set: npt.NDArray[np.int8]
    """Set of the row, numbered as in :data:`SETS`."""
    label: npt.NDArray[np.int8]
    """0 or 1."""
    group: npt.NDArray[np.int32]
    """Film, or the row itself where there are no films."""
    character: npt.NDArray[np.int32]
    """Character of a film, −1 where unknown."""
    length: npt.NDArray[np.int32]
    """Tokens; 0 where unknown."""
    logit: npt.NDArray[np.float32]
    """The network's raw output."""
    baseline_logit: npt.NDArray[np.float32]
    """The output of TF-IDF with logistic regression."""
    epoch: int
    """The epoch after which the logits were computed."""
    names: Names = field(default_factory=Names)
    strong_baseline_logit: npt.NDArray[np.float32] | None = None
    """The output of the stronger baseline, where one was fitted for every row."""

    def of(self, which: int) -> Scores:
        """The rows of one set."""
        here = self.set == which
        strong = self.strong_baseline_logit
        return Scores(
            **{name: getattr(self, name)[here] for name in (*_COLUMNS, *_LATER_COLUMNS)},
            epoch=self.epoch,
            names=self.names,
            strong_baseline_logit=None if strong is None else strong[here],
        )

    def save(self, path: Path) -> None:
        """Write the file, atomically and without pickle."""
        kinds = {**_COLUMNS, **{name: kind for name, (kind, _) in _LATER_COLUMNS.items()}}
        columns = {name: getattr(self, name).astype(kind) for name, kind in kinds.items()}
        if self.strong_baseline_logit is not None:
            columns[_STRONG] = self.strong_baseline_logit.astype(np.float32)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, epoch=np.int64(self.epoch), **columns, **self.names.columns())
        files.write_atomic(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> Scores:
        """Read the file. One of version 0.1 has no characters, lengths and names: they are unknown.

        :raises GendertuiError: it is missing, damaged, or lacks a column.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                columns = {name: archive[name].astype(kind, copy=False) for name, kind in _COLUMNS.items()}
                for name, (kind, unknown) in _LATER_COLUMNS.items():
                    there = name in archive
                    columns[name] = archive[name].astype(kind) if there else np.full(len(columns["row"]), unknown, kind)
                if _STRONG in archive:
                    columns[_STRONG] = archive[_STRONG].astype(np.float32, copy=False)
                names = Names(*(archive[name] for name in Names().columns())) if "group_id" in archive else Names()
                epoch = int(archive["epoch"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise GendertuiError(f"the scores cannot be read: {error}", where=str(path), code=ExitCode.RUN) from error
        if len({len(column) for column in columns.values()}) != 1:
            raise GendertuiError("the columns of the scores differ in length", where=str(path), code=ExitCode.RUN)
        return cls(**columns, epoch=epoch, names=names)
