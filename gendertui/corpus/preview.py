"""What a split would give, before anything is trained on it: rows and classes a set, groups, and what leaks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np

from gendertui.arrays import Ints
from gendertui.corpus.balance import METHODS, balanced_counts
from gendertui.corpus.leaks.count import count_leaks
from gendertui.corpus.leaks.schema import Leaks
from gendertui.corpus.splits.split import SETS, TRAIN, UNUSED, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress


@dataclass(frozen=True)
class SetPreview:
    """One of the three sets. Rows are by label, negative and positive."""

    name: str
    rows: tuple[int, int]
    balanced: tuple[int, int]
    """The rows after balancing, copies included; the same in every set but train, which alone is balanced."""
    groups: int | None
    """How many groups have rows in it; ``None`` where the corpus has none."""
    speakers: int | None


@dataclass(frozen=True)
class SplitPreview:
    """What a split gives on a corpus."""

    labels: tuple[str, str]
    protocol: str
    """The protocol drawn."""
    requested: str
    """The protocol requested, possibly ``auto``."""
    seed: int
    balance: str
    fractions: tuple[float, float, float]
    """Of the rows used; train, validation, test."""
    sets: tuple[SetPreview, ...]
    """Those that have rows."""
    unused: int
    """Rows in no set: without a label or a text."""
    warnings: tuple[str, ...]
    leaks: Leaks | None
    """``None``: they were not counted."""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "leaks": msgspec.to_builtins(self.leaks)}


def preview(
    corpus: Corpus,
    protocol: str,
    seed: int,
    balance: str,
    *,
    leaks: bool = True,
    progress: Progress | None = None,
) -> SplitPreview:
    """Draw a split and count what is in it.

    :param protocol: as :func:`~.splits.split.make_split` takes it.
    :param balance: one of :data:`~.balance.METHODS`.
    :param leaks: count them too, which takes most of the time (a second on 100,000 lines).
    :raises GendertuiError: the split cannot be drawn, or there is no such method.
    """
    if balance not in METHODS:
        raise GendertuiError(
            f"unknown balancing method {balance!r}", hint=f"Methods: {', '.join(METHODS)}.", code=ExitCode.USAGE
        )
    split = make_split(corpus, protocol, seed)
    groups, speakers = (
        corpus.groups(column).astype(np.int64) if corpus.has(column) else None for column in ("group_id", "speaker_id")
    )
    sets = []
    for which, name in enumerate(SETS):
        rows = split.rows(which)
        if not len(rows):
            continue
        negative, positive = (split.counts[name][label] for label in corpus.labels)
        counts = negative, positive
        balanced = balanced_counts(counts, balance) if which == TRAIN else counts
        sets.append(SetPreview(name, counts, balanced, _different(groups, rows), _different(speakers, rows)))
    return SplitPreview(
        labels=corpus.labels,
        protocol=split.protocol,
        requested=split.requested,
        seed=seed,
        balance=balance,
        fractions=split.fractions,
        sets=tuple(sets),
        unused=int((split.assignment == UNUSED).sum()),
        warnings=split.warnings,
        leaks=count_leaks(corpus, split, progress) if leaks else None,
    )


def _different(members: Ints | None, rows: Ints) -> int | None:
    return None if members is None else len(np.unique(members[rows]))
