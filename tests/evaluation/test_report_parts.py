"""Figures in words."""

from __future__ import annotations

import pytest

from gendertui.evaluation.report.schema import Estimate


@pytest.mark.parametrize(
    ("figure", "points", "plain"),
    [
        (Estimate(0.004, -0.011, 0.02), "+0.4 (−1.1 to +2.0)", "+0.004 (−0.011 to +0.020)"),
        (Estimate(-0.123), "−12.3", "−0.123"),
        (Estimate(-0.00004, -0.1, 0.1), "+0.0 (−10.0 to +10.0)", "+0.000 (−0.100 to +0.100)"),
    ],
)
def test_a_difference_has_its_sign(figure: Estimate, points: str, plain: str) -> None:
    assert figure.signed(percent=True) == points
    assert figure.signed() == plain
