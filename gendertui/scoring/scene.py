"""A scene scored: each line, and each character by all it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gendertui.corpus.scene import parse_scene
from gendertui.errors import ExitCode, GendertuiError
from gendertui.scoring.characters import CharacterScore, CharacterScorer
from gendertui.scoring.explain import Explained, explain
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import ScoredLine, Scorer

Speech = tuple[str | None, str]
"""Who speaks, where that is known, and what."""


@dataclass(frozen=True)
class SceneLine:
    """One line of speech with its answer."""

    character: str | None
    text: str
    scored: ScoredLine | GendertuiError
    """Its score, or the error that says why it has none."""
    explained: Explained | None
    """Where that was asked for and there is a score."""
    after: float | None
    """Probability of the positive label that its character has after it; ``None`` where the line does not count in
    one, or the model has no calibration for characters."""


@dataclass(frozen=True)
class SceneCharacter:
    """A character of a scene, one line with a known word at least."""

    name: str
    """As it is first written; letters' case makes no other character."""
    score: CharacterScore
    moves: tuple[float, ...]
    """[lines that count] probability of the positive label after each. The last is the character's; where the model has
    no calibration for characters, that of the mean of its lines."""


@dataclass(frozen=True)
class Scene:
    """The characters are in the order in which they first speak."""

    lines: tuple[SceneLine, ...]
    characters: tuple[SceneCharacter, ...]


@dataclass
class _Character:
    name: str
    total: float = 0.0
    log_odds: list[float] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    """After each line."""

    def add(self, log_odds: float) -> None:
        self.total += log_odds
        self.log_odds.append(log_odds)
        self.means.append(self.total / len(self.log_odds))


def read_scene(text: str, where: str | None = None) -> list[Speech]:
    """Who says what in a scene or a screenplay.

    :param where: what the text comes from, for the error.
    :raises GendertuiError: nobody says anything.
    """
    spoken = parse_scene(text)
    if not spoken:
        raise GendertuiError(
            "there is no line of speech in it",
            where=where,
            hint="Write NAME: line, or a screenplay's indented names in capitals with the speech below them.",
            code=ExitCode.DATA,
        )
    return spoken


def score_scene(
    scorer: Scorer,
    spoken: Sequence[Speech],
    prior: Prior,
    *,
    explained: bool = False,
    line_done: Callable[[SceneLine], object] | None = None,
) -> Scene:
    """Score a scene's lines and characters.

    A line counts in its character's score where a word of it is known to the model.

    :param explained: also explain each line, one by one.
    :param line_done: called with each line as soon as it is scored.
    :raises GendertuiError: the natural prior is asked for, and the model's report does not say it; or the model cannot
        answer.
    """
    scores = CharacterScorer.of(scorer, prior)
    characters: dict[str, _Character] = {}
    lines = []
    answers = _answers(scorer, [text for _, text in spoken], scores.line_prior, explained=explained)
    for (name, text), (scored, why) in zip(spoken, answers, strict=True):
        after = None
        if name is not None and not isinstance(scored, GendertuiError) and scored.has_known_word:
            character = characters.setdefault(name.casefold(), _Character(name))
            character.add(scored.log_odds)
            after = scores.score(character.means[-1], len(character.means)).probability
        lines.append(SceneLine(name, text, scored, why, after))
        if line_done is not None:
            line_done(lines[-1])
    return Scene(tuple(lines), tuple(_scored(scores, character) for character in characters.values()))


def _scored(scores: CharacterScorer, character: _Character) -> SceneCharacter:
    moves = scores.running_probabilities(character.log_odds)
    if moves is None:
        moves = [scores.score(mean, number).line_mean for number, mean in enumerate(character.means, 1)]
    return SceneCharacter(character.name, scores.score(character.means[-1], len(character.means)), tuple(moves))


def _answers(
    scorer: Scorer, texts: Sequence[str], prior: float, *, explained: bool
) -> Iterator[tuple[ScoredLine | GendertuiError, Explained | None]]:
    if not explained:
        yield from ((scored, None) for scored in scorer.score_many(texts, prior))
        return
    for text in texts:
        try:
            why = explain(scorer, text, prior)
        except GendertuiError as error:
            if error.code != ExitCode.DATA:
                raise
            yield error, None
        else:
            yield why.scored, why
