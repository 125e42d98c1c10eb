"""What a person who chooses between two models is told of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gendertui.model.standing import Evidence, compared_in_words

OURS = Evidence("hash", "by-group", "films", 0.579, 0.611, 0.592, 0.63, (0.558, 0.601))


def test_figures_are_told_with_their_intervals_and_without_where_there_are_none() -> None:
    assert OURS.figures == "balanced accuracy 57.9 % (55.8–60.1), AUC 0.611 (0.592–0.630)"
    assert replace(OURS, balanced_interval=None, low=None).figures == "balanced accuracy 57.9 %, AUC 0.611"
    assert replace(OURS, balanced_accuracy=None, auc=None).figures == ""


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(OURS, auc=0.62), "On the same corpus, new has the higher AUC."),
        (replace(OURS, auc=0.6), "On the same corpus, old has the higher AUC."),
        (OURS, "On the same corpus, both have the same AUC."),
        (replace(OURS, data_hash="other"), "They were judged on different lines: their figures cannot be compared."),
        (replace(OURS, low=0.48), "new: cannot be told from guessing."),
        (replace(OURS, low=None), "new: too few films to tell it from guessing."),
    ],
)
def test_two_models_are_compared_where_they_can_be(new: Evidence, said: str) -> None:
    assert compared_in_words("new", new, "old", OURS) == said
