"""``gendertui predict --scene``: a score a line, and one for each speaker with how it moved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import click

from gendertui.cli.predict.inputs import InputLine, decoded, opened, rows_of
from gendertui.cli.predict.outputs import JsonLines, complain, csv_printer, legend, model_name, words_of
from gendertui.cli.terminal.output import json_text
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control
from gendertui.scoring.character_words import Words, part_lines, words_json
from gendertui.scoring.characters import CharacterScorer, scores_characters
from gendertui.scoring.scene import SceneCharacter, SceneLine, read_scene, score_scene
from gendertui.scoring.table import DIGITS, SceneTable
from gendertui.scoring.verdict import CANNOT_TELL, likelier_share
from gendertui.scoring.wording import character_accuracy, character_verdict, uncalibrated

if TYPE_CHECKING:
    from gendertui.cli.predict.setup import Setup
    from gendertui.scoring.scorer import Scorer

SCENE_BYTES = 16 * 2**20
"""A scene is read whole, and no scene is this long."""
_NAME_WIDTH = 20


def predict_scene(setup: Setup, path: str) -> bool:
    """Score a scene and print it; whether a line could not be scored.

    :raises GendertuiError: the file cannot be read, is too long, or holds no line of speech.
    """
    text, failed = _read(path)
    spoken = read_scene(text, path)
    scorer = setup.scorer(len(text))
    printer = _PRINTERS[setup.form](setup, scorer)
    setup.say_prior(CharacterScorer.of(scorer, setup.prior))
    scene = score_scene(scorer, spoken, setup.prior, explained=setup.explain)
    for line in scene.lines:
        printer.line(line, scene.in_its_scene(line))
    for character in scene.characters:
        printer.character(character, scene.words(character) if setup.explain else {})
    sys.stdout.flush()
    return failed or any(isinstance(line.scored, GendertuiError) for line in scene.lines)


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
    def line(self, line: SceneLine, in_scene: float | None) -> None:
        """One line, and its speaker's probability of the positive label by the whole scene."""

    def character(self, character: SceneCharacter, words: Words) -> None:
        """One speaker, once all lines are out.

        :param words: those that weigh most, where they were asked for.
        """


class _Words:
    """Names in front of the lines, and the speakers below them."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._labels = scorer.bundle.labels
        self._model = model_name(scorer)
        self._characters = self._lines = 0
        self._units = scorer.bundle.units
        if setup.explain:
            click.echo(legend(self._labels), err=True)

    def line(self, line: SceneLine, in_scene: float | None) -> None:
        name, scored = escape_control("–" if line.character is None else line.character), line.scored
        if isinstance(scored, GendertuiError):
            complain(InputLine(line.text), scored.what)
            return
        for note in scored.notes:
            complain(InputLine(line.text), note)
        verdict = likelier_share(scored.probability, scored.labels) if scored.label is not None else CANNOT_TELL
        if not self._lines:
            click.echo(f"{'':<{_NAME_WIDTH}}  {'line alone':<12}  {'in this scene':<14}")
        self._lines += 1
        placed = "" if in_scene is None else likelier_share(in_scene, scored.labels)
        verdicts = f"{escape_control(verdict):<12}  {escape_control(placed):<14}"
        click.echo(f"{name:<{_NAME_WIDTH}}  {verdicts}  {escape_control(scored.text)}")
        if line.explained is not None:
            click.echo(f"{'':<{_NAME_WIDTH}}  {'':<28}  {words_of(line.explained)}")

    def character(self, character: SceneCharacter, words: Words) -> None:
        if not self._characters:
            click.echo(f"\n{character.score.noun.many.capitalize()}  [model {self._model}]")
        self._characters += 1
        score = character.score
        lines = f"{score.lines} line{'s' if score.lines > 1 else ''}"
        verdict = escape_control(character_verdict(score))
        click.echo(f"{escape_control(character.name):<{_NAME_WIDTH}}  {lines}: {verdict}")
        if score.probability is not None:
            if score.lines > 1:
                click.echo(f"{'':<{_NAME_WIDTH}}  {self._labels[1]} line by line: {_moves(character.moves)} %")
            click.echo(f"{'':<{_NAME_WIDTH}}  {character_accuracy(score)}")
        for line in part_lines(score, words, self._units):
            click.echo(f"{'':<{_NAME_WIDTH}}  {escape_control(line)}")


class _Json:
    """An object a line, with its speaker; then an object a speaker."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        self._model = scorer.bundle.name
        self._labels = scorer.bundle.labels
        self._key = scorer.bundle.units.keys[0]
        self._lines = JsonLines()

    def line(self, line: SceneLine, in_scene: float | None) -> None:
        scored = line.scored.what if isinstance(line.scored, GendertuiError) else line.scored
        placed = None
        if in_scene is not None:
            placed = {
                label: round(value, DIGITS) for label, value in zip(self._labels, (1 - in_scene, in_scene), strict=True)
            }
        self._lines.line(InputLine(line.text), scored, line.explained, speaker=line.character, in_scene=placed)

    def character(self, character: SceneCharacter, words: Words) -> None:
        value = {self._key: character.name, **character.score.to_json(), "model": self._model}
        if character.score.probability is None:
            value |= {"moves": None, "note": uncalibrated(character.score.noun)}
        else:
            value["moves"] = [round(move, DIGITS) for move in character.moves]
        if words:
            value["words"] = words_json(words)
        click.echo(json_text(value))


class _Csv:
    """A row a line; its last column is the speaker's score after it."""

    def __init__(self, setup: Setup, scorer: Scorer) -> None:
        units = scorer.bundle.units
        self._table = SceneTable(scorer.bundle.labels, units, explained=setup.explain)
        self._write = csv_printer()
        self._write(self._table.header)
        if not scores_characters(scorer.bundle):
            click.echo(f"gendertui: {uncalibrated(units.noun(units.whole))}: the last columns stay empty", err=True)

    def line(self, line: SceneLine, in_scene: float | None) -> None:
        self._write(self._table.line(line, in_scene))

    def character(self, character: SceneCharacter, words: Words) -> None:
        """Nothing: its lines have the score."""


_PRINTERS: dict[str, Callable[[Setup, Scorer], _Printer]] = {"text": _Words, "json": _Json, "csv": _Csv}


def _moves(moves: Sequence[float]) -> str:
    """The first and the last dozen of many."""
    shown = [f"{100 * move:.0f}" for move in moves]
    return " ".join([*shown[:12], "…", *shown[-12:]] if len(shown) > 25 else shown)
