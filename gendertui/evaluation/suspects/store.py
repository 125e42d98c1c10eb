"""Cross-fitted scores of all units of a corpus, and where they are kept. Light to import.

They are kept by the corpus's content, labels changed by hand included, and by the versions of the program and of
scikit-learn, which fits the models, so that what was computed once is there at once.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

import gendertui
from gendertui import files, paths
from gendertui.arrays import Floats, Ints
from gendertui.corpus.speech_table import whole_unit
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit

_UNITS: tuple[Unit, ...] = ("group", "speaker", "line")


@dataclass(frozen=True, eq=False)
class UnitScores:
    """One entry a unit, labelled or not. Units whose lines carry both labels are not among them."""

    unit: Unit
    """What is scored."""
    together: Unit
    """What is held out together: no model has seen anything of the ``group``, ``speaker`` or ``line`` that a unit it
    scores belongs to."""
    mixed: int
    """Units that are left out because their lines carry both labels."""
    row: Ints
    """A row of the corpus that belongs to the unit."""
    label: npt.NDArray[np.int8]
    """0, 1, or −1 where it has none."""
    lines: Ints
    log_odds: Floats
    """Of the positive label at even odds."""

    def __len__(self) -> int:
        return len(self.row)


def unit_of(corpus: Corpus) -> Unit:
    """What labels are judged of, unless somebody asks for single lines: whole speakers or groups where there are."""
    return whole_unit(corpus) or "line"


def kept_scores(data_hash: str, unit: Unit) -> UnitScores | None:
    """The scores of a corpus that were computed last by these versions, or ``None``. Some milliseconds."""
    try:
        with np.load(_file(data_hash, unit), allow_pickle=False) as archive:
            scores = UnitScores(
                unit=unit,
                together=_UNITS[int(archive["together"])],
                mixed=int(archive["mixed"]),
                row=archive["row"].astype(np.int64),
                label=archive["label"].astype(np.int8),
                lines=archive["lines"].astype(np.int64),
                log_odds=archive["log_odds"].astype(np.float64),
            )
    except (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile):
        # Missing or damaged: it can be computed again.
        return None
    return scores if len({len(scores.row), len(scores.label), len(scores.lines), len(scores.log_odds)}) == 1 else None


def keep_scores(data_hash: str, scores: UnitScores) -> None:
    """Write scores where :func:`kept_scores` finds them."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        together=np.int64(_UNITS.index(scores.together)),
        mixed=np.int64(scores.mixed),
        row=scores.row,
        label=scores.label,
        lines=scores.lines,
        log_odds=scores.log_odds,
    )
    files.write_atomic(_file(data_hash, scores.unit), buffer.getvalue())


def _file(data_hash: str, unit: Unit) -> Path:
    versions = f"{gendertui.__version__}-{version('scikit-learn')}"
    return paths.suspects_dir() / f"{data_hash[:32]}-{unit}-{versions}.npz"
