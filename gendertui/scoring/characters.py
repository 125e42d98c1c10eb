"""From the scores of the lines of a speaker (a character of a film, a user) to one of the speaker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gendertui.corpus.speech import Speech
from gendertui.corpus.units import Noun
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import EVEN, Calibration
from gendertui.model.characters import CharacterModel
from gendertui.scoring.parts import part_scores
from gendertui.scoring.prior import Prior
from gendertui.scoring.running import running_log_odds
from gendertui.scoring.scorer import Scorer, rounded
from gendertui.scoring.track_record import Confidence, TrackRecord
from gendertui.scoring.verdict import predicted_label
from gendertui.text.spoken import Spoken


@dataclass(frozen=True)
class CharacterScore:
    """What a model says of a speaker by the lines it was given.

    No interval is pretended: :attr:`confidence` says how often the model was right on speakers with about as many
    lines, and that is all there is to know.
    """

    lines: int
    """How many lines were scored."""
    line_mean: float | None
    """Probability of the positive label that belongs to the mean of the lines' calibrated log-odds: that of a line as
    these are on average. It is no statement about the speaker; ``None`` where lines were not scored one by one."""
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
    parts: Mapping[str, float] = field(default_factory=dict)
    """Part → what it adds to the log-odds of the positive label at even odds; empty where the score is that of the mean
    of the lines."""
    offset: float = 0.0
    """What is added to :attr:`parts`, whoever is scored."""

    @property
    def mean(self) -> float:
        """:attr:`line_mean` of a score that rests on nothing else."""
        assert self.line_mean is not None
        return self.line_mean

    @property
    def at_even_odds(self) -> bool:
        return self.prior == EVEN

    def to_json(self) -> dict[str, Any]:
        """What the objects of ``predict --scene`` and ``--corpus`` have in common."""
        probabilities = None
        if self.probability is not None:
            probabilities = self._of_labels(self.probability)
        return {
            "lines": self.lines,
            "label": self.label,
            "probabilities": probabilities,
            "line_mean": None if self.line_mean is None else self._of_labels(self.line_mean),
            "prior": self.prior,
            "share_right": None if self.confidence is None else round(self.confidence.accuracy, 4),
            **({"parts": rounded(self.parts), "offset": round(self.offset, 6)} if self.parts else {}),
        }

    def _of_labels(self, probability: float) -> dict[str, float]:
        return rounded(dict(zip(self.labels, (1 - probability, probability), strict=True)))


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
        own_prior = prior.of(scorer, "speaker") if scores_characters(scorer.bundle) else line_prior
        return cls(scorer.bundle, scorer.record, own_prior, line_prior)

    @cached_property
    def model(self) -> CharacterModel | None:
        """The model of characters, where the bundle has one."""
        return self._bundle.characters()

    def of_speech(
        self, speech: Speech, spoken: Spoken, means: Sequence[float | None] | None = None
    ) -> list[CharacterScore]:
        """The scores of all speakers of a speech, by the model of characters.

        :param spoken: the lines that :attr:`Speech.line` counts.
        :param means: [speakers] mean of the lines' calibrated log-odds at even odds, where they were scored.
        :raises ValueError: the bundle has no such model.
        """
        model = self.model
        if model is None:
            raise ValueError("the bundle has no model of characters")
        found = part_scores(model.texts, model.keys, speech, spoken, tuple(model.stack))
        contributions = model.contributions(found.scores, found.lines)
        total = np.sum(list(contributions.values()), axis=0) + model.offset
        return [
            self._scored(
                float(total[speaker]),
                int(speech.lines[speaker]),
                None if means is None else means[speaker],
                {name: float(values[speaker]) for name, values in contributions.items()},
                model.offset,
            )
            for speaker in range(speech.speakers)
        ]

    def running(self, speech: Speech, spoken: Spoken) -> list[float]:
        """[said] probability of the positive label of who says each line, by all that was said up to it.

        :raises ValueError: as :meth:`of_speech`.
        """
        if self.model is None:
            raise ValueError("the bundle has no model of characters")
        odds = running_log_odds(self.model, speech, spoken)
        return [float(value) for value in Calibration().apply(odds, self.prior)]

    def _scored(
        self, log_odds: float, lines: int, mean: float | None, parts: Mapping[str, float], offset: float
    ) -> CharacterScore:
        labels = self._bundle.labels
        probability = float(Calibration().apply(log_odds, self.prior))
        return CharacterScore(
            lines=lines,
            line_mean=None if mean is None else float(Calibration().apply(mean, self.line_prior)),
            probability=probability,
            label=predicted_label(probability, labels),
            labels=labels,
            noun=self._noun,
            prior=self.prior,
            confidence=self._record.speaker(lines) if self.prior == EVEN else None,
            parts=parts,
            offset=offset,
        )

    @property
    def _noun(self) -> Noun:
        units = self._bundle.units
        return units.noun(units.whole)

    def score(self, mean: float, lines: int) -> CharacterScore:
        """The score of a speaker by the mean of its lines.

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
            noun=self._noun,
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


def scores_characters(bundle: Bundle) -> bool:
    """Whether a model gives a probability for whole speakers."""
    return bundle.manifest.stack is not None or bundle.character_calibration is not None
