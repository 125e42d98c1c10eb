"""The groups and speakers of a corpus, with their lines by label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Ints
from gendertui.corpus.table import Corpus


@dataclass(frozen=True)
class Member:
    """A group or a speaker, with its lines by label."""

    id: str
    name: str
    """What a person knows it by: a film's title, a character's name; else the id."""
    negative: int
    positive: int
    missing: int

    @property
    def lines(self) -> int:
        """All its lines."""
        return self.negative + self.positive + self.missing


def members(corpus: Corpus, column: str, rows: Ints | None = None) -> list[Member]:
    """The values of ``group_id`` or ``speaker_id``, those with most lines first; lines without a value are left out.

    :param rows: the lines to count, all where they are not given; who has none of them is left out.
    """
    if not corpus.has(column):
        return []
    codes = corpus.groups(column)
    number = int(codes.max(initial=-1)) + 1
    of_label = codes.astype(np.int64) * 3 + corpus.label_codes() + 1
    counted = np.bincount(of_label if rows is None else of_label[rows], minlength=3 * number).reshape(-1, 3)
    # The first line of each says what it is called.
    first = np.full(number, len(codes), dtype=np.int64)
    np.minimum.at(first, codes, np.arange(len(codes)))
    ids = corpus.column(column).take(first).to_pylist()
    named = {"group_id": "title", "speaker_id": "speaker"}[column]
    names = corpus.column(named).take(first).to_pylist() if corpus.has(named) else ids
    found = [
        Member(value, name or value, int(negative), int(positive), int(missing))
        for value, name, (missing, negative, positive) in zip(ids, names, counted, strict=True)
        if value is not None and missing + negative + positive
    ]
    return sorted(found, key=lambda member: -member.lines)


def rows_of(corpus: Corpus, column: str, id: str) -> list[int]:
    """The rows of one value of ``group_id`` or ``speaker_id``, in scene order."""
    import pyarrow.compute as pc

    rows = np.flatnonzero(pc.equal(corpus.column(column), id).to_numpy(zero_copy_only=False) == True)  # noqa: E712
    return [int(row) for row in rows[np.argsort(corpus.scene_places[rows], kind="stable")]]
