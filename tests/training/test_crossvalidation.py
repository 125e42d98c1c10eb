"""Cross-validation over films: nothing of a film is seen before its lines are scored, and every line is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.splits.by_group import usable
from gendertui.corpus.splits.split import TEST, TRAIN, VALIDATION
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.training.config import TrainingConfig
from gendertui.training.crossvalidation import VALIDATION_SHARE, Fold, FoldsStopped, cross_validate, fold_splits

Make = Callable[..., TrainingConfig]
QUICK = {"network": "bag-of-ngrams", "epochs": 1, "embedding_dim": 3, "batch_size": 64}


def test_no_film_in_two_roles_and_every_line_tested_once(corpus: Corpus) -> None:
    films = corpus.groups("group_id")

    @given(folds=st.integers(2, 8), seed=st.integers(0, 2**32 - 1))
    @settings(max_examples=25, deadline=None)
    def check(folds: int, seed: int) -> None:
        splits = fold_splits(corpus, folds, seed)
        assert len(splits) == folds
        tested = np.zeros(len(corpus), int)
        for split in splits:
            roles = [set(films[split.rows(role)]) for role in (TRAIN, VALIDATION, TEST)]
            assert all(roles)
            assert not (roles[0] & roles[1] or roles[0] & roles[2] or roles[1] & roles[2])
            tested[split.rows(TEST)] += 1
            # Whatever is not tested in a fold is learnt from or chosen by.
            assert ((split.assignment >= 0) == usable(corpus)).all()
        np.testing.assert_array_equal(tested, usable(corpus).astype(int))

    check()


def test_folds_are_drawn_from_the_seed_and_of_about_one_size(corpus: Corpus) -> None:
    one, again, other = (fold_splits(corpus, 4, seed) for seed in (1, 1, 2))
    assert all((a.assignment == b.assignment).all() for a, b in zip(one, again, strict=True))
    assert any((a.assignment != b.assignment).any() for a, b in zip(one, other, strict=True))
    total = int(usable(corpus).sum())
    for split in one:
        assert abs(len(split.rows(TEST)) / total - 1 / 4) < 0.05
        rest = total - len(split.rows(TEST))
        assert abs(len(split.rows(VALIDATION)) / rest - VALIDATION_SHARE) < 0.08


def test_too_few_films_is_said(corpus: Corpus) -> None:
    with pytest.raises(GendertuiError, match="24 films with labelled lines are too few for 23 folds"):
        fold_splits(corpus, 23, 0)
    with pytest.raises(GendertuiError, match="too few folds"):
        fold_splits(corpus, 1, 0)
    without = dataclasses.replace(corpus, table=corpus.table.drop_columns(["group_id"]))
    with pytest.raises(GendertuiError, match="the corpus has no groups, so it cannot be cross-validated"):
        fold_splits(without, 5, 0)


def test_a_fold_passed_over_changes_no_other(corpus: Corpus, config: Make) -> None:
    whole = list(cross_validate(config(**QUICK), corpus, 3))
    rest = list(cross_validate(config(**QUICK), corpus, 3, done={1, 3}))
    assert [fold.number for fold in whole] == [1, 2, 3]
    assert [fold.number for fold in rest] == [2]
    assert _same(whole[1], rest[0])
    assert not _same(whole[0], rest[0])


def test_the_baseline_and_the_model_learn_what_is_planted(corpus: Corpus, config: Make) -> None:
    fold = next(cross_validate(config(epochs=4, learning_rate=0.05), corpus, 2))
    row = fold.row()
    # "moon" is said by f three times as often as "sun": telling by it alone gives an AUC of 0.75.
    assert 0.65 < row["auc"] < 0.85
    assert 0.65 < row["baseline_auc"] < 0.85
    assert row["rows"] == len(fold.scores.of(TEST).row)
    assert 1 <= row["epoch"] <= row["epochs"] == 4
    assert "C" in row["baseline"]


def test_stopped_between_batches(corpus: Corpus, config: Make) -> None:
    with pytest.raises(FoldsStopped):
        next(cross_validate(config(**QUICK), corpus, 3, control=lambda: "stop"))


def test_progress_names_the_fold(corpus: Corpus, config: Make) -> None:
    told: list[tuple[str, int, int]] = []
    list(cross_validate(config(**QUICK), corpus, 2, done={1}, progress=lambda *what: told.append(what)))
    assert all(name.startswith("fold 2 of 2: ") for name, _, _ in told)
    done, total = [what[1:] for what in told if what[0].endswith("training")][-1]
    assert done == total > 0


def _same(one: Fold, other: Fold) -> bool:
    return all(
        np.array_equal(getattr(one.scores, name), getattr(other.scores, name))
        for name in ("row", "set", "label", "group", "logit", "baseline_logit")
    )
