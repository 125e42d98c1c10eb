from __future__ import annotations

import numpy as np
import pytest

from gendertui.model.calibration import Calibration, CharacterCalibration


def test_even_odds() -> None:
    logits = np.array([-1.0, 0.0, 2.0], dtype=np.float32)
    expected = 1 / (1 + np.exp(-(0.5 * logits.astype(float) + 0.1)))
    assert Calibration(0.5, 0.1).apply(logits) == pytest.approx(expected)


def test_a_prior_adds_its_log_odds() -> None:
    assert Calibration().apply(np.zeros(1), prior=0.3)[0] == pytest.approx(0.3)
    assert Calibration().apply(np.array([np.log(2)]), prior=0.5)[0] == pytest.approx(2 / 3)


def test_extremes_are_probabilities() -> None:
    found = Calibration().apply(np.array([-1e4, 1e4]))
    assert found.tolist() == [0, 1]


def test_a_character_of_many_lines_levels_off() -> None:
    calibration = CharacterCalibration(slope=12, half_lines=20, intercept=0.1)
    lines = np.array([1, 20, 10**9])
    assert calibration.log_odds(np.full(3, 0.5), lines) == pytest.approx([12 / 21 / 2 + 0.1, 3.1, 6.1])
    expected = 1 / (1 + np.exp(-calibration.log_odds(0.5, 20)))
    assert calibration.apply(0.5, 20) == pytest.approx(expected)
    assert calibration.apply(0.5, 20, prior=0.3) == pytest.approx(
        1 / (1 + np.exp(-(calibration.log_odds(0.5, 20) + np.log(0.3 / 0.7))))
    )


def test_a_score_that_says_nothing_gives_the_prior() -> None:
    assert CharacterCalibration(5, 3, 0).apply(np.zeros(1), np.ones(1), prior=0.2)[0] == pytest.approx(0.2)
