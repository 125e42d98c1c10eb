"""A scene's lines and characters, scored."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError
from gendertui.tui.predict.answer import LoadedModel
from gendertui.tui.predict.prior import Prior

if TYPE_CHECKING:
    from gendertui.scoring.characters import CharacterScore
    from gendertui.scoring.scorer import ScoredLine


@dataclass(frozen=True)
class SceneLine:
    """One line of speech.

    :param scored: its score, or the error that says why it has none.
    :param after: probability of the second label that its character's score has after it; ``None`` where there is no
        such score.
    """

    character: str | None
    text: str
    scored: ScoredLine | GendertuiError
    after: float | None


@dataclass(frozen=True)
class SceneCharacter:
    """A character of the scene.

    :param moves: [lines scored] probability of the second label after each line. The last is the character's score;
        where the model has none for characters, that of the mean of its lines.
    """

    name: str
    score: CharacterScore
    moves: tuple[float, ...]


@dataclass(frozen=True)
class Scene:
    """What was pasted, with its answer; the characters in the order in which they first speak."""

    text: str
    lines: tuple[SceneLine, ...]
    characters: tuple[SceneCharacter, ...]
    labels: tuple[str, str]
    odds: str


def score_scene(oracle: LoadedModel, text: str, odds: Prior) -> Scene:
    """Find who says what, and score it.

    :raises GendertuiError: there is no line in it, or see :meth:`Prior.of`.
    """
    from gendertui.corpus.scene import parse_scene

    spoken = parse_scene(text)
    if not spoken:
        raise GendertuiError(
            "there is no line of speech in it",
            hint="Write NAME: line, or a screenplay's centred names with the lines below them.",
            code=ExitCode.DATA,
        )
    prior = odds.of(oracle.record)
    scored = oracle.scorer.score_many([line for _, line in spoken], prior)
    log_odds: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for (name, _), answer in zip(spoken, scored, strict=True):
        if name is not None and not isinstance(answer, GendertuiError):
            names.setdefault(name.casefold(), name)
            log_odds.setdefault(name.casefold(), []).append(answer.log_odds)
    characters = _characters(oracle, odds, names, log_odds) if names else {}
    steps = {key: iter(character.moves) for key, character in characters.items()}
    lines = []
    for (name, line), answer in zip(spoken, scored, strict=True):
        after = None
        if name is not None and not isinstance(answer, GendertuiError):
            step = next(steps[name.casefold()])
            after = step if characters[name.casefold()].score.probability is not None else None
        lines.append(SceneLine(name, line, answer, after))
    return Scene(text, tuple(lines), tuple(characters.values()), oracle.labels, odds.words(oracle.labels[1], prior))


def _characters(
    oracle: LoadedModel, odds: Prior, names: dict[str, str], log_odds: dict[str, list[float]]
) -> dict[str, SceneCharacter]:
    from gendertui.scoring.characters import CharacterScorer

    bundle, record = oracle.scorer.bundle, oracle.record
    line_prior = odds.of(record)
    # A model without a score for characters need not know how common the labels are among them.
    prior = line_prior if bundle.character_calibration is None else odds.of(record, "characters")
    scorer = CharacterScorer(bundle, record, prior, line_prior)
    characters = {}
    for key, values in log_odds.items():
        means = [total / number for number, total in enumerate(accumulate(values), 1)]
        moves = scorer.running_probabilities(values)
        if moves is None:
            moves = [scorer.score(mean, number).line_mean for number, mean in enumerate(means, 1)]
        characters[key] = SceneCharacter(names[key], scorer.score(means[-1], len(values)), tuple(moves))
    return characters
