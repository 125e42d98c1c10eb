"""Which words moved the probability, and what an edit changed.

Occlusion: each token in turn is replaced by ``<unk>``, and its attribution is what the calibrated log-odds lose by
that (Zeiler and Fergus 2014, Li, Monroe and Jurafsky 2016, "erasure"). It asks the network alone and so works for
every kind. The parts do not sum to the whole: words act together.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from gendertui.model.calibration import EVEN
from gendertui.scoring.engine import work_of
from gendertui.scoring.rate import check_rate
from gendertui.scoring.scorer import ScoredLine, Scorer
from gendertui.text.vocabulary import UNK

METHOD = "occlusion"
UNIT = "log-odds"

EXPLAIN_WORK = 10**11
"""Multiplications an explanation may take, a few seconds: every token of a line of 1,200 with the shipped model, of
130 with the article's network. Of a longer line the first so many are explained, and the others have none."""

TINY = 0.05
"""An attribution smaller than this is not worth a number: it moves a probability by about one point at most."""

# Tokens that differ beyond this, and difflib, which is quadratic, is not asked what became of which.
_DIFF_TOKENS = 4000
_JSON_DIGITS = 6


@dataclass(frozen=True)
class Explained:
    """A scored line with an attribution for each token."""

    scored: ScoredLine
    attributions: tuple[float | None, ...]
    """[tokens] by how much the calibrated log-odds of the positive label are higher with the token than with ``<unk>``
    in its place: above zero it pulls towards the positive label, below towards the negative one. The same at every
    prior. ``None`` for tokens beyond the first :attr:`explained`, which :data:`EXPLAIN_WORK` has no room for."""

    @property
    def explained(self) -> int:
        """How many tokens, from the first on, have an attribution."""
        return sum(value is not None for value in self.attributions)

    def to_json(self) -> dict[str, Any]:
        """The object that ``predict --json --explain`` writes; a token without an attribution has null."""
        return {
            **self.scored.to_json(),
            "tokens": self.scored.tokens,
            "attributions": [None if value is None else round(value, _JSON_DIGITS) for value in self.attributions],
            "method": METHOD,
            "unit": UNIT,
        }


class Change(NamedTuple):
    """Tokens ``before`` [start, end) became tokens ``after`` [start, end); one of the two may be empty."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """A line before and after an edit."""

    before: Explained
    after: Explained
    changes: tuple[Change, ...]
    """From left to right; token numbers."""

    @property
    def moved(self) -> float:
        """By how much the edit raised the calibrated log-odds of the positive label."""
        return self.after.scored.log_odds - self.before.scored.log_odds


def explain(scorer: Scorer, text: str, prior: float = EVEN) -> Explained:
    """Score a line and each of its variants with one token unknown, all in one go.

    :param prior: rate of the positive label to assume.
    :raises GendertuiError: the line is empty, or the prior is no rate.
    """
    check_rate(prior)
    line = scorer.encode(text)
    room = EXPLAIN_WORK // (work_of(scorer.bundle) * len(line.ids))
    explained = range(min(len(line.ids), room))
    # A token that is unknown already changes nothing.
    places = [place for place in explained if line.ids[place] != UNK]
    variants = []
    for place in places:
        variant = line.ids.copy()
        variant[place] = UNK
        variants.append(variant)
    logits = scorer.engine([line.ids, *variants])
    odds = scorer.bundle.calibration.log_odds(logits)
    attributions: list[float | None] = [0.0 if place in explained else None for place in range(len(line.ids))]
    for place, changed in zip(places, odds[1:], strict=True):
        attributions[place] = float(odds[0] - changed)
    return Explained(scorer.answer(line, float(logits[0]), prior), tuple(attributions))


def compare(scorer: Scorer, before: str, after: str, prior: float = EVEN) -> Comparison:
    """Explain two lines and find which tokens of the one became which of the other.

    :raises GendertuiError: a line is empty, or the prior is no rate.
    """
    first, second = explain(scorer, before, prior), explain(scorer, after, prior)
    return Comparison(first, second, tuple(changes(first.scored.tokens, second.scored.tokens)))


def changes(before: list[str], after: list[str]) -> list[Change]:
    """What became of which tokens; in very long edits the changed middle counts as one change."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) + len(new) > _DIFF_TOKENS:
        return [Change((start, start + len(old)), (start, start + len(new)))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Change((start + a, start + b), (start + c, start + d))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]
