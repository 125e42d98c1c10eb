"""Figures in words: the verdict goes by the interval, not by the value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gendertui.corpus.units import NO_UNITS
from gendertui.evaluation.report import sentences
from tests.builders.synthetic_scores import META


def difference(value: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {"tfidf-logistic": {"balanced_accuracy": {"value": value, "low": low, "high": high}}, "majority": {}}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (
            (0.004, -0.011, 0.02),
            "No better than TF-IDF + LR on films it has not seen: balanced accuracy +0.4 points (−1.1 to +2.0).",
        ),
        (
            (0.02, 0.0011, 0.04),
            "Better than TF-IDF + LR on films it has not seen: balanced accuracy +2.0 points (+0.1 to +4.0).",
        ),
        (
            (-0.02, -0.04, -0.001),
            "Worse than TF-IDF + LR on films it has not seen: balanced accuracy −2.0 points (−4.0 to −0.1).",
        ),
        (
            (-0.0001, None, None),
            "Beside TF-IDF + LR on films it has not seen: balanced accuracy +0.0 points; too few groups for an "
            "interval.",
        ),
    ],
)
def test_a_difference_in_words(figures: tuple[float, float | None, float | None], said: str) -> None:
    assert sentences.paired(difference(*figures), META) == said


def test_where_films_are_shared_nothing_is_called_unseen() -> None:
    assert "on held-out lines" in sentences.paired(difference(0.1, 0.05, 0.2), replace(META, shared_groups=3))
    assert "on held-out lines" in sentences.paired(difference(0.1, 0.05, 0.2), replace(META, unit="line"))


def part(low: float | None = 0.5) -> dict[str, Any]:
    return {"groups": 40, "model": {"balanced_accuracy": {"value": 0.57, "low": low, "high": low}}}


def test_a_set_of_few_films_is_named() -> None:
    notes = sentences.notes({"validation": part(), "test": part(None)}, META)
    assert "40 films in the test set: too few groups for an interval." in notes
    assert "Intervals cover the choice of films, not the seed of training or a refit." in notes
    alone = sentences.notes({"validation": part(None)}, META)
    assert not any(note.startswith("Intervals cover") for note in alone)


def test_a_split_that_the_file_gives_was_not_drawn() -> None:
    ungrouped = replace(META, unit="line", units=NO_UNITS)
    drawn, given = (sentences.notes({}, replace(ungrouped, protocol=name)) for name in ("random", "given"))
    assert any("could only be at random" in note for note in drawn)
    assert not any("at random" in note for note in given)
    assert "The sets are those that the file gives." in given
