"""Who says which line after whom: what a score of whole speakers reads beside single lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from gendertui.arrays import Bools, Ints
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit

NOBODY = -1
"""Number of a speaker who is not known."""
PURE = 0.95
"""Share of the groups that must carry a single label before groups stand for speakers."""


@dataclass(frozen=True, eq=False)
class Speech:
    """Lines as they are said, one group after the other, in order within a group.

    All numbers count from 0 without gaps, in the order of first appearance here: they depend neither on what ids are
    called nor on the order of rows in a file.
    """

    line: Ints
    """[said] the line's number where its words are kept; a line may be said twice."""
    speaker: Ints
    """[said] :data:`NOBODY` where unknown."""
    group: Ints
    """[said]."""
    scene: Ints
    """[said] what lines answer one another in: a conversation where the corpus knows them, else a run of lines that are
    numbered without a gap."""
    in_order: bool
    """Whether the lines of a scene follow one another as they were said."""
    groups_known: bool
    """Whether the groups are the corpus's; otherwise each speaker is a group alone."""

    @property
    def speakers(self) -> int:
        return int(self.speaker.max(initial=NOBODY)) + 1

    @property
    def groups(self) -> int:
        return int(self.group.max(initial=-1)) + 1

    @cached_property
    def group_of(self) -> Ints:
        """[speakers] the group of each."""
        found = np.zeros(self.speakers, np.int64)
        known = self.speaker >= 0
        found[self.speaker[known]] = self.group[known]
        return found

    @cached_property
    def lines(self) -> Ints:
        """[speakers] how many lines each says."""
        return np.bincount(self.speaker[self.speaker >= 0], minlength=self.speakers)

    def own(self) -> tuple[Ints, Ints]:
        """Speaker and line of all that is said by somebody known."""
        known = self.speaker >= 0
        return self.speaker[known], self.line[known]

    def heard(self) -> tuple[Ints, Ints]:
        """Speaker and line of what is said to each. Nothing where the order is not known.

        A line is said to the speaker before it in its scene if the one after it is the same, or if there is only one
        of the two. Who is meant between two others nobody can tell: such lines are said to neither.
        """
        if not self.in_order or not len(self.line):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        # Lines of one speaker that follow each other are one turn.
        begins = np.ones(len(self.line), np.bool_)
        begins[1:] = (self.scene[1:] != self.scene[:-1]) | (self.speaker[1:] != self.speaker[:-1])
        turn = np.cumsum(begins) - 1
        speaker, scene = self.speaker[begins], self.scene[begins]
        nobody = np.array([NOBODY])
        apart = scene[1:] != scene[:-1]
        none = NOBODY - 1
        before = np.concatenate((nobody - 1, np.where(apart, none, speaker[:-1])))
        after = np.concatenate((np.where(apart, none, speaker[1:]), nobody - 1))
        meant = np.where(before == none, after, np.where((after == none) | (after == before), before, NOBODY))[turn]
        said = meant >= 0
        return meant[said], self.line[said]

    def part(self, places: Bools) -> tuple[Speech, Ints, Ints]:
        """The lines at some places, renumbered, and which speaker and group of these each of its own is."""
        speaker, speakers = _renumbered(self.speaker[places])
        group, groups = _renumbered(self.group[places])
        scene, _ = _renumbered(self.scene[places])
        return (
            Speech(self.line[places], speaker, group, scene, self.in_order, self.groups_known),
            speakers,
            groups,
        )


def joined(parts: Sequence[Speech]) -> Speech:
    """Several as one: the speakers and groups of each after those of the ones before it."""
    speakers = np.cumsum([0, *(part.speakers for part in parts)])
    groups = np.cumsum([0, *(part.groups for part in parts)])
    scenes = np.cumsum([0, *(int(part.scene.max(initial=-1)) + 1 for part in parts)])
    return Speech(
        line=np.concatenate([part.line for part in parts]),
        speaker=np.concatenate(
            [
                np.where(part.speaker >= 0, part.speaker + start, NOBODY)
                for part, start in zip(parts, speakers, strict=False)
            ]
        ),
        group=np.concatenate([part.group + start for part, start in zip(parts, groups, strict=False)]),
        scene=np.concatenate([part.scene + start for part, start in zip(parts, scenes, strict=False)]),
        in_order=parts[0].in_order,
        groups_known=parts[0].groups_known,
    )


def whole_unit(corpus: Corpus) -> Unit | None:
    """What is scored as a whole: speakers; groups, where no line has a speaker and nearly every group carries one label
    alone (authors, users); ``None`` where there is neither."""
    if corpus.has("speaker_id"):
        return "speaker"
    if not corpus.has("group_id"):
        return None
    codes, groups = corpus.label_codes(), corpus.groups("group_id")
    labelled = codes >= 0
    number = int(groups.max(initial=-1)) + 1
    positive = np.bincount(groups[labelled], codes[labelled] == 1, minlength=number)
    lines = np.bincount(groups[labelled], minlength=number)
    some = lines > 1
    pure = (positive == 0) | (positive == lines)
    return "group" if some.any() and pure[some].mean() >= PURE else None


def speech_of(corpus: Corpus, places: Bools | None = None) -> tuple[Speech, Ints]:
    """What is said in a corpus, and the row of the table of each line that is said.

    :param places: bool [rows] which rows may be looked at; by default all. Rows without a text are left out.
    :raises ValueError: the corpus has nothing that can be scored as a whole, see :func:`whole_unit`.
    """
    unit = whole_unit(corpus)
    if unit is None:
        raise ValueError("nobody says the lines of this corpus")
    order = corpus.scene_order()
    allowed = corpus.has_text() if places is None else corpus.has_text() & places
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
    speaker, _ = _renumbered(speaker[rows])
    group_numbers, _ = _renumbered(alone[rows])
    scenes, _ = _renumbered(scene[rows])
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


def speaker_labels(codes: npt.NDArray[np.int8], speech: Speech) -> tuple[npt.NDArray[np.int8], int]:
    """int8 [speakers] the label of each: 0, 1, or −1 where no line of it has one; and how many speakers are left
    without since their lines carry both.

    :param codes: int8 [lines] what :attr:`Speech.line` counts: 0, 1, or −1 where unknown.
    """
    speaker, line = speech.own()
    label = codes[line]
    negative = np.bincount(speaker[label == 0], minlength=speech.speakers) > 0
    positive = np.bincount(speaker[label == 1], minlength=speech.speakers) > 0
    labels = np.where(positive, 1, np.where(negative, 0, -1)).astype(np.int8)
    mixed = negative & positive
    labels[mixed] = -1
    return labels, int(mixed.sum())


def _named(corpus: Corpus, column: str) -> Bools:
    named: Bools = pc.fill_null(pc.not_equal(corpus.column(column), ""), False).to_numpy().astype(bool)
    return named


def _renumbered(numbers: Ints) -> tuple[Ints, Ints]:
    """Numbers counted from 0 in the order of first appearance, negative ones left as they are; and the old number of
    each new one."""
    known = numbers >= 0
    old, first, where = np.unique(numbers[known], return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(old), np.int64)
    rank[order] = np.arange(len(old))
    new = np.full(len(numbers), NOBODY, np.int64)
    new[known] = rank[where]
    return new, old[order]
