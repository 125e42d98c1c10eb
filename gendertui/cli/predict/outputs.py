"""What ``predict`` prints of a line: words, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import click

from gendertui.cli.terminal.output import json_text
from gendertui.model.calibration import EVEN
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.cli.predict.inputs import InputLine
    from gendertui.scoring.characters import CharacterScore
    from gendertui.scoring.explain import Explained
    from gendertui.scoring.scorer import ScoredLine, Scorer

CAVEAT = "This measures how screenwriters write. It does not tell a real person's gender, and no single line does."

UNCALIBRATED = "this model has no calibration for characters"

_SHOWN = 60


class Writer(Protocol):
    """Prints answers in the order they come."""

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None) -> None:
        """One line's answer.

        :param scored: its score, or the words that say why it has none.
        :param explained: the score with its attributions, where they were asked for.
        """


def writer(scorer: Scorer, form: str, *, explain: bool) -> Writer:
    """The writer of a form: ``text``, ``json`` or ``csv``."""
    if form == "json":
        return JsonLines()
    return CsvRows(scorer, explain=explain) if form == "csv" else PlainOutput(scorer, explain=explain)


class PlainOutput:
    """A sentence a line; what is wrong with a line goes to stderr."""

    def __init__(self, scorer: Scorer, *, explain: bool) -> None:
        self._scorer = scorer
        if explain:
            click.echo(legend(scorer.bundle.labels), err=True)

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None) -> None:
        if isinstance(scored, str):
            complain(asked, scored)
            return
        click.echo(sentence(self._scorer, scored))
        if explained is not None:
            click.echo(f"    {words_of(explained)}")


class JsonLines:
    """One object a line."""

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None, **more: Any) -> None:
        if isinstance(scored, str):
            click.echo(json_text({"text": asked.text, "error": placed(asked, scored), **more}))
        else:
            click.echo(json_text({**(explained or scored).to_json(), **more}))


class CsvRows:
    """A header and a row a line.

    :param before: names of columns in front of the usual ones. :param after: of columns behind them.
    """

    def __init__(self, scorer: Scorer, *, explain: bool, before: Sequence[str] = (), after: Sequence[str] = ()) -> None:
        self._labels = scorer.bundle.labels
        self._explain = explain
        self._write = csv_printer()
        probabilities = [f"probability_{label}" for label in self._labels]
        explained = ["tokens", "attributions"] if explain else []
        self._write([*before, "text", "label", *probabilities, "prior", "model", "error", *explained, *after])

    def line(
        self,
        asked: InputLine,
        scored: ScoredLine | str,
        explained: Explained | None = None,
        before: Sequence[Any] = (),
        after: Sequence[Any] = (),
    ) -> None:
        if isinstance(scored, str):
            cells: list[Any] = [asked.text, "", "", "", "", "", placed(asked, scored)]
            cells += ["", ""] if self._explain else []
        else:
            if scored.unread:
                complain(asked, scored.unread)
            value = (explained or scored).to_json()
            probabilities = [value["probabilities"][label] for label in self._labels]
            cells = [value["text"], value["label"] or "", *probabilities, value["prior"], value["model"], ""]
            cells += [json_text(value["tokens"]), json_text(value["attributions"])] if self._explain else []
        self._write([*before, *cells, *after])


def csv_printer() -> Any:
    """A function that prints a row of CSV: as it is into a pipe or file, without control characters on a terminal."""
    import csv

    terminal = sys.stdout.isatty()

    class Rows:
        def write(self, row: str) -> None:
            # The csv module leaves a lone CR bare unless rows end in one, and every reader takes it for a row's end.
            sys.stdout.write(row.removesuffix("\r\n") + "\n")

    rows = csv.writer(Rows(), lineterminator="\r\n")

    def write(cells: Sequence[Any]) -> None:
        rows.writerow([escape_control(cell) if terminal and isinstance(cell, str) else cell for cell in cells])

    return write


def complain(asked: InputLine, what: str) -> None:
    """Say on stderr why a line has no answer, or what its answer leaves out."""
    text = asked.text if len(asked.text) <= _SHOWN else asked.text[:_SHOWN] + "…"
    click.echo(f"gendertui: {escape_control(placed(asked, what))}: {escape_control(text)!r}", err=True)


def placed(asked: InputLine, what: str) -> str:
    return what if asked.where is None else f"{asked.where}: {what}"


def sentence(scorer: Scorer, answer: ScoredLine) -> str:
    """One scored line in words: ``written like lines labelled f, 62 % (…): I love you…  [model NAME]``."""
    if answer.label is None:
        verdict = f"can't tell ({share(answer.probabilities)})"
    else:
        verdict = f"written like lines labelled {answer.label}, {100 * answer.probabilities[answer.label]:.0f} %"
    asides = "; ".join(part for part in (_aside(scorer, answer), answer.unread) if part)
    said = f"{verdict} ({asides})" if asides else verdict
    return f"{escape_control(said)}: {escape_control(answer.text)}  [model {escape_control(answer.model)}]"


def _aside(scorer: Scorer, answer: ScoredLine) -> str:
    """What a share must not be read without: the rate it assumes, or else how often such answers were right."""
    if answer.prior != EVEN:
        return f"where {100 * answer.prior:.0f} % are {scorer.bundle.labels[1]}"
    confidence = None if answer.label is None else scorer.confidence_of(answer.probability)
    if confidence is None:
        return ""
    return f"right {100 * confidence.share_right:.0f} % of the time at this confidence"


def share(probabilities: dict[str, float]) -> str:
    """The likelier label and its probability: ``f 62 %``."""
    likelier = max(probabilities, key=lambda name: probabilities[name])
    return f"{likelier} {100 * probabilities[likelier]:.0f} %"


def character_verdict(score: CharacterScore) -> str:
    """What is said of a character: ``written like characters labelled f, 61 %``."""
    value = score.to_json()
    if score.probability is None:
        return f"{UNCALIBRATED}; the mean of its lines is that of one line of {share(value['line_mean'])}"
    if score.label is None:
        return f"can't tell ({share(value['probabilities'])})"
    return f"written like characters labelled {score.label}, {100 * value['probabilities'][score.label]:.0f} %"


def how_often_right(score: CharacterScore) -> str:
    """``characters with 5 to 9 lines: right 66 % of the time``; no interval is pretended for the one at hand."""
    confidence = score.confidence
    if confidence is None:
        odds = "" if score.prior == EVEN else " where labels are not equally frequent"
        return f"how often that is right with so many lines{odds} was not measured"
    lo, hi = confidence.lo, confidence.hi
    lines = f"{lo:.0f} or more" if hi is None else f"{lo:.0f}" if lo == hi else f"{lo:.0f} to {hi:.0f}"
    plural = "" if hi == 1 else "s"
    return f"characters with {lines} line{plural}: right {100 * confidence.share_right:.0f} % of the time"


def legend(labels: tuple[str, str]) -> str:
    """What the numbers behind words mean."""
    negative, positive = map(escape_control, labels)
    return (
        f"A number is what its word adds to the log-odds of {positive} over an unknown word in its place (occlusion): "
        f"above 0 towards {positive}, below towards {negative}. Small ones are left out; the parts do not sum."
    )


def words_of(answer: Explained) -> str:
    """The tokens with their attributions: ``I  love +0.41  you +0.22  , …``."""
    from gendertui.scoring.explain import TINY

    parts = []
    for token, value in zip(answer.scored.tokens, answer.attributions[: answer.explained], strict=False):
        shown = escape_control(token if not token.isspace() else "␣" * len(token))
        parts.append(shown if value is None or abs(value) < TINY else f"{shown} {value:+.2f}")
    left = len(answer.scored.tokens) - answer.explained
    if left:
        parts.append(f"… {left:,} more, not explained: the line is too long")
    return "  ".join(parts)
