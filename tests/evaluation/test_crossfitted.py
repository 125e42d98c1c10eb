"""Figures over all folds are scikit-learn's, each fold calibrated on its own validation rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from gendertui.evaluation.compare.cross_fitted import cross_fitted, figures_of
from gendertui.evaluation.report.scores import Scores


def fold(first: int, films: range, *, factor: float = 1.0, shift: float = 0.0, seed: int = 0) -> Scores:
    """A fold of twenty lines a film, the validation films being those a thousand further on.

    :param factor: what its model's logits are multiplied by, then shifted.
    """
    generator = np.random.default_rng((seed, first))
    groups = np.repeat(np.array([*films, *(film + 1000 for film in films)]), 20)
    labels = generator.integers(0, 2, len(groups)).astype(np.int8)
    # A film's own level says nothing of its lines.
    levels = generator.normal(size=len(groups) // 20).repeat(20)
    signal = labels + levels + generator.normal(size=len(groups))
    baseline = labels + levels + generator.normal(size=len(groups))
    validation = groups >= 1000
    return Scores(
        row=np.where(validation, 10_000, 0) + first + np.arange(len(groups)),
        set=np.where(validation, 1, 2).astype(np.int8),
        label=labels,
        group=groups.astype(np.int32),
        character=np.full(len(groups), -1, np.int32),
        length=np.zeros(len(groups), np.int32),
        logit=(factor * signal + shift).astype(np.float32),
        baseline_logit=baseline.astype(np.float32),
        epoch=1,
    )


@pytest.fixture(scope="module")
def folds() -> list[Scores]:
    # The second fold's model speaks five times as loud and off centre.
    return [fold(0, range(25)), fold(2000, range(25, 50), factor=5.0, shift=3.0)]


def test_values_are_scikit_learns(folds: list[Scores]) -> None:
    pooled = cross_fitted(folds)
    figures = figures_of(pooled)
    for name, logits in (("model", pooled.logit), ("tfidf-logistic", pooled.baseline_logit)):
        assert figures[name]["auc"]["value"] == pytest.approx(roc_auc_score(pooled.label, logits))
        expected = balanced_accuracy_score(pooled.label, logits > 0)
        assert figures[name]["balanced_accuracy"]["value"] == pytest.approx(expected)
    difference = figures["difference"]["auc"]
    assert difference["value"] == pytest.approx(
        figures["model"]["auc"]["value"] - figures["tfidf-logistic"]["auc"]["value"]
    )


def test_folds_are_calibrated_before_they_are_pooled(folds: list[Scores]) -> None:
    tests = [scores.of(2) for scores in folds]
    raw = roc_auc_score(np.concatenate([t.label for t in tests]), np.concatenate([t.logit for t in tests]))
    assert figures_of(cross_fitted(folds))["model"]["auc"]["value"] > raw + 0.01
    alike = [fold(0, range(25)), fold(2000, range(25, 50))]
    np.testing.assert_allclose(cross_fitted(folds).logit, cross_fitted(alike).logit, atol=1e-3)


def test_intervals_hold_the_value_and_need_fifteen_films(folds: list[Scores]) -> None:
    figures = figures_of(cross_fitted(folds))
    for contender in figures.values():
        for metric in ("auc", "auc_within", "balanced_accuracy"):
            assert contender[metric]["low"] < contender[metric]["value"] < contender[metric]["high"]
    # Levels of films only blur the comparison across them.
    assert figures["model"]["auc_within"]["value"] > figures["model"]["auc"]["value"] + 0.03
    few = figures_of(cross_fitted([fold(0, range(6)), fold(2000, range(6, 12))]))
    assert few["model"]["auc"]["low"] is None
    assert few["difference"]["auc"]["high"] is None


def test_a_row_in_two_folds_is_a_mistake(folds: list[Scores]) -> None:
    with pytest.raises(ValueError, match="two folds"):
        cross_fitted([folds[0], folds[0]])
