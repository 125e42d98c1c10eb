"""Draw a split, keep it in a run's folder."""

from __future__ import annotations

import importlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gendertui import files
from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.splits.tutorial import FULL_CORPUS, held_out
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

TRAIN, VALIDATION, TEST, UNUSED = 0, 1, 2, -1
SETS = ("train", "validation", "test")
MINIMUM_GROUPS = 20
"""Films a corpus needs for ``auto`` to split by film."""
SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Split:
    """Which set each row belongs to.

    :ivar assignment: int8 [rows]: −1 not used, 0 train, 1 validation, 2 test.
    :ivar protocol: the protocol drawn, never ``auto``.
    :ivar counts: set → label → rows, before balancing.
    """

    assignment: np.ndarray[Any, np.dtype[np.int8]]
    protocol: str
    requested: str
    seed: int
    fractions: tuple[float, float, float]
    counts: dict[str, dict[str, int]]
    warnings: tuple[str, ...] = ()

    def rows(self, which: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Row indices of a set, in source order."""
        return np.flatnonzero(self.assignment == which)

    def save(self, folder: Path, balanced: dict[str, int] | None = None) -> None:
        """Write ``split.npy`` and ``split.json``.

        :param balanced: train rows by label after balancing.
        """
        buffer = io.BytesIO()
        np.save(buffer, self.assignment, allow_pickle=False)
        files.write_atomic(folder / "split.npy", buffer.getvalue())
        described = {
            "schema": SCHEMA,
            "protocol": self.protocol,
            "requested": self.requested,
            "seed": self.seed,
            "fractions": list(self.fractions),
            "counts": self.counts,
            "balanced": balanced,
            "warnings": list(self.warnings),
        }
        files.write_json(folder / "split.json", described)

    @classmethod
    def load(cls, folder: Path) -> Split:
        """Read what :meth:`save` wrote.

        :raises GendertuiError: a file is missing or damaged.
        """
        try:
            assignment = np.load(folder / "split.npy", allow_pickle=False)
            described = json.loads((folder / "split.json").read_text(encoding="utf-8"))
            return cls(
                assignment=assignment,
                protocol=described["protocol"],
                requested=described["requested"],
                seed=described["seed"],
                fractions=(described["fractions"][0], described["fractions"][1], described["fractions"][2]),
                counts=described["counts"],
                warnings=tuple(described["warnings"]),
            )
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise GendertuiError(
                f"the run's split cannot be read: {error}",
                where=str(folder),
                hint="Start the run anew.",
                code=ExitCode.RUN,
            ) from error


def make_split(corpus: Corpus, protocol: str, seed: int) -> Split:
    """Draw a split.

    :param protocol: one of :data:`PROTOCOLS`, or ``auto``: by film where at least 20 films have labelled lines.
    :raises GendertuiError: the protocol is unknown, the corpus has no such groups, or a set would lack a label.
    """
    if protocol != "auto" and protocol not in PROTOCOLS:
        raise GendertuiError(
            f"there is no split called {protocol!r}",
            hint=f"Splits: auto, {', '.join(PROTOCOLS)}.",
            code=ExitCode.USAGE,
        )
    warnings: list[str] = []
    requested = protocol
    if protocol == "auto":
        films = len(np.unique(corpus.groups("movie_id")[corpus.label_codes() >= 0])) if corpus.has("movie_id") else 0
        protocol = "by-movie" if films >= MINIMUM_GROUPS else "random"
        if protocol == "random":
            warnings.append(
                f"only {films} films have labelled lines ({MINIMUM_GROUPS} are needed to split by film): split at "
                "random, so lines of one film stand on both sides and the figures flatter"
            )
    needed = {"by-movie": "movie_id", "by-character": "character_id"}.get(protocol)
    if needed and not corpus.has(needed):
        raise GendertuiError(
            f"the corpus has no {needed}, so it cannot be split {protocol}",
            where=str(corpus.path),
            hint="Choose --split random.",
            code=ExitCode.DATA,
        )
    module, _, function = PROTOCOLS[protocol].partition(":")
    assignment = getattr(importlib.import_module(module), function)(corpus, seed)
    codes = corpus.label_codes()
    counts = {
        name: {label: int(((assignment == which) & (codes == code)).sum()) for code, label in enumerate(corpus.labels)}
        for which, name in enumerate(SETS)
    }
    labelled = int((codes >= 0).sum())
    if protocol == "tutorial" and labelled < FULL_CORPUS:
        warnings.append(
            f"the article held out 10,000 lines of each class of its 242,023; this corpus has {labelled:,} labelled "
            f"lines, so {held_out(labelled):,} of each class are held out"
        )
    for name in SETS[:2] if protocol == "tutorial" else SETS:
        absent = [label for label, count in counts[name].items() if not count]
        if absent:
            raise GendertuiError(
                f"split {protocol} leaves the {name} set without a line labelled {' or '.join(absent)}",
                where=str(corpus.path),
                hint="Choose another --split-seed, --split random, or a larger corpus.",
                code=ExitCode.DATA,
            )
    used = max(1, int((assignment >= 0).sum()))
    shares = tuple(round(int((assignment == which).sum()) / used, 4) for which in range(3))
    return Split(assignment, protocol, requested, seed, (shares[0], shares[1], shares[2]), counts, tuple(warnings))
