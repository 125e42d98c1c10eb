"""The refit: once its figures are known, a recipe is trained again on all labelled lines, and that model is published.

It cannot be measured, since it has seen every line there is: the figures remain those of its sibling, the model that
learnt from the train set alone. So does the calibration, which was fitted on lines that the sibling had not seen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from torch import Tensor

from gendertui.corpus.splits.split import TRAIN, UNUSED, Split, set_counts, set_shares
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Units
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.model.characters import CharacterModel
from gendertui.model.refit import Refit
from gendertui.progress import Progress
from gendertui.training import events, ngrams
from gendertui.training.characters.judge import fitted_on_train
from gendertui.training.characters.material import Material
from gendertui.training.checkpoint import Checkpoints, Snapshot
from gendertui.training.epochs import Control, EpochLoop, Speed
from gendertui.training.mixture import Mixed, Mixture
from gendertui.training.parallel.ranks import ALONE, Ranks
from gendertui.training.prepare import Prepared, TrainingData, training_data


def stage(units: Units) -> str:
    """What the refit is called while it lasts: ``training on all films``."""
    return f"training on all {units.noun('line' if units.group is None else 'group').many}"


def all_in_train(corpus: Corpus, split: Split) -> Split:
    """The split with the lines of all three sets in train; what was in none stays out."""
    assignment = np.where(split.assignment == UNUSED, np.int8(UNUSED), np.int8(TRAIN))
    return dataclasses.replace(
        split, assignment=assignment, fractions=set_shares(assignment), counts=set_counts(corpus, assignment)
    )


def all_lines(prepared: Prepared, report: Progress) -> TrainingData:
    """What a refit is trained on: the lines of all three sets, by the run's recipe, with words and vectors of their
    own.

    :param report: may raise to stop.
    """
    split = all_in_train(prepared.corpus, prepared.split)
    return training_data(prepared.recipe, prepared.device, prepared.corpus, split, report)


def character_model(prepared: Prepared, progress: Progress) -> CharacterModel | None:
    """The model of characters fitted on all characters with a label, uncalibrated.

    :param progress: may raise to stop.
    """
    material = Material.of(prepared.corpus, prepared.tokenised)
    return (
        None
        if material is None
        else fitted_on_train(material, all_in_train(prepared.corpus, prepared.split), prepared.config.seed, progress)
    )


def learnt_from(data: TrainingData, prepared: Prepared, epochs: int) -> Refit:
    """What the report says of a refit.

    :param prepared: what the sibling was trained on.
    """
    numbers = UnitNumbers.of(data.corpus)
    rows = data.distinct_train_rows
    return Refit(
        rows=len(rows),
        groups=len(np.unique(numbers.group[rows])),
        unit=numbers.unit,
        share=len(prepared.distinct_train_rows) / len(rows),
        epochs=epochs,
    )


class RefitLoop(EpochLoop):
    """Trains for a fixed number of epochs; nothing is validated, and the last weights are kept.

    :param epochs: as many as validation chose for the sibling. :param mixed: as validation chose it.
    :param stage: its name in its events. The other parameters are those of :class:`EpochLoop`.
    """

    def __init__(
        self,
        data: TrainingData,
        epochs: int,
        mixed: Mixed | None,
        *,
        checkpoints: Checkpoints,
        stage: str,
        control: Control | None = None,
        events_length: Callable[[], int] | None = None,
        ranks: Ranks = ALONE,
    ) -> None:
        super().__init__(
            data, checkpoints=checkpoints, control=control, events_length=events_length, stage=stage, ranks=ranks
        )
        self._epochs, self._mixed = epochs, mixed
        self.most_epochs = self.config.most_epochs(len(self._order(1)))

    @property
    def seconds(self) -> float:
        """Seconds of training, summed over resumed runs and without pauses."""
        return self._clock.seconds()

    def weights(self) -> dict[str, Tensor]:
        """The current weights, on the host, with n-grams fitted on the same lines."""
        weights, mixed = self._learner.weights(), self._mixed
        return (
            weights if mixed is None else Mixture(ngrams.fit(self._data, mixed.strength)).weights(weights, mixed.share)
        )

    def _before_first_epoch(self) -> Iterator[events.Event]:
        yield events.Stage(name=self._stage, total=self._epochs * len(self._order(1)), unit="batches")
        # From here on a resumed run need not measure again what was measured before.
        yield self._save()

    def _has_next_epoch(self) -> bool:
        return self._epoch <= self._epochs

    def _batch_event(self, batches: int, loss: float, speed: Speed) -> events.Event:
        done, total = (self._epoch - 1) * batches + self._batch, self._epochs * batches
        passed = self._epoch - 1 + speed.share
        left = self._clock.seconds() / passed * (self._epochs - passed)
        return events.Stage(name=self._stage, done=done, total=total, unit="batches", seconds_left=left)

    def _after_epoch(self) -> Iterator[events.Event]:
        return iter(())

    def _state(self) -> dict[str, Any]:
        return {}

    def _kept_weights(self) -> Mapping[str, Tensor]:
        return {}

    def _restore_state(self, snapshot: Snapshot) -> None:
        """Nothing but the position is stored."""
