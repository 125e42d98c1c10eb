"""``gendertui predict --scene``: a score a line, and one for each character with how it moved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import click

from gendertui.cli.predict.command import answers
from gendertui.cli.predict.inputs import InputLine, decoded, opened, rows_of
from gendertui.cli.predict.outputs import (
    UNCALIBRATED,
    CsvRows,
    JsonLines,
    character_verdict,
    complain,
    how_often_right,
    legend,
    share,
    words_of,
)
from gendertui.cli.terminal.output import json_text
from gendertui.corpus.scene import parse_scene
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.cli.predict.setup import Setup
    from gendertui.scoring.characters import CharacterScore
    from gendertui.scoring.explain import Explained
    from gendertui.scoring.scorer import ScoredLine, Scorer

SCENE_BYTES = 16 * 2**20
"""A scene is read whole, and no scene is this long."""
_NAME_WIDTH = 20


@dataclass
class _Character:
    name: str
    log_odds: list[float] = field(default_factory=list)
    total: float = 0.0

    def add(self, log_odds: float) -> None:
        self.log_odds.append(log_odds)
        self.total += log_odds

    @property
    def mean(self) -> float:
        return self.total / len(self.log_odds)


@dataclass(frozen=True)
class _Spoken:
    """A line with its answer.

    :ivar after: the score its character has after it.
    """

    speaker: str | None
    asked: InputLine
    scored: ScoredLine | str
    explained: Explained | None
    after: float | None


def predict_scene(setup: Setup, path: str) -> bool:
    """Score a scene and print it; whether a line could not be scored.

    :raises GendertuiError: the file cannot be read, is too long, or holds no line of speech.
    """
    text, failed = _read(path)
    lines = parse_scene(text)
    if not lines:
        raise GendertuiError(
            "there is no line of speech in it",
            where=path,
            hint="Write NAME: line, or a name in capitals on an indented line with the speech below it.",
            code=ExitCode.DATA,
        )
    scorer = setup.scorer(len(text))
    printer = _PRINTERS[setup.form](setup, scorer)
    scores = setup.character_scorer(scorer)
    characters: dict[str, _Character] = {}
    asked = [InputLine(speech) for _, speech in lines]
    found = answers(scorer, asked, setup.rate(scorer), explain=setup.explain)
    for (speaker, _), (line, scored, explained) in zip(lines, found, strict=True):
        failed = failed or isinstance(scored, str)
        after = None
        if speaker is not None and not isinstance(scored, str):
            character = characters.setdefault(speaker.casefold(), _Character(speaker))
            character.add(scored.log_odds)
            after = scores.score(character.mean, len(character.log_odds)).probability
        printer.line(_Spoken(speaker, line, scored, explained, after))
    for character in characters.values():
        score = scores.score(character.mean, len(character.log_odds))
        printer.character(character.name, score, scores.running_probabilities(character.log_odds))
    sys.stdout.flush()
    return failed


def _read(path: str) -> tuple[str, bool]:
    """A scene's text; and whether a row was left out because it cannot be read."""
    name, descriptor = (path, opened(path)) if path != "-" else ("standard input", sys.stdin.fileno())
    kept, failed, size = [], False, 0
    try:
        for rows in rows_of(descriptor):
            for number, row in rows:
                size += len(row)
                asked = decoded(row, f"{name}:{number}", first=number == 1)
                if asked.error is None:
                    kept.append(asked.text)
                else:
                    failed = True
                    complain(asked, asked.error)
            if size > SCENE_BYTES:
                raise GendertuiError(
                    f"this is longer than {SCENE_BYTES // 2**20} MB and no scene",
                    where=name,
                    hint="Lines without speakers go by --file.",
                    code=ExitCode.DATA,
                )
    finally:
        if path != "-":
            os.close(descriptor)
    return "\n".join(kept), failed


class _Printer(Protocol):
    def line(self, spoken: _Spoken) -> None:
        """One line."""

    def character(self, name: str, score: CharacterScore, moves: list[float] | None) -> None:
        """One character, once all lines are out."""


class _Words:
    """Names in front of the lines, and the characters below them."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._labels = scorer.bundle.labels
        self._model = scorer.bundle.name
        self._characters = 0
        if setup.explain:
            click.echo(legend(self._labels), err=True)

    def line(self, spoken: _Spoken) -> None:
        name, scored = escape_control("–" if spoken.speaker is None else spoken.speaker), spoken.scored
        if isinstance(scored, str):
            complain(spoken.asked, scored)
            return
        if scored.unread:
            complain(spoken.asked, scored.unread)
        verdict = share(scored.probabilities) if scored.label is not None else "can't tell"
        click.echo(f"{name:<{_NAME_WIDTH}}  {escape_control(verdict):<12}  {escape_control(scored.text)}")
        if spoken.explained is not None:
            click.echo(f"{'':<{_NAME_WIDTH}}  {'':<12}  {words_of(spoken.explained)}")

    def character(self, name: str, score: CharacterScore, moves: list[float] | None) -> None:
        if not self._characters:
            click.echo(f"\nCharacters  [model {escape_control(self._model)}]")
        self._characters += 1
        lines = f"{score.lines} line{'s' if score.lines > 1 else ''}"
        click.echo(f"{escape_control(name):<{_NAME_WIDTH}}  {lines}: {escape_control(character_verdict(score))}")
        if moves is not None and len(moves) > 1:
            click.echo(f"{'':<{_NAME_WIDTH}}  {self._labels[1]} line by line: {_moves(moves)} %")
        if score.probability is not None:
            click.echo(f"{'':<{_NAME_WIDTH}}  {how_often_right(score)}")


class _Json:
    """An object a line, with its speaker; then an object a character."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._model = scorer.bundle.name
        self._lines = JsonLines()
        self._labels = scorer.bundle.labels

    def line(self, spoken: _Spoken) -> None:
        self._lines.line(spoken.asked, spoken.scored, spoken.explained, speaker=spoken.speaker)

    def character(self, name: str, score: CharacterScore, moves: list[float] | None) -> None:
        value = {"character": name, **score.to_json(), "model": self._model}
        value["moves"] = None if moves is None else [round(move, 6) for move in moves]
        if score.probability is None:
            value["note"] = UNCALIBRATED
        click.echo(json_text(value))


class _Csv:
    """A row a line; its last column is the character's score after it."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        positive = scorer.bundle.labels[1]
        self._rows = CsvRows(
            scorer, explain=setup.explain, before=["speaker"], after=[f"character_probability_so_far_{positive}"]
        )
        if scorer.bundle.character_calibration is None:
            click.echo(f"gendertui: {UNCALIBRATED}: the last column stays empty", err=True)

    def line(self, spoken: _Spoken) -> None:
        after = "" if spoken.after is None else round(spoken.after, 6)
        self._rows.line(spoken.asked, spoken.scored, spoken.explained, before=[spoken.speaker or ""], after=[after])

    def character(self, name: str, score: CharacterScore, moves: list[float] | None) -> None:
        """Nothing: the last of its lines has the score."""


_PRINTERS: dict[str, Callable[[Setup, Scorer], _Printer]] = {"text": _Words, "json": _Json, "csv": _Csv}


def _moves(moves: list[float]) -> str:
    """The first and the last dozen of many."""
    shown = [f"{100 * move:.0f}" for move in moves]
    return " ".join([*shown[:12], "…", *shown[-12:]] if len(shown) > 25 else shown)
