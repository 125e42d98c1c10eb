"""What the pane says of a line, worked out off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.errors import GendertuiError
from gendertui.formatting import count, number
from gendertui.sanitize import escape_control
from gendertui.scoring.wording import line_accuracy, line_confidence, measured_on, unknown_words
from gendertui.tui.predict.attributions import LEGEND, Word, edits, words_of

if TYPE_CHECKING:
    from gendertui.scoring.explain import Comparison, Explained
    from gendertui.scoring.prior import Prior
    from gendertui.scoring.scorer import ScoredLine, Scorer
    from gendertui.scoring.track_record import TrackRecord


EXPLAINED = 2000
"""Tokens of a line that is still explained as one types: more would keep the newest line waiting."""


class LoadedModel:
    """A model and its report. Its names are made safe for a terminal, since a bundle may come from anywhere."""

    def __init__(self, scorer: Scorer) -> None:
        from gendertui.scoring.engine import needs_torch

        self.scorer = scorer
        negative, positive = scorer.bundle.labels
        self.labels = (escape_control(negative), escape_control(positive))
        self.units = scorer.bundle.units
        """What its corpus calls its groups and speakers, and what its labels are about."""
        self.name = escape_control(scorer.bundle.name)
        named = escape_control(scorer.record.evidence.beside(scorer.bundle.name))
        # What answers: the model with its figure, and torch if numpy does not know its network.
        self.by = named + (", in a torch process" if needs_torch(scorer.bundle) else "")

    @property
    def record(self) -> TrackRecord:
        """What the report says of such answers, read when first asked for.

        :raises GendertuiError: the report is missing or damaged.
        """
        return self.scorer.record

    @property
    def natural_rate(self) -> float | None:
        """Of the second label; ``None`` where the report does not say."""
        try:
            return self.record.rate()
        except GendertuiError:
            return None


@dataclass(frozen=True)
class Query:
    """A line, and how it is to be answered."""

    oracle: LoadedModel
    text: str
    odds: Prior
    before: str | None = None
    """The line that it is compared with."""


@dataclass(frozen=True)
class Prediction:
    """A scored line; ``right`` says how often such an answer was right, ``odds`` what it assumes."""

    scored: ScoredLine
    labels: tuple[str, str]
    odds: str
    right: str

    @property
    def asides(self) -> list[str]:
        """What goes with the verdict: the odds, and how many words are unknown; nothing where none is known."""
        odds = self.odds if self.scored.has_known_word else ""
        return [part for part in (odds, unknown_words(self.scored)) if part]


@dataclass(frozen=True)
class Attributions:
    """The words of a line with their attributions; ``legend`` names the method."""

    words: list[Word]
    known: str
    legend: str


@dataclass(frozen=True)
class SideBySide:
    """A line before and after an edit."""

    comparison: Comparison
    before: Attributions
    after: Attributions
    edits: str


def answer(asked: Query) -> Prediction:
    """Score a line.

    :raises GendertuiError: see ``Scorer.score``, and :meth:`Prior.of`.
    """
    oracle = asked.oracle
    scored = oracle.scorer.score(asked.text, asked.odds.of(oracle.scorer))
    odds = asked.odds.in_words(oracle.labels[1], scored.prior)
    return Prediction(scored, oracle.labels, odds, how_often_right(scored, oracle.record))


def how_often_right(scored: ScoredLine, record: TrackRecord) -> str:
    """``Right 63 % of the time at this confidence (58–67 %, 2,150 validation lines)``; nothing of a line of which no
    word is known."""
    confidence, accuracy = line_confidence(scored, record), line_accuracy(scored, record)
    if confidence is None or accuracy is None:
        unknown = "How often it is right at this confidence its report does not say"
        return unknown if scored.has_known_word else ""
    return f"{accuracy[:1].upper()}{accuracy[1:]} ({measured_on(confidence)})"


def explain(asked: Query) -> Attributions | SideBySide:
    """Explain a line, or the two that are compared.

    :raises GendertuiError: see ``Scorer.score``, and :meth:`Prior.of`.
    """
    from gendertui.scoring import explain as explaining

    oracle = asked.oracle
    prior = asked.odds.of(oracle.scorer)
    if asked.before is None:
        return reasons(explaining.explain(oracle.scorer, asked.text, prior))
    comparison = explaining.compare(oracle.scorer, asked.before, asked.text, prior)
    before, after = comparison.before, comparison.after
    return SideBySide(
        comparison,
        reasons(before, [change.before for change in comparison.changes]),
        reasons(after, [change.after for change in comparison.changes]),
        edits(before.scored.tokens, after.scored.tokens, comparison.changes),
    )


def unexplained(scored: ScoredLine) -> Attributions | None:
    """What replaces the words of a line that is too long for them; ``None`` if it is not."""
    if len(scored.tokens) <= EXPLAINED:
        return None
    return Attributions([], _known(scored), f"Not explained: the line has more than {count(EXPLAINED)} tokens")


def reasons(explained: Explained, changed: Sequence[tuple[int, int]] = ()) -> Attributions:
    tokens = len(explained.scored.tokens)
    part = "" if explained.explained == tokens else f"; the first {count(explained.explained)} of {count(tokens)}"
    return Attributions(words_of(explained, changed), _known(explained.scored), LEGEND + part)


def _known(scored: ScoredLine) -> str:
    read = len(scored.tokens)
    known = f"{count(scored.words - scored.unknown_words)} of {count(scored.words)} known"
    if read == scored.total_tokens:
        return known
    return f"{known}; only {count(read)} of {count(scored.total_tokens)} tokens are read"


def difference(side_by_side: SideBySide, labels: tuple[str, str]) -> str:
    """``log-odds −0.86, towards m: love → hate``."""
    moved = side_by_side.comparison.moved
    if not side_by_side.comparison.changes:
        return "no word has changed yet"
    towards = f", towards {labels[moved > 0]}" if abs(moved) >= 0.005 else ""
    return f"log-odds {number(moved, 2, sign=True)}{towards}: {side_by_side.edits}"
