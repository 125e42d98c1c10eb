"""Scored lines and speakers in the words that the command line and the app share.

:mod:`gendertui.scoring.verdict` has those for a bare probability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui import formatting
from gendertui.corpus.units import LINE, Noun
from gendertui.scoring.verdict import CANNOT_TELL, NO_KNOWN_WORD, likelier_share, verdict

if TYPE_CHECKING:
    from gendertui.scoring.characters import CharacterScore
    from gendertui.scoring.scorer import ScoredLine
    from gendertui.scoring.track_record import Confidence, TrackRecord


def uncalibrated(noun: Noun) -> str:
    """Why a model gives no score of a whole speaker."""
    return f"this model has no calibration for {noun.many}"


def line_verdict(line: ScoredLine) -> str:
    """:func:`verdict` of a line; of one without a known word ``can't tell`` and why, without a number."""
    if not line.has_known_word:
        return f"{CANNOT_TELL} ({NO_KNOWN_WORD})"
    return verdict(line.label, line.probability, line.labels)


def character_verdict(score: CharacterScore) -> str:
    """:func:`verdict` of a speaker; of a model without a calibration for them, that of its mean line."""
    if score.probability is None:
        mean = likelier_share(score.mean, score.labels)
        return f"{uncalibrated(score.noun)}; the mean of its lines is that of one line, {mean}"
    return verdict(score.label, score.probability, score.labels, score.noun)


def unknown_words(line: ScoredLine) -> str:
    """``2 of 7 words unknown``; nothing where all are known, or none is: that is :data:`NO_KNOWN_WORD`."""
    if not line.unknown_words or line.unknown_words == line.words:
        return ""
    return f"{line.unknown_words:,} of {line.words:,} words unknown"


def how_often_right(confidence: Confidence) -> str:
    """``right 63 % of the time``."""
    return f"right {formatting.probability(confidence.accuracy)} of the time"


def line_accuracy(line: ScoredLine, record: TrackRecord) -> str | None:
    """``right 63 % of the time at this confidence``.

    Where the line was scored at other than even odds: ``at even odds 58 %, right 63 % of the time``.

    The report counts both labels alike, so it speaks of the answer at even odds alone.

    :returns: ``None`` where no word of the line is known, or the report does not say.
    :raises GendertuiError: the report is damaged.
    """
    confidence = line_confidence(line, record)
    if confidence is None:
        return None
    if line.at_even_odds:
        return f"{how_often_right(confidence)} at this confidence"
    even = line.even_probability
    return f"at even odds {formatting.probability(max(even, 1 - even))}, {how_often_right(confidence)}"


def line_confidence(line: ScoredLine, record: TrackRecord) -> Confidence | None:
    """How often the model was right on lines like this one; ``None`` as for :func:`line_accuracy`."""
    return record.line(line.even_probability) if line.has_known_word else None


def character_accuracy(score: CharacterScore) -> str:
    """``characters with 5–9 lines: right 66 % of the time``; no interval is pretended for the one that is scored."""
    confidence = score.confidence
    if confidence is None:
        odds = "" if score.at_even_odds else " where labels are not equally frequent"
        return f"how often that is right with so many lines{odds} was not measured"
    lines = formatting.span(confidence.lower, confidence.upper, "line")
    return f"{score.noun.many} with {lines}: {how_often_right(confidence)}"


def measured_on(confidence: Confidence, noun: Noun = LINE) -> str:
    """``58–67 %, 2,150 validation lines``: the interval, where there is one, and on how many it was measured."""
    if confidence.low is None or confidence.high is None:
        interval = "no interval"
    else:
        interval = f"{100 * confidence.low:.0f}–{formatting.probability(confidence.high)}"
    return f"{interval}, {confidence.n:,} validation {noun.many}"
