"""``gendertui predict --corpus --unlabelled``: a score for each speaker that its corpus has no label for."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from gendertui import formatting
from gendertui.arrays import Ints
from gendertui.cli.predict.outputs import csv_printer
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.cli.terminal.reading import read
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control
from gendertui.scoring.characters import CharacterScore, CharacterScorer
from gendertui.scoring.verdict import CANNOT_TELL, likelier_share
from gendertui.scoring.wording import uncalibrated

if TYPE_CHECKING:
    from gendertui.cli.predict.setup import Setup
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Units
    from gendertui.scoring.scorer import Scorer

_CHUNK_LINES = 4096
_LAST_COLUMNS = ("prior", "share_right", "model", "error")
_NO_WORDS = "none of its lines has a word that the model knows"


@dataclass(frozen=True)
class Character:
    """Who is scored, as the corpus has it."""

    id: str
    name: str
    group_id: str
    group: str
    """The title where the corpus has one, else the id."""


def predict_corpus(setup: Setup, source: str, asked: ReadingOptions | None) -> bool:
    """Score the unlabelled speakers of a corpus and print them; whether one could not be scored.

    Lines without a word that the model knows count for nothing. Speakers come in the order in which the corpus first
    names them, a few thousand lines at a time.

    :param asked: what the flags say of how the corpus is read.
    :raises GendertuiError: the corpus cannot be read, or has no unlabelled speaker.
    """
    progress = ProgressLine()
    corpus = read(source, progress, asked=asked, labelled=False)
    rows, bounds = unlabelled(corpus)
    speaker = corpus.units.noun("speaker")
    if not len(rows):
        see = shlex.join(["gendertui", "corpus", "show", corpus.source])
        raise GendertuiError(
            f"the corpus has no {speaker.one} without a label",
            where=str(corpus.path),
            hint=f"See what it has: {see}. Lines without {speaker.many} go by predict --file.",
            code=ExitCode.DATA,
        )
    text = corpus.column("text")
    scorer = setup.scorer(text.nbytes * len(rows) // len(corpus))
    scores = CharacterScorer.of(scorer, setup.prior)
    setup.say_prior(scores)
    if setup.bundle.character_calibration is None:
        click.echo(
            f"gendertui: {uncalibrated(speaker)}: of each only the mean of its lines is given, as of one line", err=True
        )
    characters = _characters(corpus, rows[bounds[:-1]])
    show = _PRINTERS[setup.form](scorer, characters, corpus.units)
    failed = False
    for done, (character, (count, mean)) in enumerate(
        zip(characters, _scored(scorer, corpus, rows, bounds), strict=True)
    ):
        if not sys.stdout.isatty():
            progress.show(f"{done:,} of {speaker.counted(len(characters))}")
        failed = failed or not count
        show(character, scores.score(mean, count) if count else None)
    progress.clear()
    return failed


def unlabelled(corpus: Corpus) -> tuple[Ints, Ints]:
    """The rows of the speakers none of whose lines has a label, speaker by speaker in order of first sight.

    :returns: rows, and bounds: speaker ``i`` has ``rows[bounds[i]:bounds[i + 1]]``.
    """
    from gendertui.evaluation.report.units import UnitNumbers

    characters = UnitNumbers.of(corpus).character
    known = characters >= 0
    labelled = np.zeros(int(characters.max(initial=-1)) + 1, dtype=bool)
    labelled[characters[known & (corpus.label_codes() >= 0)]] = True
    rows = np.flatnonzero(known)
    rows = rows[~labelled[characters[rows]]]
    _, first, number = np.unique(characters[rows], return_index=True, return_inverse=True)
    order = np.argsort(first[number], kind="stable")
    ends = np.flatnonzero(np.diff(first[number][order])) + 1
    return rows[order], np.concatenate(([0], ends, [len(rows)])) if len(rows) else np.zeros(1, np.int64)


def _scored(scorer: Scorer, corpus: Corpus, rows: Ints, bounds: Ints) -> Iterator[tuple[int, float]]:
    """Of each speaker its number of lines with known words, and the mean of their log-odds."""
    total, count, at = 0.0, 0, 0
    for start in range(0, len(rows), _CHUNK_LINES):
        here = rows[start : start + _CHUNK_LINES]
        texts: list[str] = corpus.column("text").take(here).to_pylist()
        for place, scored in enumerate(scorer.score_many(texts), start):
            if not isinstance(scored, GendertuiError) and scored.has_known_word:
                total += scored.log_odds
                count += 1
            if place + 1 == bounds[at + 1]:
                yield count, total / count if count else 0.0
                total, count, at = 0.0, 0, at + 1


def _characters(corpus: Corpus, rows: Ints) -> list[Character]:
    """The speakers that the lines in ``rows`` are said by."""
    names = ("speaker_id", "speaker", "group_id", "title")
    columns = [corpus.column(name).take(rows).to_pylist() for name in names]
    return [
        Character(who or "", name or "", movie or "", title or movie or "")
        for who, name, movie, title in zip(*columns, strict=True)
    ]


Show = Callable[[Character, CharacterScore | None], None]


def _words(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """A table whose rows come as they are known."""

    def names(character: Character) -> list[str]:
        return [escape_control(part) for part in (character.id, character.name, character.group)]

    heads = ("id", units.noun("speaker").one, units.noun("group").one)
    widths = [max(map(len, column)) for column in zip(heads, *map(names, characters), strict=True)]

    def row(names: Sequence[str], lines: str, verdict: str, right: str) -> None:
        padded = "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True))
        click.echo(f"{padded}  {lines:>5}  {verdict:<18}  {right}".rstrip())

    def show(character: Character, score: CharacterScore | None) -> None:
        if score is None:
            row(names(character), "0", _NO_WORDS, "")
            return
        right = "" if score.confidence is None else formatting.probability(score.confidence.accuracy)
        row(names(character), str(score.lines), escape_control(_verdict(score)), right)

    row(heads, "lines", "", "such are right" if scorer.bundle.character_calibration else "")
    return show


def _verdict(score: CharacterScore) -> str:
    if score.probability is None:
        return f"mean line {likelier_share(score.mean, score.labels)}"
    likelier = likelier_share(score.probability, score.labels)
    return likelier if score.label is not None else f"{CANNOT_TELL} ({likelier})"


def _json(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """An object a speaker."""
    keys = ("id", *units.keys)

    def show(character: Character, score: CharacterScore | None) -> None:
        value: dict[str, Any] = dict(zip(keys, astuple(character), strict=True))
        if score is None:
            click.echo(json_text({**value, "error": _NO_WORDS}))
            return
        note = {"note": uncalibrated(score.noun)} if score.probability is None else {}
        click.echo(json_text({**value, **score.to_json(), "model": scorer.bundle.name, **note}))

    return show


def _csv(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """A header and a row a speaker."""
    write = csv_printer()
    labels = scorer.bundle.labels
    probabilities = [f"{kind}_{label}" for kind in ("probability", "line_mean") for label in labels]
    write(["id", *units.keys, "lines", "label", *probabilities, *_LAST_COLUMNS])

    def show(character: Character, score: CharacterScore | None) -> None:
        cells: list[Any] = list(astuple(character))
        if score is None:
            write([*cells, 0, "", *[""] * len(probabilities), "", "", "", _NO_WORDS])
            return
        value = score.to_json()
        numbers = [(value[kind] or {}).get(label, "") for kind in ("probabilities", "line_mean") for label in labels]
        right = "" if value["share_right"] is None else value["share_right"]
        write([*cells, score.lines, score.label or "", *numbers, value["prior"], right, scorer.bundle.name, ""])

    return show


_PRINTERS: dict[str, Callable[[Scorer, Sequence[Character], Units], Show]] = {
    "text": _words,
    "json": _json,
    "csv": _csv,
}
