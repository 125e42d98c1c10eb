"""What twice as much would bring: right on curves that are known, and as uncertain as it says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from gendertui.arrays import Floats
from gendertui.corpus.units import FILM_UNITS, Noun, Units
from gendertui.evaluation.learning_curve.forecast import next_gain
from gendertui.evaluation.learning_curve.measure import Fit, curve
from gendertui.evaluation.learning_curve.schema import SCHEMA, Curve, LearningCurve, read
from gendertui.evaluation.learning_curve.text import learning_curve_lines, sentences
from gendertui.evaluation.report.schema import Estimate
from gendertui.files import write_json

SIZES = np.array([25.0, 50.0, 100.0, 200.0])


@given(
    limit=st.floats(0.6, 1.0), scale=st.floats(0.01, 3.0), exponent=st.floats(0.0, 2.0), sizes=st.sampled_from([3, 4])
)
def test_a_power_law_is_carried_on_exactly(limit: float, scale: float, exponent: float, sizes: int) -> None:
    def at(size: float) -> float:
        return limit - scale * float(size**-exponent)

    known = np.array([[at(size)] for size in SIZES[-sizes:]])
    # The factor is searched for on a grid.
    assert next_gain(known)[0] == pytest.approx(at(400) - at(200), abs=0.02 * scale * SIZES[-sizes] ** -exponent)


def test_a_line_over_the_doublings_and_a_flat_curve_go_on_as_they_are() -> None:
    assert next_gain(np.array([[0.56], [0.57], [0.58], [0.59]]))[0] == pytest.approx(0.01)
    assert next_gain(np.full((4, 1), 0.6))[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("limit", "scale", "exponent"), [(1.0, 0.6, 0.07), (0.7, 0.5, 0.3), (0.65, 3.0, 1.0)])
def test_the_interval_of_a_forecast_holds_the_truth_about_as_often_as_it_says(
    limit: float, scale: float, exponent: float
) -> None:
    generator = np.random.default_rng(3)
    true, error = limit - scale * SIZES**-exponent, np.array([0.008, 0.006, 0.004, 0.003])
    gain = limit - scale * 400.0**-exponent - true[-1]
    inside = 0
    for _ in range(200):
        observed = true + error * generator.normal(size=4)
        drawn = next_gain(observed[:, None] + error[:, None] * generator.normal(size=(4, 300)))
        low, high = np.quantile(drawn, (0.025, 0.975))
        inside += low <= gain <= high
    assert inside / 200 >= 0.9


def world(films: int = 40, rows: int = 1200) -> tuple[np.ndarray, np.ndarray, list[Fit]]:
    """Labels, films and models whose signal grows with what they learnt from; what errs is mostly shared."""
    generator = np.random.default_rng(5)
    labels = (generator.random(rows) < 0.3).astype(np.int8)
    groups = np.sort(generator.integers(0, films, rows))
    shared = generator.normal(size=rows) + generator.normal(size=films)[groups] * 0.2
    fits = [
        Fit(
            divisor,
            200 // divisor,
            60_000 // divisor,
            shared + labels * (1 - 0.4 * divisor**0.3) + 0.2 * generator.normal(size=rows),
        )
        for divisor in (1, 2, 4, 8)
        for _ in range(divisor)
    ]
    return labels, groups, fits


def measured() -> Curve:
    labels, groups, fits = world()
    return curve("tfidf-logistic", "line", fits, labels, groups)


def found(of: Curve, units: Units = FILM_UNITS) -> LearningCurve:
    return LearningCurve(SCHEMA, "group" if units.group else "line", units.to_json(), (of,))


def test_figures_are_means_over_the_models_of_a_size_on_the_same_rows() -> None:
    labels, groups, fits = world()
    made = curve("tfidf-logistic", "line", fits, labels, groups)
    assert [(size.divisor, size.units, size.fits) for size in made.sizes] == [
        (8, 25, 8),
        (4, 50, 4),
        (2, 100, 2),
        (1, 200, 1),
    ]
    for size in made.sizes:
        areas = [roc_auc_score(labels, each.logits) for each in fits if each.divisor == size.divisor]
        auc = size.figures["auc"]
        assert auc.value == pytest.approx(np.mean(areas))
        assert auc.low is not None and auc.high is not None and auc.low < auc.value < auc.high
    last = made.last["auc"]
    assert last.value == pytest.approx(made.sizes[-1].figures["auc"].value - made.sizes[-2].figures["auc"].value)
    # Paired: the same films are drawn for both sizes, and what they share drops out.
    assert last.low is not None and last.high is not None
    whole = made.sizes[-1].figures["auc"]
    assert whole.low is not None and whole.high is not None
    assert last.high - last.low < (whole.high - whole.low) / 1.5


def test_the_order_of_models_and_of_rows_changes_no_figure() -> None:
    labels, groups, fits = world()
    made = curve("tfidf-logistic", "line", fits, labels, groups)
    order = np.random.default_rng(0).permutation(len(labels))

    def moved(values: Floats) -> Floats:
        return values[order]

    again = curve(
        "tfidf-logistic",
        "line",
        [dataclasses.replace(each, logits=moved(each.logits)) for each in fits],
        labels[order],
        groups[order],
    )
    for size, other in zip(made.sizes, again.sizes, strict=True):
        assert other.figures["auc"].value == pytest.approx(size.figures["auc"].value, abs=1e-9)
        assert other.figures["auc"].low == pytest.approx(size.figures["auc"].low, abs=1e-9)


def test_no_figure_is_foreseen_above_one() -> None:
    labels, groups, fits = world()
    rising = [dataclasses.replace(each, logits=each.logits + 8 * (labels - 0.5) / each.divisor) for each in fits]
    made = curve("tfidf-logistic", "line", rising, labels, groups)
    room = 1 - made.sizes[-1].figures["auc"].value
    ahead = made.next["auc"]
    assert made.last["auc"].value > room
    assert ahead.value == room and ahead.high is not None and ahead.high <= room


def test_with_few_films_there_is_a_value_and_no_interval() -> None:
    labels, groups, fits = world(films=6)
    made = curve("tfidf-logistic", "line", fits, labels, groups)
    assert made.next["auc"].low is None and made.next["auc"].note == "too few groups for an interval"
    assert made.last["auc"].low is None and made.last["auc"].value != 0
    assert sentences(made, found(made))[-1] == "Validation has too few films for intervals."


def test_with_two_sizes_there_is_no_forecast_and_with_one_no_gain() -> None:
    labels, groups, fits = world()
    two = curve("tfidf-logistic", "line", [each for each in fits if each.divisor < 4], labels, groups)
    assert two.last and not two.next
    assert sentences(two, found(two))[1:] == [
        "Too few sizes could be measured for a forecast.",
        "Smaller shares of the training set are too small to learn from.",
    ]
    one = curve("tfidf-logistic", "line", [each for each in fits if each.divisor == 1], labels, groups)
    assert not one.last and not one.next
    assert sentences(one, found(one))[0] == "Too few sizes could be measured for a forecast."


def test_what_it_says() -> None:
    made = measured()
    lines = learning_curve_lines(found(made))
    assert lines[0] == "lines by TF-IDF + LR, on 1,200 validation lines of 40 films:"
    assert [line.split()[:4] for line in lines[2:6]] == [
        ["1/8", "25", "7,500", "8"],
        ["1/4", "50", "15,000", "4"],
        ["1/2", "100", "30,000", "2"],
        ["all", "200", "60,000", "1"],
    ]
    assert lines[6].startswith("last doubling ") and made.last["auc"].signed() in lines[6]
    assert lines[7].startswith("next, a forecast ") and made.next["auc"].signed() in lines[7]
    assert max(len(line) for line in lines[1:8]) <= 78
    assert lines[8].startswith("The last doubling, from 100 to 200 films, brought AUC +0.0")
    assert lines[9].startswith("The next, to 400 films, would likely bring AUC +0.0")
    assert lines[9].endswith(": a forecast.")
    assert "no measurement" in lines[-1]


def test_a_gain_whose_interval_holds_nothing_is_not_praised() -> None:
    nothing = {"auc": Estimate(0.002, -0.004, 0.008, 40)}
    said = sentences(msgspec.structs.replace(measured(), last=nothing, next=nothing), found(measured()))
    assert said == [
        "The last doubling, from 100 to 200 films, brought AUC +0.002 (−0.004 to +0.008), perhaps by chance.",
        "The next, to 400 films, would likely bring AUC +0.002 (−0.004 to +0.008), perhaps nothing: a forecast.",
    ]


def test_the_words_are_the_corpuss_own() -> None:
    reviews = Units(Noun.of("author"), None, "people")
    assert "from 100 to 200 authors" in sentences(measured(), found(measured(), reviews))[0]
    plain = learning_curve_lines(found(measured(), Units()))
    assert not [line for line in plain if "film" in line or "group" in line]


def test_it_is_kept_as_it_is_and_what_is_damaged_or_newer_is_not_read(tmp_path: Path) -> None:
    made, path = found(measured()), tmp_path / "curve.json"
    assert read(path) is None
    write_json(path, made.to_json())
    assert read(path) == made
    write_json(path, {**made.to_json(), "schema": SCHEMA + 1})
    assert read(path) is None
    path.write_text("{", encoding="utf-8")
    assert read(path) is None
