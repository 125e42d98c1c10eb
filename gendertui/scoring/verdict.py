"""What is said of a probability: the label or "can't tell", in the words that the command line and the app share.

:mod:`gendertui.scoring.wording` says the same of whole answers.
"""

from __future__ import annotations

import math

from gendertui import formatting
from gendertui.corpus.units import LINE, Noun

ABSTAIN_MARGIN = 0.05
"""A probability this near to one half says nothing, and so does the program."""

CANNOT_TELL = "can't tell"
NO_KNOWN_WORD = "no word of it is known to the model"
"""Why a line has no label whatever its probability: what is left of it is the model's lean, the same for all such."""


def predicted_label(probability: float, labels: tuple[str, str]) -> str | None:
    """The likelier label; ``None`` where the probability is within :data:`ABSTAIN_MARGIN` of one half.

    :param probability: of the second label.
    """
    return None if abs(probability - 0.5) < ABSTAIN_MARGIN else labels[probability >= 0.5]


def label_of(log_odds: float, labels: tuple[str, str]) -> str:
    """The likelier label, however near to even.

    :param log_odds: of the second label.
    """
    return labels[log_odds > 0]


def probability_of(log_odds: float) -> float:
    """That of the likelier label."""
    return 1 / (1 + math.exp(-abs(log_odds)))


def probabilities_of(log_odds: float, labels: tuple[str, str]) -> dict[str, float]:
    """Those of both labels, as JSON has them."""
    likelier = probability_of(log_odds)
    positive = likelier if log_odds > 0 else 1 - likelier
    return {labels[0]: 1 - positive, labels[1]: positive}


def likelier_share(probability: float, labels: tuple[str, str]) -> str:
    """``62 % f``: the likelier label and its probability.

    :param probability: of the second label.
    """
    positive = probability >= 0.5
    return f"{formatting.probability(probability if positive else 1 - probability)} {labels[positive]}"


def written_like(label: str, noun: Noun = LINE) -> str:
    """The only words in which the program speaks of a scored line or speaker.

    :param noun: what is scored.
    """
    return f"written like {noun.many} labelled {label}"


def verdict(label: str | None, probability: float, labels: tuple[str, str], noun: Noun = LINE) -> str:
    """``written like lines labelled f, 62 %`` or ``can't tell (52 % f)``.

    :param probability: of the second label.
    """
    if label is None:
        return f"{CANNOT_TELL} ({likelier_share(probability, labels)})"
    share = probability if label == labels[1] else 1 - probability
    return f"{written_like(label, noun)}, {formatting.probability(share)}"
