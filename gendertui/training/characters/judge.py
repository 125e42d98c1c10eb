"""The model of characters of a run: learnt on train, read on the held-out sets beside what it has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui import logistic
from gendertui.arrays import Floats
from gendertui.corpus.speech import Speech
from gendertui.corpus.splits.split import TRAIN, VALIDATION, Split
from gendertui.evaluation.metrics.point import auc, balanced_weights
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.model.characters import CharacterModel
from gendertui.progress import Progress, silent
from gendertui.text.hashed_ngrams import LineGrams
from gendertui.text.spoken import Spoken
from gendertui.text.tfidf import document_frequency, inverse_document_frequency, weighted
from gendertui.training.characters.counts import added_up, line_matrix
from gendertui.training.characters.fit import Fitted, fit_characters, known_keys, versions_of
from gendertui.training.characters.material import Material, Sides

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STRENGTHS = (1.0, 3.0, 10.0, 30.0)
"""Inverse regularisation strengths tried for the baseline; the best by validation AUC is used, the smaller in a tie."""
MINIMUM_LINES = 3
"""In how many lines an n-gram of the baseline must be."""


@dataclass(frozen=True, eq=False)
class TextBaseline:
    """TF-IDF of the words and pairs of words of a character's text, with logistic regression."""

    lines: csr_matrix
    """[lines of the corpus, n-grams] counts."""
    idf: npt.NDArray[np.float64]
    linear: logistic.Linear

    def scores(self, speech: Speech) -> Floats:
        """[speakers] log-odds of the positive label."""
        return self.of_texts(_texts(self.lines, speech))

    def of_texts(self, counts: csr_matrix) -> Floats:
        """The same from counts ``[speakers, n-grams]``."""
        return self.linear.scores(weighted(counts, self.idf))


@dataclass(frozen=True, eq=False)
class Learned:
    """What is learnt on the train set."""

    fitted: Fitted
    masked: Fitted
    """The same with names masked."""
    baseline: TextBaseline


def learn(material: Material, split: Split, seed: int, progress: Progress = silent) -> Learned | None:
    """Fit the model of characters, the same with names masked, and the baseline.

    :returns: ``None`` where train has too few groups with characters of both labels.
    """
    train, held = material.side(split, TRAIN), material.side(split, VALIDATION)

    fitted = _fitted(material, material.spoken, train, seed, progress, material.stage)
    if fitted is None or not (held.labels >= 0).any():
        return None
    masked = _fitted(material, material.masked, train, seed, progress, f"{material.stage}, names masked")
    assert masked is not None
    return Learned(fitted, masked, _baseline(material.spoken.words, train, held))


def fitted_on_train(material: Material, split: Split, seed: int, progress: Progress = silent) -> CharacterModel | None:
    """The model alone, uncalibrated; ``None`` as in :func:`learn`."""
    train = material.side(split, TRAIN)
    fitted = _fitted(material, material.spoken, train, seed, progress, material.stage)
    return None if fitted is None else fitted.model


def _fitted(
    material: Material, spoken: Spoken, train: Sides, seed: int, progress: Progress, stage: str
) -> Fitted | None:
    def step(done: int, total: int) -> None:
        progress(stage, done, total)

    return fit_characters(train.speech, spoken, train.labels, material.unit, seed=seed, progress=step)


def score(learned: Learned, material: Material, split: Split, which: int) -> CharacterScores:
    """Every character of a set, with all of its lines and in stretches of its film; one without a label with all of
    its lines alone.

    :param which: the set.
    """
    side = material.side(split, which)
    versions = versions_of(side.speech, np.random.default_rng(which))
    label = side.labels[versions.speaker]
    wanted = versions.whole | (label >= 0)
    parts = learned.fitted.parts(versions.speech)
    masked = learned.masked.parts(versions.speech)
    numbers = UnitNumbers.of(material.corpus)
    row = side.row[versions.speaker]

    def column(values: Floats) -> npt.NDArray[np.float32]:
        return values[wanted].astype(np.float32)

    model = learned.fitted.model
    return CharacterScores(
        set=np.full(int(wanted.sum()), which, np.int8),
        whole=versions.whole[wanted],
        character=numbers.character[row][wanted],
        row=row[wanted],
        group=numbers.group[row][wanted],
        label=label[wanted],
        lines=versions.speech.lines[wanted].astype(np.int32),
        weight=versions.weight[wanted].astype(np.float32),
        log_odds=column(parts.log_odds(model)),
        masked=column(masked.log_odds(learned.masked.model)),
        text_baseline=column(learned.baseline.scores(versions.speech)),
        parts={name: column(values) for name, values in parts.scores.items()},
        contributions={name: column(values) for name, values in model.contributions(parts.scores, parts.lines).items()},
        without={name: column(parts.log_odds(other)) for name, other in learned.fitted.without.items()},
    )


def _baseline(grams: LineGrams, train: Sides, held: Sides) -> TextBaseline:
    lines = line_matrix(grams, known_keys(grams, train.speech.line, MINIMUM_LINES))
    known = np.flatnonzero(train.labels >= 0)
    counts, held_counts = _texts(lines, train.speech)[known], _texts(lines, held.speech)
    idf = inverse_document_frequency(document_frequency(counts), len(known))
    matrix, labels = weighted(counts, idf), train.labels[known]
    weights = balanced_weights(labels)
    judged = held.labels >= 0
    best: tuple[float, TextBaseline] | None = None
    for strength in STRENGTHS:
        linear = logistic.fit(matrix, labels == 1, strength, weights, tolerance=0.05)
        tried = TextBaseline(lines, idf, linear)
        figure = auc(tried.of_texts(held_counts)[judged], held.labels[judged])
        if best is None or figure > best[0]:
            best = (figure, tried)
    assert best is not None
    return best[1]


def _texts(lines: csr_matrix, speech: Speech) -> csr_matrix:
    """[speakers, n-grams] counts of all that each says."""
    return added_up(lines, *speech.own(), speech.speakers)
