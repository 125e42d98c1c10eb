"""The models of a learning curve: each is trained on a part of the training set and scores the validation rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints
from gendertui.corpus.splits.split import VALIDATION, Split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.fit import tfidf_logistic
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.learning_curve.schema import LINEAR, NETWORK
from gendertui.evaluation.report.schema import too_few_lines
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.progress import Count, Progress, silent
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
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


class Network:
    """The run's own network on lines, trained by the run's configuration."""

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
    def held_out(self) -> HeldOut:
        """What it is judged on."""

    def logits(self, part: Part, progress: Count) -> Floats:
        """[rows held out] what a model trained on the part says of each; the progress is of this one."""


@dataclass(frozen=True)
class TrialModel:
    """What is known of a kind of model before anything is loaded."""

    trial: Callable[[TrainingSet], Trial]
    subject: Unit
    deals: int
    """How often the training set is dealt: each deal beyond the first costs three times as much as one model."""


MODELS: dict[str, TrialModel] = {LINEAR: TrialModel(Linear, "line", 2), NETWORK: TrialModel(Network, "line", 1)}
"""By name, in the order in which they are measured."""
