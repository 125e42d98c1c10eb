"""What lines go together: the groups and speakers of a corpus, as the numbers and names that scores keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.speech_table import whole_unit
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.evaluation.report.scores import UNKNOWN_CHARACTER, UNKNOWN_YEAR, Names, Scores


@dataclass(frozen=True, eq=False)
class UnitNumbers:
    """Of each row of a corpus the group that is resampled for intervals, and the speaker."""

    unit: Unit
    """What is resampled: ``group``; ``speaker`` where the corpus knows speakers and no groups; ``line`` where it knows
    neither."""
    group: npt.NDArray[np.int32]
    """int32 [rows]."""
    character: npt.NDArray[np.int32]
    """int32 [rows] who says it, −1 where unknown: the speaker (those of one id in two groups are two), or the group
    where groups stand for speakers, see :func:`gendertui.corpus.speech.whole_unit`."""
    names: Names
    """What the numbers stand for."""

    @classmethod
    def of(cls, corpus: Corpus) -> UnitNumbers:
        """Those of all rows of ``corpus``."""
        own = corpus.groups("group_id") if corpus.has("group_id") else None
        whole = whole_unit(corpus)
        if whole == "group" and own is not None:
            character, characters = _named_groups(corpus, own)
        else:
            character, characters = _speakers(corpus, own)
        unit: Unit
        if own is not None:
            unit, group, groups = "group", own, _first_rows(own)
        elif len(characters):
            # A line of nobody we know stands alone.
            alone = len(characters) + np.arange(len(corpus), dtype=np.int32)
            unit, group, groups = "speaker", np.where(character >= 0, character, alone), characters
        else:
            unit, group, groups = "line", np.arange(len(corpus), dtype=np.int32), characters
        column = "group_id" if own is not None else "speaker_id"
        names = Names(
            groups=_words(corpus, column, groups),
            year=_years(corpus, groups),
            genres=_words(corpus, "genres", groups),
            characters=_words(corpus, "group_id" if whole == "group" else "speaker_id", characters),
            credit=_words(corpus, "credit", characters),
        )
        return cls(unit, group.astype(np.int32), character, names)


def _speakers(corpus: Corpus, group: npt.NDArray[np.int32] | None) -> tuple[npt.NDArray[np.int32], Ints]:
    """The speaker of each row, and the first row of each speaker."""
    if not corpus.has("speaker_id"):
        return np.full(len(corpus), UNKNOWN_CHARACTER, np.int32), np.zeros(0, np.int64)
    codes = corpus.groups("speaker_id").astype(np.int64)
    if group is not None:
        codes += group.astype(np.int64) * (codes.max(initial=0) + 1)
    known = pc.fill_null(pc.not_equal(corpus.column("speaker_id"), ""), False).to_numpy().astype(bool)
    _, first, number = np.unique(codes[known], return_index=True, return_inverse=True)
    speakers = np.full(len(corpus), UNKNOWN_CHARACTER, np.int32)
    speakers[known] = number
    return speakers, np.flatnonzero(known)[first]


def _named_groups(corpus: Corpus, group: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Ints]:
    """The group of each row, −1 where it has none, and the first row of each."""
    named = pc.fill_null(pc.not_equal(corpus.column("group_id"), ""), False).to_numpy().astype(bool)
    return np.where(named, group, UNKNOWN_CHARACTER).astype(np.int32), _first_rows(group)


def _first_rows(codes: npt.NDArray[np.int32]) -> Ints:
    """The first row of each of the numbers 0 … n − 1."""
    return np.unique(codes, return_index=True)[1]


def _values(corpus: Corpus, column: str, rows: Ints) -> pa.ChunkedArray | None:
    return corpus.column(column).take(pa.array(rows)) if corpus.has(column) else None


def _words(corpus: Corpus, column: str, rows: Ints) -> npt.NDArray[np.str_]:
    values = _values(corpus, column, rows)
    words: list[Any] = [""] * len(rows) if values is None else pc.fill_null(values, "").to_pylist()
    return np.array(words, dtype=np.str_)


def _years(corpus: Corpus, rows: Ints) -> npt.NDArray[np.int16]:
    values = _values(corpus, "year", rows)
    if values is None:
        return np.full(len(rows), UNKNOWN_YEAR, np.int16)
    years: npt.NDArray[np.int16] = pc.fill_null(values, UNKNOWN_YEAR).to_numpy().astype(np.int16)
    return years


def scores_of(
    corpus: Corpus,
    sets: Mapping[int, Ints],
    lengths: npt.NDArray[Any],
    *,
    logit: npt.NDArray[np.float32],
    baseline_logit: npt.NDArray[Any],
    epoch: int,
) -> Scores:
    """The scores of labelled rows of a corpus, with their groups and speakers.

    :param sets: set → its rows. The logits are of these rows, in this order.
    :param lengths: [lines of the corpus] tokens.
    """
    rows, numbers = np.concatenate(list(sets.values())), UnitNumbers.of(corpus)
    return Scores(
        row=rows,
        set=np.repeat(np.array(list(sets), np.int8), [len(part) for part in sets.values()]),
        label=corpus.label_codes()[rows],
        group=numbers.group[rows],
        character=numbers.character[rows],
        length=lengths[rows].astype(np.int32),
        logit=logit,
        baseline_logit=baseline_logit.astype(np.float32),
        epoch=epoch,
        names=numbers.names,
    )
