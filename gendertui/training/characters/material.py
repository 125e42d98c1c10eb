"""What the model of characters reads of a corpus: who says what, the words of it, and whom it is known of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Ints
from gendertui.corpus.speech import Speech, speaker_labels
from gendertui.corpus.speech_table import speech_of, whole_unit
from gendertui.corpus.splits.split import UNUSED, Split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.text.encode import TokenisedLines
from gendertui.text.names import names_in
from gendertui.text.spoken import Spoken


@dataclass(frozen=True, eq=False)
class Sides:
    """What of a corpus belongs to a set of its split, to learn from or to score."""

    speech: Speech
    labels: npt.NDArray[np.int8]
    """[speakers] −1 where unknown."""
    mixed: int
    """Speakers whose lines carry both labels."""
    row: Ints
    """[speakers] a row of the corpus that each says."""


@dataclass(frozen=True, eq=False)
class Material:
    """A corpus with speakers, tokenised."""

    corpus: Corpus
    tokenised: TokenisedLines
    unit: Unit

    @property
    def stage(self) -> str:
        """What is at work while its characters are: in the corpus's own word for them, ``authors``."""
        return self.corpus.units.noun(self.unit).many

    @classmethod
    def of(cls, corpus: Corpus, tokenised: TokenisedLines) -> Material | None:
        """``None`` where the corpus has nobody who says its lines."""
        unit = whole_unit(corpus)
        return None if unit is None else cls(corpus, tokenised, unit)

    @cached_property
    def spoken(self) -> Spoken:
        return Spoken.of_tokenised(self.tokenised)

    @cached_property
    def masked(self) -> Spoken:
        """The same with names masked, see :data:`gendertui.text.names.RULE`; counted over all lines of the corpus,
        without their labels."""
        names = names_in(self.corpus.column("text").to_pylist())
        return Spoken.of_tokenised(self.tokenised, names)

    def all(self) -> Sides:
        """The whole corpus."""
        everywhere = np.ones(len(self.corpus), np.bool_)
        return self._sides(everywhere, everywhere)

    def side(self, split: Split, which: int) -> Sides:
        """A set of a split: its lines, and those in no set, mostly without a label, of its groups. No line of another
        set is read, not as somebody's words and not as what is said to somebody; and no label of a line in no set."""
        mine = split.assignment == which
        corpus = self.corpus
        column = "group_id" if corpus.has("group_id") else "speaker_id"
        groups = corpus.groups(column)
        here = np.zeros(int(groups.max(initial=-1)) + 1, np.bool_)
        here[groups[mine]] = True
        return self._sides(mine | ((split.assignment == UNUSED) & here[groups]), mine)

    def _sides(self, places: Bools, labelled: Bools) -> Sides:
        """:param places: [rows] which are read. :param labelled: [rows] of which the labels are."""
        speech, _ = speech_of(self.corpus, places)
        labels, mixed = speaker_labels(np.where(labelled, self.corpus.label_codes(), np.int8(-1)), speech)
        speaker, line = speech.own()
        row = np.zeros(speech.speakers, np.int64)
        row[speaker[::-1]] = line[::-1]
        return Sides(speech, labels, mixed, row)
