from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import CharacterCalibration
from gendertui.scoring.characters import CharacterScorer
from gendertui.scoring.scorer import Scorer
from gendertui.scoring.track_record import TrackRecord
from tests.builders.bundles import bundle


def bucket(lo: float, hi: float, share: float | None) -> dict[str, Any]:
    return {"lower": lo, "upper": hi, "n": 100, "groups": 42, "accuracy": share, "low": None, "high": None}


def by_lines(lo: int, hi: int | None, share: float | None) -> dict[str, Any]:
    figure = None if share is None else {"value": share, "low": share - 0.1, "high": share + 0.1, "groups": 9}
    return {"lower": lo, "upper": hi, "n": 30, "groups": 9, "auc": None, "balanced_accuracy": figure}


REPORT = {
    "sets": {
        "validation": {
            "counts": {"m": 60, "f": 20},
            "confidence": [bucket(0.5, 0.6, 0.52), bucket(0.6, 0.8, 0.63), bucket(0.8, 1.0, None)],
            "characters": {
                "counts": {"m": 6, "f": 4},
                "by_lines": [by_lines(1, 1, 0.55), by_lines(2, 4, 0.6), by_lines(5, 9, None), by_lines(10, None, 0.8)],
            },
        }
    }
}


@pytest.fixture
def made(tmp_path: Path, rules: dict[str, Any]) -> Bundle:
    return bundle(tmp_path / "model", rules, report=REPORT, character_calibration=CharacterCalibration(4.0, 3.0, -0.5))


@pytest.mark.parametrize(
    ("probability", "share"),
    [(0.5, 0.52), (0.59, 0.52), (0.41, 0.52), (0.6, 0.63), (0.3, 0.63), (0.8, None), (0.0, None), (1.0, None)],
)
def test_how_often_it_was_right_when_this_sure(made: Bundle, probability: float, share: float | None) -> None:
    found = TrackRecord(made).line(probability)
    assert (None if found is None else found.accuracy) == share


def test_it_is_the_share_that_evaluation_counted_and_wrote(tmp_path: Path, rules: dict[str, Any]) -> None:
    """Through the real report of real scores: N / (2 N_class) a row, recounted by hand."""
    import numpy as np

    from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
    from gendertui.evaluation.metrics.confidence import buckets

    generator = np.random.default_rng(0)
    odds, labels = generator.normal(0, 1, 4000), (generator.random(4000) < 0.3).astype(np.int8)
    counted = buckets(odds, labels, GroupBootstrap.of(generator.integers(0, 40, 4000)))
    report = {"sets": {"validation": {"confidence": counted}}}
    found = TrackRecord(bundle(tmp_path / "model", rules, report=report)).line(0.67)
    assert found is not None
    sure = 1 / (1 + np.exp(-np.abs(odds)))
    here = (sure >= 0.65) & (sure < 0.7)
    right = (odds > 0) == (labels == 1)
    weight = np.where(labels == 1, 4000 / 2 / (labels == 1).sum(), 4000 / 2 / (labels == 0).sum())
    assert found.accuracy == pytest.approx(weight[here & right].sum() / weight[here].sum())
    assert (found.n, found.lower, found.upper) == (here.sum(), 0.65, 0.7)


def test_the_shipped_model_says_how_often_it_was_right() -> None:
    scorer = Scorer(Bundle.load(store.shipped_folder()))
    found = scorer.record.line(0.62)
    assert found is not None
    assert found.lower <= 0.62 < (found.upper or 1)
    assert 0.5 < found.accuracy < 0.8
    assert 0.2 < scorer.record.rate() < 0.4


@pytest.mark.parametrize(("lines", "share"), [(1, 0.55), (2, 0.6), (4, 0.6), (7, None), (10, 0.8), (900, 0.8)])
def test_how_often_characters_were_right(made: Bundle, lines: int, share: float | None) -> None:
    found = TrackRecord(made).speaker(lines)
    assert (None if found is None else found.accuracy) == share


def test_the_natural_rates(made: Bundle) -> None:
    assert TrackRecord(made).rate() == 0.25
    assert TrackRecord(made).rate("speaker") == 0.4


def test_a_report_that_does_not_say(tmp_path: Path, rules: dict[str, Any]) -> None:
    record = TrackRecord(bundle(tmp_path / "model", rules, report={}))
    assert record.line(0.7) is None
    assert record.speaker(3) is None
    units: tuple[tuple[Unit, str], ...] = (("line", "lines"), ("speaker", "characters"))
    for unit, of in units:
        with pytest.raises(GendertuiError, match=f"how common its labels are among {of}") as caught:
            record.rate(unit)
        assert caught.value.code == ExitCode.MODEL


def test_a_report_that_is_broken(tmp_path: Path, rules: dict[str, Any]) -> None:
    report = {"sets": {"validation": {"confidence": [{"lower": 0.5}]}}}
    with pytest.raises(GendertuiError, match="incomplete"):
        TrackRecord(bundle(tmp_path / "model", rules, report=report)).line(0.7)


def test_a_character_is_scored_as_its_calibration_says(made: Bundle) -> None:
    from math import exp

    scorer = CharacterScorer(made, TrackRecord(made), prior=0.4, line_prior=0.25)
    odds = [0.4, -0.1, 0.6]
    score = scorer.score(sum(odds) / 3, 3)
    expected = 4.0 * 3 / (3 + 3.0) * 0.3 - 0.5
    assert score.probability is not None
    assert score.probability == pytest.approx(1 / (1 + exp(-expected) * 0.6 / 0.4))
    assert score.line_mean == pytest.approx(1 / (1 + exp(-0.3) * 0.75 / 0.25))
    assert score.confidence is None  # It was measured at even odds.
    even = CharacterScorer(made, TrackRecord(made)).score(sum(odds) / 3, 3)
    assert even.confidence is not None
    assert even.confidence.accuracy == 0.6
    moves = scorer.running_probabilities(odds)
    assert moves is not None
    assert moves == pytest.approx([scorer.score(sum(odds[:n]) / n, n).probability for n in (1, 2, 3)])
    assert score.to_json()["probabilities"] == {
        "m": pytest.approx(1 - score.probability, abs=1e-6),
        "f": pytest.approx(score.probability, abs=1e-6),
    }


def test_without_a_calibration_for_characters_there_is_no_score_for_one(tmp_path: Path, rules: dict[str, Any]) -> None:
    made = bundle(tmp_path / "model", rules, report=REPORT)
    scorer = CharacterScorer(made, TrackRecord(made))
    score = scorer.score(0.9, 12)
    assert (score.probability, score.label, scorer.running_probabilities([0.9])) == (None, None, None)
    assert score.line_mean == pytest.approx(1 / (1 + 2.718281828**-0.9))
    assert score.to_json()["probabilities"] is None
