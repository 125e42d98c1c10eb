"""The two plain answers go by the interval, not by the value."""

from __future__ import annotations

from typing import Any

import pytest

from gendertui.corpus.units import FILM_UNITS, NO_UNITS
from gendertui.model.answers import answer_lines, answers

Figure = tuple[float, float | None, float | None]


def part(auc: Figure, difference: Figure, groups: int = 44) -> dict[str, Any]:
    """A set of a report with these figures."""

    def figure(values: Figure) -> dict[str, Any]:
        return dict(zip(("value", "low", "high"), values, strict=True))

    return {
        "unit": "group",
        "groups": groups,
        "model": {"auc": figure(auc)},
        "paired": {"tfidf-logistic": {"balanced_accuracy": figure(difference)}, "majority": {}},
    }


@pytest.mark.parametrize(
    ("auc", "difference", "said"),
    [
        (
            (0.604, 0.589, 0.619),
            (0.02, 0.0011, 0.04),
            [
                "Better than guessing? yes: AUC 0.604 (0.589–0.619), guessing 0.5.",
                "Better than TF-IDF?   yes: +2.0 of 100 lines (+0.1 to +4.0).",
            ],
        ),
        (
            (0.504, 0.489, 0.519),
            (0.004, -0.011, 0.02),
            [
                "Better than guessing? no: AUC 0.504 (0.489–0.519) may be chance, guessing 0.5.",
                "Better than TF-IDF?   no: +0.4 of 100 lines (−1.1 to +2.0) may be chance.",
            ],
        ),
        (
            (0.48, 0.465, 0.495),
            (-0.02, -0.04, -0.001),
            [
                "Better than guessing? no: AUC 0.480 (0.465–0.495) is worse, guessing 0.5.",
                "Better than TF-IDF?   no: −2.0 of 100 lines (−4.0 to −0.1) is worse.",
            ],
        ),
    ],
)
def test_yes_and_no(auc: Figure, difference: Figure, said: list[str]) -> None:
    assert answer_lines(answers(part(auc, difference), FILM_UNITS)) == said


def test_without_an_interval_nothing_can_be_told() -> None:
    few = part((0.54, None, None), (0.021, None, None), groups=7)
    assert answer_lines(answers(few, FILM_UNITS)) == [
        "Better than guessing? cannot tell from 7 films: AUC 0.540, without an interval.",
        "Better than TF-IDF?   cannot tell from 7 films: +2.1 of 100 lines, without an interval.",
    ]
    assert [answer.few for answer in answers(few, NO_UNITS)] == ["7 groups"] * 2


def test_an_end_of_the_interval_on_the_level_is_no_yes() -> None:
    even = answers(part((0.51, 0.5, 0.52), (0.01, 0.0, 0.02)), FILM_UNITS)
    assert [answer.word for answer in even] == ["no", "no"]


def test_what_has_no_figures_has_no_answers() -> None:
    assert answers({"model": {}, "too_few": "too few lines labelled f"}, FILM_UNITS) == []
