"""Typed lines in, calibrated probabilities out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import EVEN
from gendertui.scoring.engine import Engine, Ids, NumpyEngine
from gendertui.scoring.rate import check_rate
from gendertui.scoring.verdict import NO_KNOWN_WORD, predicted_label
from gendertui.text.vocabulary import UNK

if TYPE_CHECKING:
    from gendertui.scoring.track_record import TrackRecord

_JSON_DIGITS = 6
WORD = re.compile(r"[^\W_]")
"""A token with a letter or a digit is a word; punctuation, symbols and white space are none."""


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
    words: int
    """How many of the tokens have a letter or a digit."""
    unknown_words: int
    """How many of those are not in the model's vocabulary."""
    log_odds: float
    """Of the positive label, calibrated, at even odds whatever :attr:`prior` is."""
    probability: float
    """Of the positive label, calibrated, at :attr:`prior`."""
    label: str | None
    """The likelier label; ``None`` where the probability is within ``ABSTAIN_MARGIN`` of one half, and where no word
    is known: all such lines have the same probability or nearly so, which says nothing of this one."""
    labels: tuple[str, str]
    """Negative first."""
    prior: float
    """Rate of the positive label that the probability assumes; one half: both equally frequent."""
    model: str

    @property
    def probabilities(self) -> dict[str, float]:
        """Of both labels, negative first."""
        return dict(zip(self.labels, (1 - self.probability, self.probability), strict=True))

    @property
    def even_probability(self) -> float:
        """Of the positive label, at even odds whatever :attr:`prior` is."""
        return 0.5 * (math.tanh(0.5 * self.log_odds) + 1)

    @property
    def at_even_odds(self) -> bool:
        return self.prior == EVEN

    @property
    def has_known_word(self) -> bool:
        """Whether the line says anything to the model; one that does not counts for nothing in a character's score."""
        return self.unknown_words < self.words

    @property
    def notes(self) -> list[str]:
        """What an answer must not be read without: that no word is known, and that not all of the line is read."""
        read = len(self.tokens)
        cut = f"only the first {read:,} of its {self.total_tokens:,} tokens are read"
        return [
            *([] if self.has_known_word else [NO_KNOWN_WORD]),
            *([cut] if read < self.total_tokens else []),
        ]

    def to_json(self) -> dict[str, Any]:
        """The object that ``predict --json`` writes; :attr:`notes` are its ``note`` where there is something to say.

        ``probabilities`` are the model's own also where no word is known and ``label`` is null for that.
        """
        return {
            "text": self.text,
            "label": self.label,
            "probabilities": rounded(self.probabilities),
            "prior": self.prior,
            "model": self.model,
            **({"note": "; ".join(self.notes)} if self.notes else {}),
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

    def score(self, text: str, prior: float = EVEN) -> ScoredLine:
        """One line's calibrated probability.

        :param prior: rate of the positive label to assume.
        :raises GendertuiError: the line is empty, or the prior is no rate.
        """
        rate = check_rate(prior)
        line = self.encode(text)
        return self.answer(line, float(self.engine([line.ids])[0]), rate)

    def score_many(self, texts: Sequence[str], prior: float = EVEN) -> list[ScoredLine | GendertuiError]:
        """Each line's calibrated probability, or the error that says why it has none, in the lines' order.

        Lines of about one length are computed together, several times as quick as one by one. Memory grows with
        the texts given; a caller with a long file gives some at a time.

        :param prior: as for :meth:`score`.
        :raises GendertuiError: the prior is no rate.
        """
        rate = check_rate(prior)
        read: list[Encoded | GendertuiError] = []
        for text in texts:
            try:
                read.append(self.encode(text))
            except GendertuiError as error:
                read.append(error)
        logits = iter(self.engine([line.ids for line in read if isinstance(line, Encoded)]).tolist())
        return [self.answer(line, next(logits), rate) if isinstance(line, Encoded) else line for line in read]

    @cached_property
    def record(self) -> TrackRecord:
        """What the model's report says of its answers.

        :raises GendertuiError: it is damaged.
        """
        from gendertui.scoring.track_record import TrackRecord

        return TrackRecord(self.bundle)

    def answer(self, line: Encoded, logit: float, prior: float) -> ScoredLine:
        """What a line's raw logit means."""
        calibration = self.bundle.calibration
        probability = float(calibration.apply(logit, prior))
        ids = line.ids.tolist()
        unknown = [number == UNK for token, number in zip(line.tokens, ids, strict=True) if WORD.search(token)]
        known = not all(unknown)
        return ScoredLine(
            text=line.text,
            tokens=line.tokens,
            total_tokens=line.total_tokens,
            words=len(unknown),
            unknown_words=sum(unknown),
            log_odds=float(calibration.log_odds(logit)),
            probability=probability,
            label=predicted_label(probability, self.bundle.labels) if known else None,
            labels=self.bundle.labels,
            prior=prior,
            model=self.bundle.name,
        )


def rounded(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Probabilities as JSON shows them."""
    return {name: round(value, _JSON_DIGITS) for name, value in probabilities.items()}
