"""Figures in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gendertui.corpus.units import NO_UNITS
from gendertui.evaluation.report import sentences
from tests.builders.synthetic_scores import META


def part(low: float | None = 0.5, groups: int = 40) -> dict[str, Any]:
    figure = {"balanced_accuracy": {"value": 0.57, "low": low, "high": low}}
    return {"groups": groups, "model": figure, "baselines": {"tfidf-logistic": figure}}


def test_where_films_are_shared_nothing_is_called_unseen() -> None:
    assert sentences.headline(part(), META).startswith("On films it has not seen")
    assert sentences.headline(part(), replace(META, shared_groups=3)).startswith("On held-out lines")
    assert sentences.headline(part(), replace(META, unit="line")).startswith("On held-out lines")


def test_a_set_of_few_films_is_named() -> None:
    notes = sentences.notes({"validation": part(), "test": part(None, groups=7)}, META)
    assert "7 films in the test set: too few for an interval, which takes 15." in notes
    assert "Intervals cover the choice of films, not the seed of training or a refit." in notes
    alone = sentences.notes({"validation": part(None)}, META)
    assert not any(note.startswith("Intervals cover") for note in alone)


def test_a_split_that_the_file_gives_was_not_drawn() -> None:
    ungrouped = replace(META, unit="line", units=NO_UNITS)
    drawn, given = (sentences.notes({}, replace(ungrouped, protocol=name)) for name in ("random", "given"))
    assert any("could only be at random" in note for note in drawn)
    assert not any("at random" in note for note in given)
    assert "The sets are those that the file gives." in given
