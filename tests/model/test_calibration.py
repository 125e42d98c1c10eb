from __future__ import annotations

import numpy as np
import pytest

from gendertui.model.calibration import Calibration


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
