"""The models of a learning curve: each is trained on a part of the training set and scores the validation rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.corpus.splits.split import TRAIN, VALIDATION, Split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.fit import tfidf_logistic
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.learning_curve.schema import CHARACTERS, LINEAR, NETWORK
from gendertui.evaluation.report.characters import MINIMUM_CHARACTERS
from gendertui.evaluation.report.schema import too_few_lines
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.progress import Count, Progress, silent
from gendertui.scoring.parts import part_scores
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.training.characters.judge import fitted_on_train
from gendertui.training.characters.material import Material
from gendertui.training.config import TrainingConfig
from gendertui.training.learning_curve.parts import Part, parts_of, whole_unit_of
from gendertui.training.prepare import tokenise


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What the models of a curve are judged on."""

    labels: npt.NDArray[np.int8]
    """[rows] 0 or 1."""
    groups: npt.NDArray[np.int32]
    """[rows] what intervals resample."""
    rows: Ints
    """[rows] the row of the corpus of each; by it scores that were kept are known."""


class NotMeasurableError(Exception):
    """A kind of model cannot be measured on a corpus; says why, as a sentence."""


class TrainingSet:
    """A run's configuration, corpus and split, and the parts its training set is dealt into.

    :param progress: may raise to stop.
    :raises GendertuiError: too few validation lines of a label (code DATA), or the corpus cannot be tokenised.
    """

    def __init__(self, config: TrainingConfig, corpus: Corpus, split: Split, progress: Progress = silent) -> None:
        self.config, self.corpus, self.split = config, corpus, split
        rules = rules_for(config.whitespace_tokens, config.lowercase)
        self.tokenised: TokenisedLines = tokenise(corpus, split, rules, progress)
        self.unit: Unit = whole_unit_of(corpus, split)

    def parts(self, deals: int) -> list[Part]:
        """See :func:`gendertui.training.learning_curve.parts.parts_of`."""
        return parts_of(self.corpus, self.split, self.unit, self.tokenised.lengths > 0, deals)

    @cached_property
    def held_out(self) -> HeldOut:
        """The validation lines that have a token.

        :raises GendertuiError: a label has too few of them for figures (code DATA).
        """
        rows: Ints = self.split.rows(VALIDATION)
        rows = rows[self.tokenised.lengths[rows] > 0]
        labels = self.corpus.label_codes()[rows]
        counts = {label: int((labels == code).sum()) for code, label in enumerate(self.corpus.labels)}
        if too_few := too_few_lines("validation", counts):
            raise GendertuiError(
                too_few,
                where=str(self.corpus.path),
                hint="A learning curve needs a larger corpus.",
                code=ExitCode.DATA,
            )
        return HeldOut(labels, UnitNumbers.of(self.corpus).group[rows], rows)


class Linear:
    """TF-IDF with logistic regression on lines, as the report's baseline."""

    subject: Unit = "line"

    def __init__(self, training: TrainingSet) -> None:
        self._training = training
        self._lines = Lines(training.tokenised.ids, training.tokenised.offsets, training.tokenised.words)

    @property
    def held_out(self) -> HeldOut:
        return self._training.held_out

    def logits(self, part: Part, progress: Count) -> Floats:
        """[rows held out] what a model trained on the part says of each."""
        codes, held = self._training.corpus.label_codes(), self.held_out
        return tfidf_logistic(
            self._lines, part.rows, codes[part.rows], held.rows, held.labels, progress=progress
        ).validation_logits


class Characters:
    """The score of whole speakers (characters of films), as the report has it.

    :raises NotMeasurableError: the corpus has no speakers, or too few of a label to be judged on.
    """

    def __init__(self, training: TrainingSet) -> None:
        material = Material.of(training.corpus, training.tokenised)
        noun = training.corpus.units.noun("speaker" if material is None else material.unit)
        if material is None:
            raise NotMeasurableError(f"No curve of {noun.many}: the corpus does not say who speaks.")
        self._training, self._material, self.subject = training, material, material.unit
        self._held = held = material.side(training.split, VALIDATION)
        self._known = np.flatnonzero(held.labels >= 0)
        labels = held.labels[self._known]
        rows = held.row[self._known]
        self.held_out = HeldOut(labels, UnitNumbers.of(training.corpus).group[rows], rows)
        if _fewest(labels) < MINIMUM_CHARACTERS:
            raise NotMeasurableError(f"No curve of {noun.many}: validation has too few of one label.")

    def logits(self, part: Part, progress: Count) -> Floats | None:
        """[speakers held out] log-odds by a model of the part; ``None`` where that has too few of a label."""
        material, training = self._material, self._training
        split = part.split(training.corpus, training.split)
        if _fewest(material.side(split, TRAIN).labels) < MINIMUM_CHARACTERS:
            return None
        seed = training.config.seed
        model = fitted_on_train(material, split, seed, lambda _name, done, total: progress(done, total))
        if model is None:
            return None
        scores = part_scores(model.texts, model.keys, self._held.speech, material.spoken, tuple(model.stack))
        return scores.log_odds(model)[self._known]


def _fewest(labels: npt.NDArray[np.int8]) -> int:
    """How many have the rarer label; −1 is no label."""
    return int(np.bincount(labels[labels >= 0], minlength=2).min())


class Network:
    """The run's own network on lines, trained by the run's configuration."""

    subject: Unit = "line"

    def __init__(self, training: TrainingSet) -> None:
        self._training = training

    @property
    def held_out(self) -> HeldOut:
        return self._training.held_out

    def logits(self, part: Part, progress: Count) -> Floats:
        """[rows held out] what a network trained on the part says of each."""
        from gendertui.training import bulk
        from gendertui.training.crossvalidation import train_once
        from gendertui.training.prepare import prepare

        training = self._training
        prepared = prepare(training.config, training.corpus, split=part.split(training.corpus, training.split))
        result = train_once(prepared, lambda _name, done, total: progress(done, total))
        return bulk.logits_of_weights(prepared, result.weights, self.held_out.rows).astype(np.float64)


class Trial(Protocol):
    """A kind of model that is trained on parts of a training set."""

    @property
    def subject(self) -> Unit:
        """What it classifies."""

    @property
    def held_out(self) -> HeldOut:
        """What it is judged on."""

    def logits(self, part: Part, progress: Count) -> Floats | None:
        """[rows held out] what a model trained on the part says of each; ``None`` where the part is too small for it.
        The progress is of this one model."""


@dataclass(frozen=True)
class TrialModel:
    """What is known of a kind of model before anything is loaded."""

    trial: Callable[[TrainingSet], Trial]
    """May raise :class:`NotMeasurableError`."""
    deals: int
    """How often the training set is dealt: each deal beyond the first costs three times as much as one model."""


MODELS: dict[str, TrialModel] = {
    LINEAR: TrialModel(Linear, 2),
    CHARACTERS: TrialModel(Characters, 2),
    NETWORK: TrialModel(Network, 1),
}
"""By name, in the order in which they are measured."""
