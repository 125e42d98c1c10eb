"""Folds and what is set aside: whole films, every labelled line once, and nothing of it in any trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gendertui.corpus.splits.by_group import usable
from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sweeps.shares import SET_ASIDE, draw
from tests.builders.corpora import made_corpus


def corpus(films: int = 12, lines: int = 30, *, groups: bool = True) -> Corpus:
    generator = np.random.default_rng(0)
    number = films * lines
    columns: dict[str, list[Any]] = {
        "text": [f"line {row}" if row % 11 else " " for row in range(number)],
        "label": generator.choice(np.array(["m", "f", None], object), number, p=[0.6, 0.3, 0.1]).tolist(),
    }
    if groups:
        columns["group_id"] = [f"film {row % films}" for row in range(number)]
    return made_corpus(columns)


@pytest.mark.parametrize("groups", [True, False])
def test_each_line_is_in_one_fold_or_set_aside_and_no_trial_has_the_latter(groups: bool) -> None:
    lines = corpus(groups=groups)
    shares = draw(lines, 3, 0.25, seed=1)
    assert shares.protocol == ("by-group" if groups else "random")
    assert set(shares.assignment[usable(lines)].tolist()) == {SET_ASIDE, 0, 1, 2}
    assert set(shares.assignment[~usable(lines)].tolist()) == {UNUSED}
    aside = shares.assignment == SET_ASIDE
    assert 0.1 < aside.sum() / usable(lines).sum() < 0.4
    validated = np.zeros(len(lines), int)
    for fold in range(3):
        split = shares.fold(lines, fold)
        assert not (split.assignment[aside] != UNUSED).any()
        assert not (split.assignment == TEST).any()
        validated += split.assignment == VALIDATION
        assert ((split.assignment == TRAIN) == ((shares.assignment >= 0) & (shares.assignment != fold))).all()
    assert (validated == (shares.assignment >= 0)).all()
    final = shares.final(lines)
    assert ((final.assignment == TEST) == aside).all()
    assert {TRAIN, VALIDATION} == set(final.assignment[shares.assignment >= 0].tolist())
    if groups:
        named = lines.groups("group_id")
        for assignment in (shares.assignment, final.assignment):
            for film in np.unique(named):
                assert len(set(assignment[(named == film) & usable(lines)].tolist())) == 1


def test_they_are_the_same_every_time_and_others_by_another_seed() -> None:
    lines = corpus()
    first, again, other = (draw(lines, 3, 0.25, seed=seed) for seed in (1, 1, 2))
    assert (first.assignment == again.assignment).all()
    assert (first.final(lines).assignment == again.final(lines).assignment).all()
    assert (first.assignment != other.assignment).any()


def test_a_corpus_of_too_few_films_is_refused() -> None:
    with pytest.raises(GendertuiError, match=r"12 films .* 12 folds .* need 13") as caught:
        draw(corpus(), 12, 0.2, seed=0)
    assert caught.value.code is ExitCode.DATA
    assert caught.value.hint == "Give at most 11 folds: --folds."
