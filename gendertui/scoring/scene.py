"""A scene scored: each line, and each character by all it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from gendertui.corpus.scene import parse_scene
from gendertui.corpus.speech import speech_of_scene
from gendertui.errors import ExitCode, GendertuiError
from gendertui.scoring.character_words import Weighed, character_words
from gendertui.scoring.characters import CharacterScore, CharacterScorer
from gendertui.scoring.explain import Explained, explain
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import ScoredLine, Scorer
from gendertui.text.spoken import Spoken

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
    """Probability of the positive label that its character has after it; ``None`` where nobody known says it or no word
    of it is known, or the model has no score of characters."""


@dataclass(frozen=True)
class SceneCharacter:
    """A character of a scene, one line with a known word at least."""

    name: str
    """As it is first written; letters' case makes no other character."""
    score: CharacterScore
    moves: tuple[float, ...]
    """[its lines with a known word] probability of the positive label after each. The last is that of the whole scene;
    where the model has no score of characters, that of the mean of its lines."""


@dataclass(frozen=True)
class Scene:
    """The characters are in the order in which they first speak."""

    lines: tuple[SceneLine, ...]
    characters: tuple[SceneCharacter, ...]
    words: Callable[[SceneCharacter], dict[str, tuple[Weighed, ...]]]
    """Of a character the words that weigh most in its score, by part; empty without a model of characters. Counts the
    n-grams of what it says and hears anew at each call."""

    def in_its_scene(self, line: SceneLine) -> float | None:
        """The probability of the positive label that a line's character has by the whole scene: what the line is worth
        with its speaker's other lines and all that is said to the speaker. ``None`` as :attr:`SceneLine.after`."""
        return None if line.character is None else self._probabilities.get(line.character.casefold())

    @cached_property
    def _probabilities(self) -> dict[str, float | None]:
        return {character.name.casefold(): character.score.probability for character in self.characters}


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
) -> Scene:
    """Score a scene's lines and characters.

    A character is scored where a line of it has a word that is known to the model.

    :param explained: also explain each line, one by one.
    :raises GendertuiError: the natural prior is asked for, and the model's report does not say it; or the model cannot
        answer.
    """
    scores = CharacterScorer.of(scorer, prior)
    names, texts = [name for name, _ in spoken], [text for _, text in spoken]
    judge: _Judge = _ByMean(scores) if scores.model is None else _ByModel(scores, names, texts, scorer)
    lines = []
    answers = _answers(scorer, texts, scores.line_prior, explained=explained)
    for place, ((name, text), (scored, why)) in enumerate(zip(spoken, answers, strict=True)):
        after = None
        if name is not None and not isinstance(scored, GendertuiError) and scored.has_known_word:
            after = judge.heard(place, name, scored.log_odds)
        lines.append(SceneLine(name, text, scored, why, after))
    return Scene(tuple(lines), tuple(judge.characters()), judge.words)


class _Judge(Protocol):
    """What scores the characters of a scene, as it goes on."""

    def heard(self, place: int, name: str, log_odds: float) -> float | None:
        """A line of a character, with a word that is known; the character's probability after it."""

    def characters(self) -> Iterator[SceneCharacter]:
        """Those heard, in the order in which they first spoke."""

    def words(self, character: SceneCharacter) -> dict[str, tuple[Weighed, ...]]:
        """See :attr:`Scene.words`."""


class _ByMean:
    """By the mean of a character's lines: of a model that has none of characters."""

    def __init__(self, scores: CharacterScorer) -> None:
        self._scores = scores
        self._heard: dict[str, _Character] = {}

    def heard(self, place: int, name: str, log_odds: float) -> float | None:
        character = self._heard.setdefault(name.casefold(), _Character(name))
        character.add(log_odds)
        return self._scores.score(character.means[-1], len(character.means)).probability

    def characters(self) -> Iterator[SceneCharacter]:
        for character in self._heard.values():
            moves = self._scores.running_probabilities(character.log_odds)
            score = self._scores.score(character.means[-1], len(character.means))
            if moves is None:
                moves = [self._scores.score(mean, number).mean for number, mean in enumerate(character.means, 1)]
            yield SceneCharacter(character.name, score, tuple(moves))

    def words(self, character: SceneCharacter) -> dict[str, tuple[Weighed, ...]]:
        return {}


class _ByModel:
    """By the model of characters."""

    def __init__(
        self, scores: CharacterScorer, names: Sequence[str | None], texts: Sequence[str], scorer: Scorer
    ) -> None:
        self._scores, self._names, self._texts, self._tokenizer = scores, names, texts, scorer.bundle.tokenizer
        self._speech = speech_of_scene(names)
        self._spoken = Spoken.of_texts(texts, self._tokenizer)
        self._after = scores.running(self._speech, self._spoken)
        self._heard: dict[int, _Character] = {}
        self._moves: dict[int, list[float]] = {}

    def heard(self, place: int, name: str, log_odds: float) -> float | None:
        number = int(self._speech.speaker[place])
        self._heard.setdefault(number, _Character(name)).add(log_odds)
        self._moves.setdefault(number, []).append(self._after[place])
        return self._after[place]

    def characters(self) -> Iterator[SceneCharacter]:
        means = [
            self._heard[number].means[-1] if number in self._heard else None for number in range(self._speech.speakers)
        ]
        scored = self._scores.of_speech(self._speech, self._spoken, means)
        for number, character in self._heard.items():
            score = scored[number]
            assert score.probability is not None
            # What others said after its last line counts too.
            yield SceneCharacter(character.name, score, (*self._moves[number][:-1], score.probability))

    def words(self, character: SceneCharacter) -> dict[str, tuple[Weighed, ...]]:
        assert self._scores.model is not None
        place = next(at for at, name in enumerate(self._names) if name is not None and _same(name, character.name))
        return character_words(
            self._scores.model,
            self._speech,
            self._spoken,
            self._texts,
            self._tokenizer,
            int(self._speech.speaker[place]),
        )


def _same(name: str, other: str) -> bool:
    """Whether two names are one character's."""
    return name.casefold() == other.casefold()


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
