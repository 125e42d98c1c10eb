"""From the scores of the lines of a speaker (a character of a film, a user) to one of the speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gendertui.corpus.units import Noun
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import EVEN, Calibration
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import Scorer, rounded
from gendertui.scoring.track_record import Confidence, TrackRecord
from gendertui.scoring.verdict import predicted_label


@dataclass(frozen=True)
class CharacterScore:
    """What a model says of a speaker by the lines it was given.

    No interval is pretended: :attr:`confidence` says how often the model was right on speakers with about as many
    lines, and that is all there is to know.
    """

    lines: int
    """How many lines were scored."""
    line_mean: float
    """Probability of the positive label that belongs to the mean of the lines' calibrated log-odds: that of a line as
    these are on average. It is no statement about the speaker."""
    probability: float | None
    """Of the positive label, at :attr:`prior`; ``None`` where the model has no calibration for speakers."""
    label: str | None
    """The likelier label; ``None`` where it can't tell or there is no probability."""
    labels: tuple[str, str]
    noun: Noun
    """What the model's corpus calls a speaker."""
    prior: float
    confidence: Confidence | None
    """``None`` where the model's report does not say: it was measured at even odds, and not with every number of
    lines."""

    @property
    def at_even_odds(self) -> bool:
        return self.prior == EVEN

    def to_json(self) -> dict[str, Any]:
        """What the objects of ``predict --scene`` and ``--corpus`` have in common."""
        probabilities = None
        if self.probability is not None:
            probabilities = rounded(dict(zip(self.labels, (1 - self.probability, self.probability), strict=True)))
        return {
            "lines": self.lines,
            "label": self.label,
            "probabilities": probabilities,
            "line_mean": rounded(dict(zip(self.labels, (1 - self.line_mean, self.line_mean), strict=True))),
            "prior": self.prior,
            "share_right": None if self.confidence is None else round(self.confidence.accuracy, 4),
        }


class CharacterScorer:
    """Scores speakers with one bundle.

    :param prior: rate of the positive label among speakers. :param line_prior: among lines.
    """

    def __init__(self, bundle: Bundle, record: TrackRecord, prior: float = EVEN, line_prior: float = EVEN) -> None:
        self._bundle = bundle
        self._record = record
        self.prior = prior
        self.line_prior = line_prior

    @classmethod
    def of(cls, scorer: Scorer, prior: Prior) -> CharacterScorer:
        """For the speakers whose lines are scored at a prior.

        :raises GendertuiError: the natural prior is asked for, and the model's report does not say it.
        """
        line_prior = prior.of(scorer)
        # A model without a score for speakers need not know how common the labels are among them.
        calibrated = scorer.bundle.character_calibration is not None
        own_prior = prior.of(scorer, "speaker") if calibrated else line_prior
        return cls(scorer.bundle, scorer.record, own_prior, line_prior)

    def score(self, mean: float, lines: int) -> CharacterScore:
        """The score of a speaker.

        :param mean: mean of the lines' calibrated log-odds at even odds (``ScoredLine.log_odds``).
        :param lines: how many lines that is, one at least.
        """
        labels = self._bundle.labels
        calibration = self._bundle.character_calibration
        probability = None if calibration is None else float(calibration.apply(mean, lines, self.prior))
        return CharacterScore(
            lines=lines,
            line_mean=float(Calibration().apply(mean, self.line_prior)),
            probability=probability,
            label=None if probability is None else predicted_label(probability, labels),
            labels=labels,
            noun=self._bundle.units.noun("speaker"),
            prior=self.prior,
            confidence=self._record.speaker(lines) if self.prior == EVEN else None,
        )

    def running_probabilities(self, log_odds: Sequence[float]) -> list[float] | None:
        """The probability of the positive label after the first line, after the first two, and so on.

        :param log_odds: [lines] calibrated log-odds at even odds.
        :returns: [lines], the last of them the speaker's score; ``None`` without a calibration for speakers.
        """
        calibration = self._bundle.character_calibration
        if calibration is None:
            return None
        counts = np.arange(1, len(log_odds) + 1)
        means = np.cumsum(np.asarray(log_odds, dtype=np.float64)) / counts
        return [float(value) for value in calibration.apply(means, counts, self.prior)]
