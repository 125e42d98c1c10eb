"""``scores.npz``: what a model said of each held-out line. Every figure of a report derives from it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui import paths
from gendertui.errors import ExitCode, GendertuiError

SETS = {1: "validation", 2: "test"}
"""Number in the column ``set`` → name."""

_COLUMNS = {
    "row": np.int64,
    "set": np.int8,
    "label": np.int8,
    "group": np.int32,
    "logit": np.float32,
    "baseline_logit": np.float32,
}


@dataclass(frozen=True, eq=False)
class Scores:
    """One entry a scored row, all of one length.

    :ivar row: row of the corpus table. :ivar set: as in :data:`SETS`. :ivar label: 0 or 1.
    :ivar group: film, or the row itself where there are no films. :ivar logit: the network's raw output.
    :ivar baseline_logit: the output of TF-IDF with logistic regression.
    :ivar epoch: the epoch the logits stand after.
    """

    row: npt.NDArray[np.int64]
    set: npt.NDArray[np.int8]
    label: npt.NDArray[np.int8]
    group: npt.NDArray[np.int32]
    logit: npt.NDArray[np.float32]
    baseline_logit: npt.NDArray[np.float32]
    epoch: int

    def of(self, which: int) -> Scores:
        """The rows of one set."""
        here = self.set == which
        return Scores(**{name: getattr(self, name)[here] for name in _COLUMNS}, epoch=self.epoch)

    def save(self, path: Path) -> None:
        """Write the file, atomically and without pickle."""
        buffer = io.BytesIO()
        columns: dict[str, Any] = {name: getattr(self, name).astype(kind) for name, kind in _COLUMNS.items()}
        np.savez(buffer, allow_pickle=False, epoch=np.int64(self.epoch), **columns)
        paths.write_atomic(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> Scores:
        """Read the file.

        :raises GendertuiError: it is missing, damaged, or lacks a column.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                columns = {name: archive[name].astype(kind, copy=False) for name, kind in _COLUMNS.items()}
                epoch = int(archive["epoch"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise GendertuiError(f"the scores cannot be read: {error}", where=str(path), code=ExitCode.RUN) from error
        if len({len(column) for column in columns.values()}) != 1:
            raise GendertuiError("the columns of the scores differ in length", where=str(path), code=ExitCode.RUN)
        return cls(**columns, epoch=epoch)
