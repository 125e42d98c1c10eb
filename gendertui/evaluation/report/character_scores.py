"""``characters.npz``: what the model of characters said of held-out characters, by all of their lines and by some.

Figures of characters derive from it as those of lines do from ``scores.npz``. No text is in it.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui import files
from gendertui.arrays import Bools, Ints
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.characters import PARTS

_COLUMNS: dict[str, Any] = {
    "set": np.int8,
    "whole": np.bool_,
    "character": np.int32,
    "row": np.int64,
    "group": np.int32,
    "label": np.int8,
    "lines": np.int32,
    "weight": np.float32,
    "log_odds": np.float32,
    "masked": np.float32,
    "text_baseline": np.float32,
}
_BY_PART = ("parts", "contributions", "without")
Column = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class CharacterScores:
    """One entry for each character with all of its lines, and one for each stretch of its film that stands in for a
    scene. All log-odds are of the positive label, before calibration."""

    set: npt.NDArray[np.int8]
    """As in ``scores.npz``."""
    whole: Bools
    """Whether it is the character with all of its lines."""
    character: npt.NDArray[np.int32]
    """Number, as in ``scores.npz``."""
    row: Ints
    """A row of the corpus that it says."""
    group: npt.NDArray[np.int32]
    """Film, as in ``scores.npz``."""
    label: npt.NDArray[np.int8]
    """0, 1, or −1 where unknown."""
    lines: npt.NDArray[np.int32]
    weight: Column
    """All entries of one character weigh 1 together."""
    log_odds: Column
    """All parts stacked."""
    masked: Column
    """The same, fitted and read with names masked."""
    text_baseline: Column
    """TF-IDF of the character's text with logistic regression."""
    parts: dict[str, Column] = field(default_factory=dict)
    """Part → what it says alone."""
    contributions: dict[str, Column] = field(default_factory=dict)
    """Part → what it adds to :attr:`log_odds`."""
    without: dict[str, Column] = field(default_factory=dict)
    """Part → the others stacked without it."""

    def __len__(self) -> int:
        return len(self.set)

    def where(self, mask: Bools) -> CharacterScores:
        """Some of the entries."""
        columns: dict[str, Any] = {name: getattr(self, name)[mask] for name in _COLUMNS}
        for name in _BY_PART:
            columns[name] = {part: column[mask] for part, column in getattr(self, name).items()}
        return CharacterScores(**columns)

    def of(self, which: int) -> CharacterScores:
        """Those of one set."""
        return self.where(self.set == which)

    @classmethod
    def joined(cls, first: CharacterScores, second: CharacterScores) -> CharacterScores:
        """The entries of both, which have the same parts."""
        columns: dict[str, Any] = {
            name: np.concatenate((getattr(first, name), getattr(second, name))) for name in _COLUMNS
        }
        for name in _BY_PART:
            columns[name] = {
                part: np.concatenate((column, getattr(second, name)[part]))
                for part, column in getattr(first, name).items()
            }
        return cls(**columns)

    def save(self, path: Path) -> None:
        """Write the file, atomically and without pickle."""
        columns: dict[str, npt.NDArray[Any]] = {
            name: getattr(self, name).astype(kind) for name, kind in _COLUMNS.items()
        }
        for name in _BY_PART:
            columns |= {f"{name}:{part}": column.astype(np.float32) for part, column in getattr(self, name).items()}
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **columns)
        files.write_atomic(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> CharacterScores | None:
        """Read the file; ``None`` where there is none: the run is of an older version, or its corpus has nobody who
        says its lines.

        :raises GendertuiError: it is damaged, or lacks a column.
        """
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as archive:
                columns: dict[str, Any] = {
                    name: archive[name].astype(kind, copy=False) for name, kind in _COLUMNS.items()
                }
                named: dict[str, dict[str, Column]] = {name: {} for name in _BY_PART}
                for key in archive.files:
                    name, colon, part = key.partition(":")
                    if colon and name in named and part in PARTS:
                        named[name][part] = archive[key].astype(np.float32, copy=False)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise GendertuiError(
                f"the scores of characters cannot be read: {error}", where=str(path), code=ExitCode.RUN
            ) from error
        lengths = {len(column) for column in columns.values()}
        lengths |= {len(column) for parts in named.values() for column in parts.values()}
        if len(lengths) != 1:
            raise GendertuiError(
                "the columns of the scores of characters differ in length", where=str(path), code=ExitCode.RUN
            )
        return cls(**columns | named)
