"""What is said in a corpus: its rows in order, by speaker and scene."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from gendertui.arrays import Bools, Ints
from gendertui.corpus.speech import NOBODY, Speech, renumbered
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit

PURE = 0.95
"""Share of the groups that must carry a single label before groups stand for speakers."""


def whole_unit(corpus: Corpus) -> Unit | None:
    """What is scored as a whole: speakers; groups, where no line has a speaker and nearly every group carries one label
    alone (authors, users); ``None`` where there is neither."""
    if corpus.has("speaker_id"):
        return "speaker"
    if not corpus.has("group_id"):
        return None
    codes, groups = corpus.label_codes(), corpus.groups("group_id")
    labelled = codes >= 0
    if not labelled.any():
        return "group"
    number = int(groups.max(initial=-1)) + 1
    positive = np.bincount(groups[labelled], codes[labelled] == 1, minlength=number)
    lines = np.bincount(groups[labelled], minlength=number)
    some = lines > 1
    pure = (positive == 0) | (positive == lines)
    return "group" if some.any() and pure[some].mean() >= PURE else None


def speech_of(corpus: Corpus, places: Bools | None = None, *, blank: bool = False) -> tuple[Speech, Ints]:
    """What is said in a corpus, and the row of the table of each line that is said.

    :param places: bool [rows] which rows may be looked at; by default all.
    :param blank: keep the rows without a text, too.
    :raises ValueError: the corpus has nothing that can be scored as a whole, see :func:`whole_unit`.
    """
    unit = whole_unit(corpus)
    if unit is None:
        raise ValueError("nobody says the lines of this corpus")
    order = corpus.scene_order()
    allowed = np.ones(len(corpus), np.bool_) if blank else corpus.has_text()
    if places is not None:
        allowed = allowed & places
    rows = order[allowed[order]]
    group = corpus.groups("group_id").astype(np.int64) if corpus.has("group_id") else None
    if unit == "group":
        assert group is not None
        named = _named(corpus, "group_id")
        speaker = np.where(named, group, NOBODY)
        alone = speaker
    else:
        named = _named(corpus, "speaker_id")
        speaker = corpus.groups("speaker_id").astype(np.int64)
        if group is not None:
            speaker = speaker + group * (int(speaker.max(initial=0)) + 1)
        speaker = np.where(named, speaker, NOBODY)
        alone = speaker if group is None else group
    scene = alone if group is None else _scenes(corpus, group)
    speaker, _ = renumbered(speaker[rows])
    group_numbers, _ = renumbered(alone[rows])
    scenes, _ = renumbered(scene[rows])
    known = unit == "speaker" and group is not None
    in_order = known and (corpus.has("position") or corpus.has("line_id"))
    return Speech(rows, speaker, group_numbers, scenes, in_order, known), rows


def _scenes(corpus: Corpus, group: Ints) -> Ints:
    """[rows] the conversation of each; where the corpus does not know them, the run of lines of one group whose numbers
    follow one another: in the film corpus numbers go on within a conversation and leap between two."""
    if corpus.has("conversation_id"):
        conversation = corpus.groups("conversation_id").astype(np.int64)
        return group * (int(conversation.max(initial=0)) + 1) + conversation
    numbers = corpus.scene_numbers()
    if numbers is None:
        return group
    order = corpus.scene_order()
    step, same = np.diff(numbers[order]), np.diff(group[order]) == 0
    steps, times = np.unique(step[same & (step > 0)], return_counts=True)
    usual = int(steps[np.argmax(times)]) if len(steps) else 1
    begins = np.ones(len(order), np.bool_)
    begins[1:] = ~same | (step > usual)
    scenes = np.empty(len(order), np.int64)
    scenes[order] = np.cumsum(begins) - 1
    return scenes


def _named(corpus: Corpus, column: str) -> Bools:
    named: Bools = pc.fill_null(pc.not_equal(corpus.column(column), ""), False).to_numpy().astype(bool)
    return named
