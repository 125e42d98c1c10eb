"""A scene as the pane shows it, scored off the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.corpus.units import Noun, Units
from gendertui.scoring.prior import Prior
from gendertui.tui.predict.answer import LoadedModel

if TYPE_CHECKING:
    from gendertui.scoring.scene import Scene as ScoredScene
    from gendertui.scoring.scene import SceneCharacter, SceneLine


@dataclass(frozen=True)
class Scene:
    """What was pasted, with its answer; the speakers in the order in which they first speak."""

    text: str
    scored: ScoredScene
    labels: tuple[str, str]
    """Safe for a terminal."""
    odds: str
    units: Units
    """Of the model's corpus."""

    @property
    def lines(self) -> tuple[SceneLine, ...]:
        return self.scored.lines

    @property
    def characters(self) -> tuple[SceneCharacter, ...]:
        return self.scored.characters

    @property
    def noun(self) -> Noun:
        """What the model's corpus calls a speaker."""
        return self.units.noun(self.units.whole)

    def parts_of(self, character: SceneCharacter) -> list[tuple[str, str, float]]:
        """Name of each part of a score, what it reads, and what it adds to the log-odds of the second label; nothing
        for a score that is the mean of lines."""
        from gendertui.model.characters import part_phrase

        return [(name, part_phrase(name, self.units), value) for name, value in character.score.parts.items()]


def score(oracle: LoadedModel, text: str, odds: Prior) -> Scene:
    """Find who says what, and score it.

    :raises GendertuiError: see ``read_scene`` and ``score_scene`` of :mod:`gendertui.scoring.scene`.
    """
    from gendertui.scoring.scene import read_scene, score_scene

    scored = score_scene(oracle.scorer, read_scene(text), odds)
    words = odds.in_words(oracle.labels[1], odds.of(oracle.scorer))
    return Scene(text, scored, oracle.labels, words, oracle.units)
