"""What the pane says of a line, worked out off the event loop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.predict.attributions import LEGEND, Word, edits, signed, words_of
from gendertui.tui.predict.prior import Prior, percent

if TYPE_CHECKING:
    from gendertui.scoring.explain import Comparison, Explained
    from gendertui.scoring.scorer import ScoredLine, Scorer
    from gendertui.scoring.track_record import Confidence, TrackRecord


EXPLAINED = 2000
"""Tokens of a line that is still explained as one types: more would keep the newest line waiting."""


class LoadedModel:
    """A model and its report.

    :ivar name: the model's, and :ivar labels: its two, safe for a terminal: a bundle may come from anywhere.
    :ivar by: what answers: the model, and torch where numpy does not know its network.
    """

    def __init__(self, scorer: Scorer) -> None:
        from gendertui.scoring.engine import needs_torch

        self.scorer = scorer
        negative, positive = scorer.bundle.labels
        self.labels = (escape_control(negative), escape_control(positive))
        self.name = escape_control(scorer.bundle.name)
        self.by = self.name + (", in a torch process" if needs_torch(scorer.bundle) else "")

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
    """A line, and how it is to be answered.

    :param before: the line that it is compared with.
    """

    oracle: LoadedModel
    text: str
    odds: Prior
    before: str | None = None


@dataclass(frozen=True)
class Prediction:
    """A scored line; ``right`` says how often such an answer was right, ``odds`` what it assumes."""

    scored: ScoredLine
    labels: tuple[str, str]
    odds: str
    right: str


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
    scored = oracle.scorer.score(asked.text, asked.odds.of(oracle.record))
    odds = asked.odds.words(oracle.labels[1], scored.prior)
    return Prediction(scored, oracle.labels, odds, how_often_right(oracle, scored, asked.odds))


def how_often_right(oracle: LoadedModel, scored: ScoredLine, odds: Prior) -> str:
    """``Right 63 % of the time at this confidence (58–67 %, 2,150 validation lines)``."""
    even = even_probability(scored)
    confidence = oracle.record.line(even)
    if confidence is None:
        return "How often it is right at this confidence its report does not say"
    often = f"right {percent(confidence.share_right)} of the time"
    # The report counts both labels alike, which other odds do not.
    if odds.kind == "even":
        return f"{often.capitalize()} at this confidence ({limits(confidence)} validation lines)"
    return f"At even odds {percent(max(even, 1 - even))}, {often} ({limits(confidence)} validation lines)"


def limits(confidence: Confidence) -> str:
    """The interval, where there is one, and on how many it was measured."""
    if confidence.low is None or confidence.high is None:
        return f"no interval, {count(confidence.n)}"
    return f"{100 * confidence.low:.0f}–{percent(confidence.high)}, {count(confidence.n)}"


def even_probability(scored: ScoredLine) -> float:
    """Of the second label, at even odds whatever the line was scored at."""
    return 0.5 * (math.tanh(0.5 * scored.log_odds) + 1)


def explain(asked: Query) -> Attributions | SideBySide:
    """Explain a line, or the two that are compared.

    :raises GendertuiError: see ``Scorer.score``, and :meth:`Prior.of`.
    """
    oracle = asked.oracle
    prior = asked.odds.of(oracle.record)
    if asked.before is None:
        return reasons(oracle.scorer.explain(asked.text, prior))
    comparison = oracle.scorer.compare(asked.before, asked.text, prior)
    before, after = comparison.before, comparison.after
    return SideBySide(
        comparison,
        reasons(before, [change.before for change in comparison.changes]),
        reasons(after, [change.after for change in comparison.changes]),
        edits(before.scored.tokens, after.scored.tokens, comparison.changes),
    )


def unexplained(scored: ScoredLine) -> Attributions | None:
    """What stands in place of the words of a line that is too long for them; ``None`` where it is not."""
    if len(scored.tokens) <= EXPLAINED:
        return None
    return Attributions([], _known(scored), f"Not explained: the line has more than {count(EXPLAINED)} tokens")


def reasons(explained: Explained, changed: Sequence[tuple[int, int]] = ()) -> Attributions:
    tokens = len(explained.scored.tokens)
    part = "" if explained.explained == tokens else f"; the first {count(explained.explained)} of {count(tokens)}"
    return Attributions(words_of(explained, changed), _known(explained.scored), LEGEND + part)


def _known(scored: ScoredLine) -> str:
    read = len(scored.tokens)
    known = f"{count(scored.known)} of {count(read)} known"
    return (
        known
        if read == scored.total_tokens
        else f"{known}; the line has {count(scored.total_tokens)}, the others are not read"
    )


def difference(side_by_side: SideBySide, labels: tuple[str, str]) -> str:
    """``log-odds −0.86, towards m: love → hate``."""
    moved = side_by_side.comparison.moved
    if not side_by_side.comparison.changes:
        return "no word has changed yet"
    towards = f", towards {labels[moved > 0]}" if abs(moved) >= 0.005 else ""
    return f"log-odds {signed(moved)}{towards}: {side_by_side.edits}"
