"""What ``predict`` prints of a line: words, JSON or CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gendertui import formatting
from gendertui.cli.terminal.output import echo, echo_row, json_text
from gendertui.sanitize import escape_control
from gendertui.scoring.table import LineTable
from gendertui.scoring.verdict import NO_KNOWN_WORD
from gendertui.scoring.wording import line_accuracy, line_verdict, unknown_words

if TYPE_CHECKING:
    from gendertui.cli.predict.inputs import InputLine
    from gendertui.scoring.explain import Explained
    from gendertui.scoring.scorer import ScoredLine, Scorer


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
            echo(legend(scorer.bundle.labels), err=True)

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None) -> None:
        if isinstance(scored, str):
            complain(asked, scored)
            return
        echo(sentence(self._scorer, scored))
        if explained is not None:
            echo(f"    {words_of(explained)}")


class JsonLines:
    """One object a line."""

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None, **more: Any) -> None:
        if isinstance(scored, str):
            echo(json_text({"text": asked.text, "error": placed(asked, scored), **more}))
        else:
            echo(json_text({**(explained or scored).to_json(), **more}))


class CsvRows:
    """A header and a row a line."""

    def __init__(self, scorer: Scorer, *, explain: bool) -> None:
        self._table = LineTable(scorer.bundle.labels, explained=explain)
        self._write = csv_printer()
        self._write(self._table.header)

    def line(self, asked: InputLine, scored: ScoredLine | str, explained: Explained | None = None) -> None:
        found = placed(asked, scored) if isinstance(scored, str) else scored
        self._write(self._table.row(asked.text, found, explained))


def csv_printer() -> Any:
    """A function that prints a row of CSV: see :func:`echo_row`."""
    import csv

    class Rows:
        def write(self, row: str) -> None:
            # The csv module leaves a lone CR bare unless rows end in one, and every reader takes it for a row's end.
            echo_row(row.removesuffix("\r\n"))

    return csv.writer(Rows(), lineterminator="\r\n").writerow


def complain(asked: InputLine, what: str) -> None:
    """Say on stderr why a line has no answer, or what its answer leaves out."""
    text = asked.text if len(asked.text) <= _SHOWN else asked.text[:_SHOWN] + "…"
    echo(f"gendertui: {escape_control(placed(asked, what))}: {escape_control(text)!r}", err=True)


def placed(asked: InputLine, what: str) -> str:
    return what if asked.where is None else f"{asked.where}: {what}"


def sentence(scorer: Scorer, answer: ScoredLine) -> str:
    """One scored line in words: ``written like lines labelled f, 62 % (…): I love you…  [model NAME · 57.9 %]``."""
    cut = [note for note in answer.notes if note != NO_KNOWN_WORD]
    asides = "; ".join(part for part in (_aside(scorer, answer), unknown_words(answer), *cut) if part)
    said = f"{line_verdict(answer)} ({asides})" if asides else line_verdict(answer)
    return f"{escape_control(said)}: {escape_control(answer.text)}  [model {model_name(scorer)}]"


def model_name(scorer: Scorer) -> str:
    """The model's name with its figure, and that it may be guessing where that is so; safe for a terminal."""
    return escape_control(scorer.record.evidence.beside(scorer.bundle.name))


def _aside(scorer: Scorer, answer: ScoredLine) -> str:
    """What a share must not be read without: the rate it assumes, or else how often such answers were right."""
    if not answer.has_known_word:
        return ""
    if not answer.at_even_odds:
        return f"where {formatting.probability(answer.prior)} are {scorer.bundle.labels[1]}"
    return "" if answer.label is None else line_accuracy(answer, scorer.record) or ""


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
        parts.append(
            shown if value is None or abs(value) < TINY else f"{shown} {formatting.number(value, 2, sign=True)}"
        )
    left = len(answer.scored.tokens) - answer.explained
    if left:
        parts.append(f"… {left:,} more, not explained: the line is too long")
    return "  ".join(parts)
