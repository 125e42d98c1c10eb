"""The model of characters learns what is planted, and never from the film of the character it scores."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.evaluation.metrics import resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.scoring.parts import part_scores
from gendertui.training.characters import fit
from gendertui.training.characters.cross_fit import CrossFitted, cross_fitted
from tests.builders.corpora import made_corpus
from tests.builders.planted_corpus import made_up
from tests.builders.scenes import material_of, talking

SIMULATIONS = 300


def auc(found: CrossFitted, scores: np.ndarray | None = None) -> float:
    known = found.label >= 0
    return float(roc_auc_score(found.label[known], (found.log_odds if scores is None else scores)[known]))


def test_each_part_finds_what_is_planted_for_it_and_together_they_find_more() -> None:
    found = cross_fitted(material_of(talking(40, 80, own=0.1, heard=0.2)))
    alone = {name: auc(found, scores) for name, scores in found.parts.items()}
    assert alone["own-words"] > 0.7
    assert alone["said-to"] > 0.7
    assert auc(found) > max(alone.values()) + 0.01


def test_documents_of_a_corpus_score_as_those_of_a_scene_do() -> None:
    material = material_of(talking(24))
    side = material.all()
    fitted = fit.fit_characters(side.speech, material.spoken, side.labels, "speaker")
    assert fitted is not None
    model = fitted.model
    again = part_scores(model.texts, model.keys, side.speech, material.spoken, tuple(model.stack))
    for name, scores in fitted.parts(side.speech).scores.items():
        assert np.ptp(scores) > 0
        assert scores == pytest.approx(again.scores[name], abs=1e-9)


def test_what_is_said_to_somebody_is_not_read_from_its_own_words() -> None:
    found = cross_fitted(material_of(talking(40, 80, own=0, heard=0.3)))
    assert auc(found, found.parts["said-to"]) > 0.8
    assert abs(auc(found, found.parts["lines"]) - 0.5) < 0.15


def test_few_lines_do_not_sound_like_many() -> None:
    material = material_of(talking(60, 80, own=0.2, heard=0.2))
    side = material.all()
    fitted = fit.fit_characters(side.speech, material.spoken, side.labels, material.unit)
    assert fitted is not None
    starts = np.flatnonzero(np.diff(side.speech.group, prepend=-1))
    few = np.zeros(len(side.speech.line), bool)
    for start in starts:
        few[start : start + 8] = True
    part, _, _ = side.speech.part(few)
    model = fitted.model

    def size(speech: object) -> float:
        assert isinstance(speech, type(part))
        return float(
            np.abs(
                part_scores(model.texts, model.keys, speech, material.spoken, tuple(model.stack)).log_odds(model)
            ).mean()
        )

    assert size(part) < 0.7 * size(side.speech)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 14), st.sampled_from([2, 4]))
def test_no_film_is_on_two_sides_inside_the_stack(seed: int, films: int, cast: int) -> None:
    """Labels of one film turned round change no score that the stack learns from in that film, nor its cross-fitted
    score."""
    corpus = talking(films, 24, cast, seed=seed)
    turned = _turned(corpus, "m0")
    before, after = (cross_fitted(material_of(each), folds=3) for each in (corpus, turned))
    film = before.group == 0
    assert np.array_equal(before.log_odds[film], after.log_odds[film])
    for name in before.parts:
        assert np.array_equal(before.parts[name][film], after.parts[name][film]), name


@pytest.mark.parametrize("seed", range(3))
def test_out_of_fold_scores_in_the_stack_do_not_know_the_labels_of_their_film(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, np.ndarray]] = []
    stack = fit._stack

    def spy(scored, versions, labels, parts):  # type: ignore[no-untyped-def]
        speakers = versions.speaker[np.concatenate([rows for rows, _ in scored])]
        film = np.isin(speakers, side.speech.speaker[side.speech.group == 0])
        seen.append({name: np.concatenate([each.scores[name] for _, each in scored])[film] for name in parts})
        return stack(scored, versions, labels, parts)

    monkeypatch.setattr(fit, "_stack", spy)
    corpus = talking(8, 30, seed=seed)
    for each in (corpus, _turned(corpus, "m0")):
        material = material_of(each)
        side = material.all()
        fit.fit_characters(side.speech, material.spoken, side.labels, material.unit, seed=seed)
    half = len(seen) // 2
    for before, after in zip(seen[:half], seen[half:], strict=True):
        assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_unit_s_own_label_never_reaches_its_own_score() -> None:
    corpus = talking(12, 30)
    labels = corpus.column("label").to_pylist()
    speaker = corpus.column("speaker_id").to_pylist()
    other = [
        {"m": "f", "f": "m"}[label] if who == "u3-1" else label for label, who in zip(labels, speaker, strict=True)
    ]
    before, after = (cross_fitted(material_of(_relabelled(corpus, each))) for each in (labels, other))
    mine = [at for at, row in enumerate(before.row) if speaker[row] == "u3-1"]
    assert before.label[mine] != after.label[mine]
    assert before.log_odds[mine] == after.log_odds[mine]


def test_neither_the_order_of_rows_nor_what_ids_are_called_changes_a_figure() -> None:
    corpus = talking(12, 30)
    order = np.lexsort((np.random.default_rng(3).random(len(corpus)), corpus.groups("group_id")))
    shuffled = dataclasses.replace(corpus, table=corpus.table.take(order))
    columns = {name: corpus.column(name).to_pylist() for name in ("line_id", "label", "text")}
    renamed = made_corpus(
        {
            **columns,
            "group_id": [f"film {99 - int(name[1:])}" for name in corpus.column("group_id").to_pylist()],
            "speaker_id": [name[::-1] for name in corpus.column("speaker_id").to_pylist()],
        }
    )
    expected = cross_fitted(material_of(corpus))
    for other in (shuffled, renamed):
        found = cross_fitted(material_of(other))
        assert np.array_equal(found.log_odds, expected.log_odds)
        assert np.array_equal(found.label, expected.label)


def test_a_set_reads_nothing_of_the_others() -> None:
    corpus = talking(24, 30)
    labels = corpus.column("label").to_pylist()
    half = _relabelled(corpus, [None if at % 7 == 0 else label for at, label in enumerate(labels)])
    for protocol in ("by-group", "random"):
        split = make_split(half, protocol, 0)
        material = material_of(half)
        sides = {which: material.side(split, which).speech for which in (TRAIN, VALIDATION, TEST)}
        for which, speech in sides.items():
            assert not np.isin(speech.line, np.flatnonzero((split.assignment >= 0) & (split.assignment != which))).any()
            assert np.isin(split.rows(which), speech.line).all()
    split = make_split(half, "by-group", 0)
    lines = [material.side(split, which).speech.line for which in (TRAIN, VALIDATION, TEST)]
    # By film each line is in exactly one, those without a label too.
    assert np.array_equal(np.sort(np.concatenate(lines)), np.arange(len(half)))


def test_labels_of_lines_in_no_set_are_not_looked_at() -> None:
    corpus = talking(24, 30)
    split = make_split(corpus, "by-group", 0)
    out = split.rows(TRAIN)[::2]
    assignment = split.assignment.copy()
    assignment[out] = UNUSED
    split = dataclasses.replace(split, assignment=assignment)
    labels = corpus.column("label").to_pylist()
    turned = list(labels)
    for row in out.tolist():
        turned[row] = {"m": "f", "f": "m"}[labels[row]]
    before, after = (material_of(_relabelled(corpus, each)).side(split, TRAIN) for each in (labels, turned))
    assert (before.labels >= 0).any()
    assert np.array_equal(before.labels, after.labels)
    assert (before.mixed, after.mixed) == (0, 0)


def test_parts_that_a_corpus_cannot_give_are_left_out() -> None:
    corpus = talking(30, 40)
    columns = {name: corpus.column(name).to_pylist() for name in ("speaker_id", "label", "text")}
    nowhere = material_of(made_corpus(columns))
    side = nowhere.all()
    fitted = fit.fit_characters(side.speech, nowhere.spoken, side.labels, nowhere.unit)
    assert fitted is not None
    assert set(fitted.model.stack) == {"lines", "own-words"}
    assert set(fitted.without) == {"lines", "own-words"}


def test_lines_that_call_nobody_anything_are_scored_all_the_same() -> None:
    # No comma in any of them: a text without a single n-gram.
    found = cross_fitted(material_of(made_up(40, signal="label")))
    assert auc(found) > 0.9
    assert all(np.isfinite(values).all() for values in found.parts.values())


def test_too_few_films_have_no_model() -> None:
    material = material_of(talking(1, 30))
    side = material.all()
    assert fit.fit_characters(side.speech, material.spoken, side.labels, material.unit) is None
    with pytest.raises(GendertuiError, match="too few groups"):
        cross_fitted(material)


def _turned(corpus: Corpus, film: str) -> Corpus:
    groups = corpus.column("group_id").to_pylist()
    labels = corpus.column("label").to_pylist()
    return _relabelled(
        corpus,
        [{"m": "f", "f": "m"}[label] if group == film else label for label, group in zip(labels, groups, strict=True)],
    )


def _relabelled(corpus: Corpus, labels: list[str | None]) -> Corpus:
    names = ("line_id", "group_id", "speaker_id", "text")
    return made_corpus({**{name: corpus.column(name).to_pylist() for name in names}, "label": labels})


@pytest.mark.long
def test_shuffled_labels_leave_nothing_to_find() -> None:
    """The 95 % interval of the AUC on films that the stack has not seen holds one half as often as it says."""
    held, values = 0, []
    for seed in range(SIMULATIONS):
        material = material_of(talking(80, 30, 4, seed=seed, shuffled=True))
        side = material.all()
        half = side.speech.group < 40
        (train, learnt, _), (test, judged, _) = side.speech.part(half), side.speech.part(~half)
        fitted = fit.fit_characters(train, material.spoken, side.labels[learnt], material.unit, seed=seed)
        assert fitted is not None
        model = fitted.model
        odds = part_scores(model.texts, model.keys, test, material.spoken, tuple(model.stack)).log_odds(model)
        resamples = GroupBootstrap.of(test.group_of)
        statistic = resampled.auc(odds, side.labels[judged] == 1, resamples.member)
        limits = resamples.percentiles(resamples.drawn(statistic))
        assert limits is not None
        held += limits[0] <= 0.5 <= limits[1]
        values.append(resamples.value(statistic))
    print(f"one half in {held} of {SIMULATIONS} intervals; mean AUC {np.mean(values):.4f}")
    assert 0.93 * SIMULATIONS <= held <= 0.97 * SIMULATIONS
