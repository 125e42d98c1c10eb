"""Slices, curves and mistakes: each against what it is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as reference

from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.curves import BINS, POINTS, curves
from gendertui.evaluation.report import slices as made_slices
from gendertui.evaluation.report.mistakes import MOST, mistakes
from gendertui.evaluation.report.scores import Names, Scores
from gendertui.evaluation.report.slices import slices
from tests.builders.synthetic_scores import META, World, draw


@pytest.fixture(scope="module")
def scores() -> Scores:
    return draw(np.random.default_rng(12), 40, World(signal=0.8), lines_a_character=8)


@pytest.fixture(scope="module")
def odds(scores: Scores) -> np.ndarray:
    # Rounded, so that there are ties.
    return np.round(scores.logit.astype(float), 1)


def test_roc_is_scikit_learns_at_a_hundred_steps(scores: Scores, odds: np.ndarray) -> None:
    roc = np.array(curves(odds, scores.label, GroupBootstrap.of(scores.group))["roc"])
    false_rate, true_rate, _ = reference.roc_curve(scores.label, odds, drop_intermediate=False)
    assert len(roc) == POINTS
    steps = np.append(np.diff(false_rate) > 0, True)
    np.testing.assert_allclose(roc[:, 1], np.interp(roc[:, 0], false_rate[steps], true_rate[steps]), atol=1e-5)
    assert (roc[0, 0], roc[-1].tolist()) == (0, [1, 1])


def test_precision_and_recall_are_scikit_learns(scores: Scores, odds: np.ndarray) -> None:
    points = curves(odds, scores.label, GroupBootstrap.of(scores.group))["precision_recall"]
    precision, recall, _ = reference.precision_recall_curve(scores.label, odds)
    known = {(round(float(r), 5), round(float(p), 5)) for p, r in zip(precision, recall, strict=True)}
    assert {(x, y) for x, y in points} <= known
    assert [x >= step / 100 - 1e-5 for step, (x, _) in enumerate(points, 1)] == [True] * (POINTS - 1)


def test_calibration_curve_weighs_both_labels_alike(scores: Scores) -> None:
    odds = scores.logit.astype(float)
    found = curves(odds, scores.label, GroupBootstrap.of(scores.group))["calibration"]
    assert len(found) == BINS
    assert sum(part["n"] for part in found) == len(odds)
    weights = point.balanced_weights(scores.label)
    probabilities = point.sigmoid(odds)
    part = found[3]
    here = (probabilities >= part["lower"] - 1e-5) & (probabilities <= part["upper"] + 1e-5)
    assert part["share_positive"] == pytest.approx(np.average(scores.label[here] == 1, weights=weights[here]), abs=0.01)
    assert part["mean_probability"] == pytest.approx(np.average(probabilities[here], weights=weights[here]), abs=1e-3)
    assert part["low"] < part["share_positive"] < part["high"]


def test_one_label_has_no_curves(scores: Scores) -> None:
    alone = curves(np.zeros(40), np.ones(40), GroupBootstrap.of(np.arange(40)))
    assert alone == {"roc": [], "precision_recall": [], "calibration": []}


def test_mistakes_are_the_most_confident_and_the_least(scores: Scores, odds: np.ndarray) -> None:
    found = mistakes(scores, odds, ("m", "f"))
    assert len(found["worst"]) == len(found["uncertain"]) == MOST
    place = {int(row): number for number, row in enumerate(scores.row)}
    wrong = (odds > 0) != (scores.label == 1)
    worst = [place[line["row"]] for line in found["worst"]]
    assert wrong[worst].all()
    assert np.abs(odds[worst]).min() >= np.sort(np.abs(odds[wrong]))[-MOST]
    uncertain = [place[line["row"]] for line in found["uncertain"]]
    assert np.abs(odds[uncertain]).max() <= np.sort(np.abs(odds))[MOST - 1]
    first = found["worst"][0]
    assert first["label"] == ("m", "f")[scores.label[worst[0]]]
    assert first["probability"] == pytest.approx(float(point.sigmoid(odds[worst[0]])), abs=1e-6)
    assert first["group"] == f"m{scores.group[worst[0]]}"
    assert first["character"] == f"u{scores.character[worst[0]]}"


def test_slices_hold_the_rows_they_say(scores: Scores, odds: np.ndarray) -> None:
    made = slices(scores, odds, META)
    found, labels = made["slices"], scores.label
    for kind in ("length", "group", "credit"):
        assert sum(part["rows"] for part in found[kind]) == len(odds), kind
    drama = next(part for part in found["genre"] if part["name"] == "drama")
    here = np.isin(scores.group, np.flatnonzero(np.char.find(scores.names.genres, "drama") >= 0))
    assert drama["rows"] == here.sum()
    assert drama["counts"] == {"m": int((labels[here] == 0).sum()), "f": int((labels[here] == 1).sum())}
    assert drama["auc"]["value"] == pytest.approx(reference.roc_auc_score(labels[here], odds[here]))
    assert drama["balanced_accuracy"]["value"] == pytest.approx(
        reference.balanced_accuracy_score(labels[here], odds[here] > 0)
    )
    assert drama["auc"]["low"] < drama["auc"]["value"] < drama["auc"]["high"]
    short = next(part for part in found["length"] if part["name"] == "3–5")
    assert short["rows"] == ((scores.length >= 3) & (scores.length <= 5)).sum()
    assert [part["name"] for part in found["credit"]] == ["1", "2", "3", "4–6", "7+", "unknown"]
    nineties = next(part for part in found["year"] if part["name"] == "1990s")
    assert nineties["rows"] == (scores.names.year[scores.group] // 10 == 199).sum()
    # One film has no interval, one character no second label.
    assert found["group"][0]["rows"] == max(part["rows"] for part in found["group"])
    assert found["group"][0]["auc"]["low"] is None
    assert all(part["auc"] is None for part in found["speaker"])
    assert 0 <= found["speaker"][0]["accuracy"]["value"] <= 1


def test_the_largest_characters_are_shown_and_the_rest_counted(scores: Scores, odds: np.ndarray) -> None:
    made = slices(scores, odds, META)
    sizes = np.sort(np.unique(scores.character, return_counts=True)[1])[::-1]
    most = made_slices.MOST["speaker"]
    assert [part["rows"] for part in made["slices"]["speaker"]] == sizes[:most].tolist()
    assert made["slices_omitted"] == {"speaker": len(sizes) - most}


def test_what_the_corpus_does_not_know_is_no_slice(scores: Scores, odds: np.ndarray) -> None:
    bare = replace(scores, names=Names(), character=np.full_like(scores.character, -1))
    assert list(slices(bare, odds, META)["slices"]) == ["length"]
