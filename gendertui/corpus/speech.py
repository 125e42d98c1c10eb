"""Who says which line after whom: what a score of whole speakers reads beside single lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Ints

NOBODY = -1
"""Number of a speaker who is not known."""


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

    def part(self, places: Bools | slice) -> tuple[Speech, Ints, Ints]:
        """The lines at some places, renumbered, and which speaker and group of these each of its own is."""
        speaker, speakers = renumbered(self.speaker[places])
        group, groups = renumbered(self.group[places])
        scene, _ = renumbered(self.scene[places])
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


def speech_of_scene(speakers: Sequence[str | None]) -> Speech:
    """What is said in a scene, line by line.

    :param speakers: who says each line; letters' case makes no other speaker.
    """
    numbers: dict[str, int] = {}
    speaker = np.array(
        [NOBODY if name is None else numbers.setdefault(name.casefold(), len(numbers)) for name in speakers], np.int64
    )
    one = np.zeros(len(speakers), np.int64)
    return Speech(np.arange(len(speakers)), speaker, one, one, in_order=True, groups_known=True)


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


def renumbered(numbers: Ints) -> tuple[Ints, Ints]:
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
