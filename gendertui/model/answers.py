"""The two plain questions a verdict begins with: is the model better than guessing, is it better than TF-IDF?

Answered from a report's figures by their 95 % intervals, so that reports of any age have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gendertui.corpus.units import Unit, Units
from gendertui.formatting import METRIC_NAMES, estimate, percent_interval, points

GUESSING = 0.5
"""The AUC of guessing, and how often it is right where both labels are equally common."""

Word = Literal["yes", "no", "cannot tell"]
_BASELINES = {"tfidf-logistic": "TF-IDF", "words-characters": "TF-IDF of words + chars"}
"""Trained baseline → how a question calls it, in the order of the questions."""


@dataclass(frozen=True)
class Answer:
    """A question with its answer in a word, and the figure that gives it."""

    question: str
    """``Better than guessing?``"""
    word: Word
    reason: str
    """``AUC 0.604 (0.589–0.619), guessing 0.5``, without a full stop."""
    few: str = ""
    """``7 films``, where they are too few to tell."""

    @property
    def short(self) -> str:
        """``yes``, ``no``, or ``cannot tell from 7 films``."""
        return f"{self.word} from {self.few}" if self.few else self.word


def answers(part: Mapping[str, Any], units: Units) -> list[Answer]:
    """The questions that the figures of one set answer; none where it has too few lines for figures.

    :param part: a set of a report of the current schema.
    :raises AttributeError: it is no such set. :raises KeyError: :raises TypeError: likewise.
    """
    unit: Unit = part.get("unit") or "group"
    few = units.noun(unit).counted(part.get("groups", 0))
    auc = part.get("model", {}).get("auc")
    found = [] if auc is None else [_than_guessing(auc, few)]
    for baseline, name in _BASELINES.items():
        difference = part.get("paired", {}).get(baseline, {}).get("balanced_accuracy")
        if difference is not None:
            found.append(_than_baseline(name, difference, few))
    return found


def beats_guessing(low: float) -> bool:
    """Whether a model can be told from guessing, by the lower end of its AUC's 95 % interval."""
    return low > GUESSING


def answer_lines(found: Sequence[Answer]) -> list[str]:
    """A line each, the answers below one another: ``Better than TF-IDF?    no: …``."""
    width = max((len(answer.question) for answer in found), default=0)
    return [f"{answer.question:<{width}} {answer.short}: {answer.reason}." for answer in found]


def _than_guessing(auc: Mapping[str, Any], few: str) -> Answer:
    value, low, high = auc["value"], auc.get("low"), auc.get("high")
    question, figure = "Better than guessing?", f"{METRIC_NAMES['auc']} {estimate(value, low, high)}"
    if low is None or high is None:
        return Answer(question, "cannot tell", f"{figure}, without an interval", few)
    if beats_guessing(low):
        return Answer(question, "yes", f"{figure}, guessing {GUESSING}")
    return Answer(question, "no", f"{figure} {'is worse' if high < GUESSING else 'may be chance'}, guessing {GUESSING}")


def _than_baseline(name: str, difference: Mapping[str, Any], few: str) -> Answer:
    """By balanced accuracy: so many lines more of a hundred, both labels equally common, are on the right side."""
    value, low, high = difference["value"], difference.get("low"), difference.get("high")
    question, figure = f"Better than {name}?", f"{points(value)} of 100 lines"
    if low is None or high is None:
        return Answer(question, "cannot tell", f"{figure}, without an interval", few)
    figure = f"{figure} ({percent_interval(low, high, sign=True)})"
    if low > 0:
        return Answer(question, "yes", figure)
    return Answer(question, "no", f"{figure} {'is worse' if high < 0 else 'may be chance'}")
