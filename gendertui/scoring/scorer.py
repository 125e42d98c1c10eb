"""Typed lines in, calibrated probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import EVEN
from gendertui.scoring.engine import Engine, Ids, NumpyEngine
from gendertui.text.vocabulary import UNK

if TYPE_CHECKING:
    from gendertui.scoring.explain import Comparison, Explained
    from gendertui.scoring.track_record import Confidence, TrackRecord

ABSTAIN_MARGIN = 0.05
"""A probability this near to one half says nothing, and so does the program."""

_JSON_DIGITS = 6


class Encoded(NamedTuple):
    """A line as a network reads it."""

    text: str
    tokens: list[str]
    """Cut at the model's ``max_length``; one at least."""
    ids: Ids
    """[tokens]."""
    total_tokens: int
    """How many tokens the line has, uncut."""


@dataclass(frozen=True)
class ScoredLine:
    """What a model says of one line."""

    text: str
    tokens: list[str]
    """As the network read them: cut at the model's ``max_length``."""
    total_tokens: int
    """How many tokens the line has, uncut."""
    known: int
    """How many of the tokens are in the model's vocabulary."""
    log_odds: float
    """Of the positive label, calibrated, at even odds whatever :attr:`prior` is."""
    probability: float
    """Of the positive label, calibrated, at :attr:`prior`."""
    label: str | None
    """The likelier label; ``None`` where the probability is within :data:`ABSTAIN_MARGIN` of one half."""
    probabilities: dict[str, float]
    """Of both labels, negative first."""
    prior: float
    """Rate of the positive label that the probability assumes; one half: both equally frequent."""
    model: str

    @property
    def unread(self) -> str:
        """What is said of a line that is longer than the model reads; nothing of others."""
        read = len(self.tokens)
        return (
            f"only the first {read:,} of its {self.total_tokens:,} tokens are read" if read < self.total_tokens else ""
        )

    def to_json(self) -> dict[str, Any]:
        """The object that ``predict --json`` writes; :attr:`unread` is its ``note`` where there is something to say."""
        return {
            "text": self.text,
            "label": self.label,
            "probabilities": rounded(self.probabilities),
            "prior": self.prior,
            "model": self.model,
            **({"note": self.unread} if self.unread else {}),
        }


class Scorer:
    """Scores lines with one bundle.

    :param engine: what computes the logits; numpy where left out.
    :raises GendertuiError: see :class:`gendertui.scoring.engine.NumpyEngine`.
    """

    def __init__(self, bundle: Bundle, engine: Engine | None = None) -> None:
        self.bundle = bundle
        self.engine: Engine = NumpyEngine(bundle) if engine is None else engine
        self._max_length: int | None = bundle.config.get("max_length")

    def encode(self, text: str) -> Encoded:
        """A line as the network reads it.

        :raises GendertuiError: the line is empty.
        """
        total_tokens = self.bundle.tokenizer(text) if text.strip() else []
        if not total_tokens:
            raise GendertuiError("nothing to score: the line is empty", code=ExitCode.DATA)
        tokens = total_tokens[: self._max_length]
        return Encoded(text, tokens, self.bundle.vocabulary.encode(tokens), len(total_tokens))

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[texts] raw outputs of the network, before calibration.

        :raises GendertuiError: a text is empty.
        """
        return self.engine([self.encode(text).ids for text in texts])

    def score(self, text: str, prior: float | None = None) -> ScoredLine:
        """One line's calibrated probability.

        :param prior: rate of the positive label to assume; even odds where left out.
        :raises GendertuiError: the line is empty, or the prior is no rate.
        """
        rate = rate_of(prior)
        line = self.encode(text)
        return self.answer(line, float(self.engine([line.ids])[0]), rate)

    def score_many(self, texts: Sequence[str], prior: float | None = None) -> list[ScoredLine | GendertuiError]:
        """Each line's calibrated probability, or the error that says why it has none, in the lines' order.

        Lines of about one length are computed together, several times as quick as one by one. Memory grows with
        the texts given; a caller with a long file gives some at a time.

        :param prior: as for :meth:`score`.
        :raises GendertuiError: the prior is no rate.
        """
        rate = rate_of(prior)
        read: list[Encoded | GendertuiError] = []
        for text in texts:
            try:
                read.append(self.encode(text))
            except GendertuiError as error:
                read.append(error)
        logits = iter(self.engine([line.ids for line in read if isinstance(line, Encoded)]).tolist())
        return [self.answer(line, next(logits), rate) if isinstance(line, Encoded) else line for line in read]

    def explain(self, text: str, prior: float | None = None) -> Explained:
        """A line's probability and what each token has to do with it (:mod:`gendertui.scoring.explain`).

        :raises GendertuiError: as :meth:`score`.
        """
        from gendertui.scoring.explain import explain

        return explain(self, text, rate_of(prior))

    def compare(self, before: str, after: str, prior: float | None = None) -> Comparison:
        """A line before and after an edit, both explained, and which tokens changed.

        :raises GendertuiError: as :meth:`score`, of either line.
        """
        from gendertui.scoring.explain import compare

        return compare(self, before, after, rate_of(prior))

    @cached_property
    def record(self) -> TrackRecord:
        """What the model's report says of its answers.

        :raises GendertuiError: it is damaged.
        """
        from gendertui.scoring.track_record import TrackRecord

        return TrackRecord(self.bundle)

    def confidence_of(self, probability: float) -> Confidence | None:
        """How often the model was right on lines of which it was about as sure as this (:meth:`TrackRecord.line`).

        :param probability: of either label, at even odds.
        """
        return self.record.line(probability)

    def answer(self, line: Encoded, logit: float, prior: float) -> ScoredLine:
        """What a line's raw logit means."""
        calibration = self.bundle.calibration
        probability = float(calibration.apply(logit, prior))
        negative, positive = self.bundle.labels
        return ScoredLine(
            text=line.text,
            tokens=line.tokens,
            total_tokens=line.total_tokens,
            known=int(np.count_nonzero(line.ids != UNK)),
            log_odds=float(calibration.log_odds(logit)),
            probability=probability,
            label=predicted_label(probability, self.bundle.labels),
            probabilities={negative: 1 - probability, positive: probability},
            prior=prior,
            model=self.bundle.name,
        )


def predicted_label(probability: float, labels: tuple[str, str]) -> str | None:
    """The likelier label; ``None`` where the probability is within :data:`ABSTAIN_MARGIN` of one half."""
    negative, positive = labels
    likelier = positive if probability >= EVEN else negative
    return None if abs(probability - EVEN) < ABSTAIN_MARGIN else likelier


def rate_of(prior: float | None) -> float:
    """The prior, even odds where left out.

    :raises GendertuiError: it is no rate.
    """
    rate = EVEN if prior is None else prior
    if not 0 < rate < 1:
        raise GendertuiError(
            f"a prior of {rate:g} is no rate", hint="Give a number between 0 and 1.", code=ExitCode.USAGE
        )
    return rate


def rounded(probabilities: dict[str, float]) -> dict[str, float]:
    """Probabilities as JSON shows them."""
    return {name: round(value, _JSON_DIGITS) for name, value in probabilities.items()}
