"""The model of whole characters: linear models of what they say and hear, and how their scores are added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats
from gendertui.corpus.units import Unit, Units
from gendertui.model.calibration import Calibration
from gendertui.text.documents import Documents
from gendertui.text.hashed_ngrams import Keys

HALF_LINES = 20
"""Lines at which a part has half of what many lines add to its weight."""


@dataclass(frozen=True)
class Part:
    """Something that a character's score is made of."""

    name: str
    phrase: str
    """What it reads, for a person; ``{group}`` and ``{speaker}`` are the corpus's own words."""
    text: str | None
    """The linear model that reads it; ``None`` where it follows from another part's scores."""
    of: str = "own"
    """What :attr:`text` reads: the character's ``own`` lines as one document, its own ``lines`` one by one, or those
    ``heard``."""
    kind: str = "words"
    """What n-grams it reads of them, see :class:`gendertui.text.spoken.Spoken`."""


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part("lines", "its lines, one by one", "lines", "lines"),
        Part("own-words", "its own words as one text", "own-words", "own"),
        Part("said-to", "what is said to it", "said-to", "heard"),
        Part("addressed-as", "what others call it", "addressed-as", "heard", "addresses"),
        Part("company", "the others of its {group}", None),
    )
}
"""By name, in the order in which they are shown."""


def part_phrase(part: str, units: Units) -> str:
    """What a part of a character's score reads, in the corpus's words."""
    return PARTS[part].phrase.format(group=units.noun("group").one)


class Weighable(Protocol):
    """Documents, however they are counted."""

    def linear(self, idf: npt.NDArray[np.floating], weights: npt.NDArray[np.floating]) -> Floats:
        """As :meth:`gendertui.text.documents.Documents.linear`."""


@dataclass(frozen=True, eq=False)
class LinearText:
    """Log-odds of a document: TF-IDF of its words and pairs of words, and a weight for each."""

    weights: npt.NDArray[np.float32]
    """[n-grams]."""
    idf: npt.NDArray[np.float32]
    """[n-grams]."""
    intercept: float

    def terms(self, documents: Documents) -> Floats:
        """[entries] what each n-gram of each document adds to its log-odds."""
        terms: Floats = documents.tfidf(self.idf) * self.weights[documents.gram]
        return terms

    def scores(self, documents: Weighable) -> Floats:
        """[documents] log-odds of the positive label."""
        return documents.linear(self.idf, self.weights) + self.intercept


@dataclass(frozen=True)
class Weight:
    """What a part's log-odds are multiplied with: ``few + more · n / (n + HALF_LINES)`` for ``n`` lines."""

    few: float
    more: float

    def of(self, lines: npt.NDArray[Any]) -> Floats:
        factor: Floats = self.few + self.more * lines / (lines + HALF_LINES)
        return factor


@dataclass(frozen=True, eq=False)
class CharacterModel:
    """From what characters say and hear to the log-odds of the positive label."""

    unit: Unit
    """What it scores: ``speaker``; ``group`` where a corpus has groups (authors, users) and no speakers."""
    keys: Mapping[str, Keys]
    """Kind of n-gram → [n-grams] the known ones' numbers, ascending."""
    texts: Mapping[str, LinearText]
    """By :attr:`Part.text`."""
    stack: Mapping[str, Weight]
    """Part → its weight; parts that the corpus could not give are not there."""
    intercept: float
    calibration: Calibration = field(default_factory=Calibration)
    """Fitted on validation."""

    def calibrated(self, calibration: Calibration) -> CharacterModel:
        return replace(self, calibration=calibration)

    def contributions(self, scores: Mapping[str, Floats], lines: Mapping[str, npt.NDArray[Any]]) -> dict[str, Floats]:
        """Part → [characters] what it adds to the calibrated log-odds.

        :param scores: part → [characters] log-odds. :param lines: part → [characters] lines they rest on.
        """
        slope = self.calibration.slope
        return {name: slope * weight.of(lines[name]) * scores[name] for name, weight in self.stack.items()}

    def contribution(self, part: str, score: float, lines: int) -> float:
        """The same for one part of one character."""
        weight = self.stack[part]
        return self.calibration.slope * (weight.few + weight.more * lines / (lines + HALF_LINES)) * score

    @property
    def offset(self) -> float:
        """What is added to the contributions."""
        return self.calibration.slope * self.intercept + self.calibration.intercept
