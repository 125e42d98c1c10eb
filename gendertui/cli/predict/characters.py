"""``gendertui predict --corpus``: a score for each speaker of a corpus, or for those without a label."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import click

from gendertui import formatting
from gendertui.arrays import Ints
from gendertui.cli.predict.outputs import csv_printer
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.cli.terminal.reading import read
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control
from gendertui.scoring.character_words import part_lines, words_json
from gendertui.scoring.characters import CharacterScore, CharacterScorer, scores_characters
from gendertui.scoring.speakers import ScoredSpeaker, Speakers
from gendertui.scoring.verdict import CANNOT_TELL, likelier_share
from gendertui.scoring.wording import uncalibrated

if TYPE_CHECKING:
    from gendertui.cli.predict.setup import Setup
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Units
    from gendertui.scoring.scorer import Scorer

_LAST_COLUMNS = ("prior", "share_right", "model", "error", "labelled")
_NO_WORDS = "none of its lines has a word that the model knows"


@dataclass(frozen=True)
class Character:
    """Who is scored, as the corpus has it."""

    id: str
    name: str
    group_id: str
    group: str
    """The title where the corpus has one, else the id."""


def predict_corpus(setup: Setup, source: str, asked: ReadingOptions | None, *, unlabelled: bool) -> bool:
    """Score the speakers of a corpus and print them; whether one could not be scored.

    :param asked: what the flags say of how the corpus is read.
    :param unlabelled: those alone that have no label.
    :raises GendertuiError: the corpus cannot be read, or has no such speaker.
    """
    progress = ProgressLine()
    corpus = read(source, progress, asked=asked, labelled=False)
    speakers = Speakers(corpus, unlabelled=unlabelled)
    noun = corpus.units.noun(corpus.units.whole)
    if not len(speakers):
        see = shlex.join(["gendertui", "corpus", "show", corpus.source])
        without = " without a label" if unlabelled else ""
        raise GendertuiError(
            f"the corpus has no {noun.one}{without}",
            where=str(corpus.path),
            hint=f"See what it has: {see}. Lines without {noun.many} go by predict --file.",
            code=ExitCode.DATA,
        )
    text = corpus.column("text")
    scorer = setup.scorer(0 if setup.bundle.manifest.stack else text.nbytes)
    scores = CharacterScorer.of(scorer, setup.prior)
    setup.say_prior(scores)
    if not scores_characters(setup.bundle):
        click.echo(
            f"gendertui: {uncalibrated(noun)}: of each only the mean of its lines is given, as of one line", err=True
        )
    if not unlabelled and setup.bundle.report().get("data_hash") == corpus.data_hash:
        click.echo(
            f"gendertui: the model learnt from this corpus; what it says of {noun.many} with a label is no measure of "
            "how good it is: gendertui evaluate",
            err=True,
        )
    characters = _characters(corpus, speakers.rows)
    show = _PRINTERS[setup.form](scorer, characters, corpus.units)
    failed = False
    for done, (character, scored) in enumerate(
        zip(characters, speakers.scored(scorer, scores, explained=setup.explain), strict=True)
    ):
        if not sys.stdout.isatty():
            progress.show(f"{done:,} of {noun.counted(len(characters))}")
        failed = failed or scored.score is None
        show(character, scored)
    progress.clear()
    return failed


def _characters(corpus: Corpus, rows: Ints) -> list[Character]:
    """The speakers that the lines in ``rows`` are said by."""
    ids = "speaker_id" if corpus.units.whole == "speaker" else "group_id"
    columns = [corpus.column(name).take(rows).to_pylist() for name in (ids, "speaker", "group_id", "title")]
    return [
        Character(who or "", name or "", movie or "", title or movie or "")
        for who, name, movie, title in zip(*columns, strict=True)
    ]


Show = Callable[[Character, ScoredSpeaker], None]


def _words(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """A table whose rows come as they are known."""

    def names(character: Character) -> list[str]:
        return [escape_control(part) for part in (character.id, character.name, character.group)]

    heads = ("id", units.noun(units.whole).one, units.noun("group").one)
    widths = [max(map(len, column)) for column in zip(heads, *map(names, characters), strict=True)]

    def row(names: Sequence[str], lines: str, verdict: str, right: str, labelled: str) -> None:
        padded = "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True))
        click.echo(f"{padded}  {lines:>5}  {verdict:<18}  {right:<14}  {escape_control(labelled)}".rstrip())

    def show(character: Character, scored: ScoredSpeaker) -> None:
        score = scored.score
        if score is None:
            row(names(character), "0", _NO_WORDS, "", scored.labelled or "")
            return
        right = "" if score.confidence is None else formatting.probability(score.confidence.accuracy)
        row(names(character), str(score.lines), escape_control(_verdict(score)), right, scored.labelled or "")
        if scored.words:
            for line in part_lines(score, scored.words, units):
                click.echo(f"    {escape_control(line)}")

    row(heads, "lines", "", "such are right" if scores_characters(scorer.bundle) else "", "labelled")
    return show


def _verdict(score: CharacterScore) -> str:
    if score.probability is None:
        return f"mean line {likelier_share(score.mean, score.labels)}"
    likelier = likelier_share(score.probability, score.labels)
    return likelier if score.label is not None else f"{CANNOT_TELL} ({likelier})"


def _json(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """An object a speaker."""
    keys = ("id", *units.keys)

    def show(character: Character, scored: ScoredSpeaker) -> None:
        score = scored.score
        value: dict[str, Any] = dict(zip(keys, astuple(character), strict=True))
        value["labelled"] = scored.labelled
        if score is None:
            click.echo(json_text({**value, "error": _NO_WORDS}))
            return
        note = {"note": uncalibrated(score.noun)} if score.probability is None else {}
        words = {"words": words_json(scored.words)} if scored.words else {}
        click.echo(json_text({**value, **score.to_json(), "model": scorer.bundle.name, **note, **words}))

    return show


def _csv(scorer: Scorer, characters: Sequence[Character], units: Units) -> Show:
    """A header and a row a speaker."""
    write = csv_printer()
    labels = scorer.bundle.labels
    probabilities = [f"{kind}_{label}" for kind in ("probability", "line_mean") for label in labels]
    stack = scorer.bundle.manifest.stack
    parts = [] if stack is None else list(stack["parts"])
    write(["id", *units.keys, "lines", "label", *probabilities, *_LAST_COLUMNS, *(f"part_{part}" for part in parts)])

    def show(character: Character, scored: ScoredSpeaker) -> None:
        score, labelled = scored.score, scored.labelled or ""
        cells: list[Any] = list(astuple(character))
        if score is None:
            write([*cells, 0, "", *[""] * len(probabilities), "", "", "", _NO_WORDS, labelled, *[""] * len(parts)])
            return
        value = score.to_json()
        numbers = [(value[kind] or {}).get(label, "") for kind in ("probabilities", "line_mean") for label in labels]
        right = "" if value["share_right"] is None else value["share_right"]
        added = [value["parts"][part] for part in parts]
        last = [value["prior"], right, scorer.bundle.name, "", labelled, *added]
        write([*cells, score.lines, score.label or "", *numbers, *last])

    return show


_PRINTERS: dict[str, Callable[[Scorer, Sequence[Character], Units], Show]] = {
    "text": _words,
    "json": _json,
    "csv": _csv,
}
