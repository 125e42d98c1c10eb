"""The score of whole characters: fitted as the random-effects model has it, and measured where the truth is known."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.calibration import fit_characters
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.characters import BY_LINES, MINIMUM_CHARACTERS, CharacterLines, calibrate
from gendertui.evaluation.report.read import CharacterReport, Report
from gendertui.evaluation.report.scores import Scores
from tests.builders.synthetic_scores import META, World, draw

WORLD = World(signal=0.6, films_differ=0, film=0, character=0.4)
"""Without effects of films, so that the random-effects model is exactly that of the character calibration."""
LOG_ODDS = WORLD.signal / (WORLD.character**2 + WORLD.line**2)
"""A score times this is a line's true log-odds at even odds."""


@pytest.fixture(scope="module")
def many() -> Scores:
    return draw(np.random.default_rng(6), 400, WORLD, lines_a_character=12)


def test_slope_and_half_lines_are_those_of_the_random_effects(many: Scores) -> None:
    found = calibrate(CharacterLines.of(many), many.logit.astype(float) * LOG_ODDS)
    # d / v and w / v, in units of a line's log-odds.
    assert found.slope == pytest.approx(WORLD.signal / WORLD.character**2 / LOG_ODDS, rel=0.15)
    assert found.half_lines == pytest.approx(WORLD.line**2 / WORLD.character**2, rel=0.2)
    assert found.intercept == pytest.approx(0, abs=0.1)
    # One line says as a character what it says as a line.
    assert found.log_odds(1.0, 1) == pytest.approx(1, rel=0.1)


def test_nothing_near_is_better(many: Scores) -> None:
    characters = CharacterLines.of(many)
    means = characters.means(many.logit.astype(float))
    even = np.ones(len(characters))
    found = fit_characters(means, characters.lines, characters.label, even)
    weights = point.balanced_weights(characters.label)

    def loss(calibration: object) -> float:
        assert isinstance(calibration, type(found))
        return point.log_loss(calibration.log_odds(means, characters.lines), characters.label, weights)

    for name in ("slope", "half_lines", "intercept"):
        for factor in (-0.02, 0.02):
            assert loss(replace(found, **{name: getattr(found, name) + factor})) > loss(found) - 1e-9, name


def test_it_is_better_calibrated_than_a_plain_sum(many: Scores) -> None:
    fitted = calibrate(CharacterLines.of(many), many.logit.astype(float) * LOG_ODDS)
    other = draw(np.random.default_rng(7), 100, WORLD, lines_a_character=12)
    characters = CharacterLines.of(other)
    means = characters.means(other.logit.astype(float) * LOG_ODDS)
    weights = point.balanced_weights(characters.label)
    summed = point.log_loss(means * characters.lines, characters.label, weights)
    assert point.log_loss(fitted.log_odds(means, characters.lines), characters.label, weights) < summed - 0.02


def test_lines_are_gathered_by_character_and_mixed_ones_left_out() -> None:
    scores = draw(np.random.default_rng(0), 3)
    short = replace(
        scores,
        character=np.array([5, 2, 5, -1, 2, 9, 9], np.int32),
        label=np.array([1, 0, 1, 1, 0, 0, 1], np.int8),
        group=np.array([1, 0, 1, 1, 0, 0, 0], np.int32),
    )
    characters = CharacterLines.of(short)
    assert (characters.lines.tolist(), characters.label.tolist(), characters.group.tolist()) == ([2, 2], [0, 1], [0, 1])
    assert characters.mixed == 1
    odds = np.array([1.0, 10.0, 3.0, 99.0, 20.0, 99.0, 99.0])
    assert characters.means(odds).tolist() == [15.0, 2.0]
    drawn = characters.drawn_means(odds, np.array([[1, 1], [2, 2]]), np.random.default_rng(1))
    assert drawn[0, 0] in (10.0, 20.0)
    assert drawn[0, 1] in (1.0, 3.0)
    assert drawn[1].tolist() == [15.0, 2.0]


def characters_of(scores: Scores) -> CharacterReport:
    found = Report.from_json(build_report(scores, META)).sets["validation"].characters
    assert found is not None
    return found


def test_figures_of_characters_hold_the_truth() -> None:
    scores = draw(np.random.default_rng(9), 60, WORLD, lines_a_character=12)
    found = characters_of(scores)
    characters = CharacterLines.of(scores)
    assert (found.rows, found.groups, found.mixed) == (len(characters), 60, 0)
    assert found.rows == sum(found.counts.values()) == np.sum(found.confusion)
    # Means of n lines: the variance of each is v + w / n, averaged over pairs of characters.
    variance = WORLD.character**2 + WORLD.line**2 / characters.lines
    pairs = variance[characters.label == 1][:, None] + variance[characters.label == 0]
    truth = float(norm.cdf(WORLD.signal / np.sqrt(pairs)).mean())
    figure = found.model["auc"]
    assert figure.low is not None and figure.high is not None
    assert figure.low <= truth <= figure.high
    assert figure.value > point.auc(scores.logit, scores.label) + 0.05
    assert set(found.baselines) == {"majority", "tfidf-logistic"}
    assert found.sentence.startswith("By all of a character's lines, it puts ")
    assert re.search(r"By one line it is \d\d of 100, by 3–4 lines \d\d, by 10–19 lines \d\d\.$", found.sentence)


def test_more_lines_tell_more_as_they_must() -> None:
    found = characters_of(draw(np.random.default_rng(10), 60, WORLD, lines_a_character=25))
    assert [(part.lower, part.upper) for part in found.by_lines] == list(BY_LINES)
    assert [part.n for part in found.by_lines] == sorted((part.n for part in found.by_lines), reverse=True)
    assert found.by_lines[0].n == found.rows
    for part, lines in zip(found.by_lines[:2], (1, 2), strict=False):
        truth = norm.cdf(WORLD.signal / np.sqrt(2 * (WORLD.character**2 + WORLD.line**2 / lines)))
        assert part.auc is not None
        assert part.auc.low is not None and part.auc.high is not None
        assert part.auc.low <= truth <= part.auc.high
    shares = [
        part.balanced_accuracy.value for part in found.by_lines if part.balanced_accuracy is not None and part.n > 100
    ]
    assert len(shares) > 4
    assert all(more > less - 0.02 for less, more in pairwise(shares))
    assert shares[-1] > shares[0] + 0.05


def test_too_few_characters_have_no_score() -> None:
    scores = draw(np.random.default_rng(11), 20)
    positive = np.unique(scores.character[scores.label == 1])[: MINIMUM_CHARACTERS - 1]
    kept = (scores.label == 0) | np.isin(scores.character, positive)
    few = replace(scores, set=np.where(kept, scores.set, -1).astype(np.int8)).of(1)
    made = build_report(few, META)
    assert made["sets"]["validation"]["characters"] is None
    assert made["character_calibration"] is None
    assert sum(made["sets"]["validation"]["counts"].values()) == kept.sum()
