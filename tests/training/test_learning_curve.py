"""Parts of a training set, and a curve that comes out as it must."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.arrays import Floats
from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION, Split, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.learning_curve.measure import Fit, curve
from gendertui.evaluation.learning_curve.schema import CHARACTERS, LINEAR, Curve
from gendertui.training.characters.judge import learn, score
from gendertui.training.characters.material import Material
from gendertui.training.config import TrainingConfig
from gendertui.training.learning_curve.parts import Part, parts_of, whole_unit_of
from gendertui.training.learning_curve.trials import MODELS, NotMeasurableError, TrainingSet, Trial
from tests.builders.planted_corpus import made_up
from tests.builders.zipf_corpus import auc_after, zipf_corpus


def dealt(corpus: Corpus, split: Split, deals: int = 2) -> list[Part]:
    return parts_of(corpus, split, whole_unit_of(corpus, split), np.ones(len(corpus), bool), deals)


@settings(max_examples=15, deadline=None)
@given(films=st.integers(24, 60), lines=st.integers(4, 12), seed=st.integers(0, 5))
def test_parts_are_nested_whole_films_of_the_training_set_and_each_film_is_in_one_of_each_size(
    films: int, lines: int, seed: int
) -> None:
    corpus = made_up(films, lines=lines, seed=seed)
    split = make_split(corpus, "by-group", seed)
    train, group = set(split.rows(TRAIN).tolist()), corpus.groups("group_id")
    parts = dealt(corpus, split)
    whole = parts[0]
    assert whole.divisor == 1 and set(whole.rows.tolist()) == train
    by_name = {part.name: part for part in parts}
    assert len(by_name) == len(parts)
    for deal in range(2):
        of_deal = [part for part in parts if part.deal == deal and part.divisor > 1]
        for divisor in {part.divisor for part in of_deal}:
            same = [part for part in of_deal if part.divisor == divisor]
            assert len(same) == divisor
            assert sorted(row for part in same for row in part.rows.tolist()) == sorted(train)
            assert sum(part.units for part in same) == whole.units
            films_of = [set(group[part.rows].tolist()) for part in same]
            assert sum(len(each) for each in films_of) == len(set.union(*films_of))
            for part in same:
                labels = corpus.label_codes()[part.rows]
                assert min(np.bincount(labels, minlength=2)) >= 10
                if divisor > 2:
                    above = by_name[f"{deal}-{divisor // 2}-{part.number // 2}"]
                    assert set(part.rows.tolist()) < set(above.rows.tolist())


def test_the_split_of_a_part_shows_no_other_line_of_the_training_set() -> None:
    corpus = made_up(40)
    split = make_split(corpus, "by-group", 0)
    part = dealt(corpus, split)[-1]
    made = part.split(corpus, split)
    assert np.array_equal(made.rows(TRAIN), part.rows)
    assert np.array_equal(made.rows(VALIDATION), split.rows(VALIDATION))
    # Unused rows are read for what is said around a line: nothing that was in a set may come there.
    assert np.array_equal(made.rows(UNUSED), split.rows(UNUSED))
    assert len(made.rows(TEST)) == len(split.rows(TEST)) + len(split.rows(TRAIN)) - len(part.rows)


@pytest.mark.parametrize(
    ("protocol", "people", "unit"),
    [("by-group", True, "group"), ("by-speaker", True, "speaker"), ("random", False, "line")],
)
def test_what_is_dealt_whole_is_what_the_split_keeps_apart(protocol: str, people: bool, unit: str) -> None:
    corpus = made_up(40, people=people)
    split = make_split(corpus, protocol, 0)
    assert whole_unit_of(corpus, split) == unit
    parts = dealt(corpus, split)
    assert {part.divisor for part in parts} == {1, 2, 4, 8}
    if unit == "line":
        assert parts[0].units == len(parts[0].rows)


def test_a_random_split_of_films_is_dealt_line_by_line() -> None:
    corpus = made_up(40)
    assert whole_unit_of(corpus, make_split(corpus, "random", 0)) == "line"


def test_a_small_training_set_has_fewer_shares_and_a_tiny_one_is_refused() -> None:
    small = made_up(8)
    assert {part.divisor for part in dealt(small, make_split(small, "by-group", 0))} < {1, 2, 4, 8}
    tiny = made_up(4, lines=3)
    with pytest.raises(GendertuiError, match="too few lines of each label to learn from") as caught:
        dealt(tiny, make_split(tiny, "by-group", 0))
    assert caught.value.code is ExitCode.DATA


def logits(trial: Trial, part: Part) -> Floats:
    found = trial.logits(part, lambda _done, _total: None)
    assert found is not None
    return found


def linear_curve(corpus: Corpus, protocol: str) -> Curve:
    split = make_split(corpus, protocol, 0)
    training = TrainingSet(TrainingConfig(), corpus, split)
    trial = MODELS[LINEAR].trial(training)
    fits = [Fit(part.divisor, part.units, len(part.rows), logits(trial, part)) for part in training.parts(2)]
    return curve(LINEAR, "line", fits, trial.held_out.labels, trial.held_out.groups)


@pytest.mark.parametrize("grouped", [True, False])
def test_a_known_curve_is_measured_and_its_next_doubling_foreseen(grouped: bool) -> None:
    corpus = zipf_corpus(150, 40, grouped=grouped)
    found = linear_curve(corpus, "by-group" if grouped else "random")
    assert [size.divisor for size in found.sizes] == [8, 4, 2, 1]
    for size in found.sizes:
        assert size.figures["auc"].value == pytest.approx(auc_after(size.lines), abs=0.01)
    whole = found.sizes[-1].lines
    for gain, true in (
        (found.last["auc"], auc_after(whole) - auc_after(whole / 2)),
        (found.next["auc"], auc_after(2 * whole) - auc_after(whole)),
    ):
        assert gain.low is not None and gain.high is not None
        assert gain.low <= true <= gain.high
        assert gain.high - gain.low < 0.03


def test_where_nothing_is_to_be_learnt_more_brings_nothing() -> None:
    found = linear_curve(made_up(110), "by-group")
    for gain in (found.last["auc"], found.next["auc"]):
        assert gain.low is not None and gain.high is not None
        assert gain.low <= 0 <= gain.high


def characters(corpus: Corpus) -> tuple[TrainingSet, Trial]:
    training = TrainingSet(TrainingConfig(), corpus, make_split(corpus, "by-group", 0))
    return training, MODELS[CHARACTERS].trial(training)


def test_whole_characters_are_judged_once_each_and_learnt_from_more_they_come_out_better() -> None:
    corpus = made_up(120, signal="label", lines=3)
    training, trial = characters(corpus)
    held = trial.held_out
    speaker = corpus.groups("speaker_id")
    assert len(held.rows) == len(set(speaker[held.rows].tolist()))
    assert set(training.split.assignment[held.rows].tolist()) == {VALIDATION}
    assert np.array_equal(held.labels, corpus.label_codes()[held.rows])
    fits = [
        Fit(part.divisor, part.units, len(part.rows), logits(trial, part))
        for part in training.parts(1)
        if part.divisor in (1, 8)
    ]
    found = curve(CHARACTERS, trial.subject, fits, held.labels, held.groups)
    eighth, whole = (size.figures["auc"].value for size in found.sizes)
    assert found.subject == "speaker" and whole > 0.9 and whole >= eighth


def test_all_of_the_training_set_gives_the_scores_of_the_report() -> None:
    training, trial = characters(made_up(110, signal="label", lines=3))
    material = Material.of(training.corpus, training.tokenised)
    assert material is not None
    learned = learn(material, training.split, training.config.seed)
    assert learned is not None
    reported = score(learned, material, training.split, VALIDATION)
    wanted = reported.whole & (reported.label >= 0)
    assert reported.row[wanted].tolist() == trial.held_out.rows.tolist()
    assert np.allclose(logits(trial, training.parts(1)[0]), reported.log_odds[wanted], atol=1e-5)


@pytest.mark.parametrize("model", [LINEAR, CHARACTERS])
def test_labels_of_films_left_out_of_a_part_reach_no_score(model: str) -> None:
    corpus = made_up(60, signal="label")
    split = make_split(corpus, "by-group", 0)
    part = next(part for part in dealt(corpus, split) if part.divisor == 2)
    others = np.setdiff1d(np.concatenate((split.rows(TRAIN), split.rows(TEST))), part.rows)
    labels = np.array(corpus.column("label").to_pylist(), dtype=object)
    labels[others] = np.where(labels[others] == "m", "f", "m")
    at = corpus.table.column_names.index("label")
    kind = corpus.table.schema.field("label").type
    changed = dataclasses.replace(corpus, table=corpus.table.set_column(at, "label", pa.array(labels, kind)))

    def scored(of: Corpus) -> Floats:
        return logits(MODELS[model].trial(TrainingSet(TrainingConfig(), of, split)), part)

    assert not np.array_equal(corpus.label_codes(), changed.label_codes())
    assert np.array_equal(scored(corpus), scored(changed))


def test_without_speakers_there_is_no_curve_of_them_and_with_few_it_says_so() -> None:
    with pytest.raises(NotMeasurableError, match=r"No curve of speakers: the corpus does not say who speaks."):
        characters(zipf_corpus(30, 20))
    with pytest.raises(NotMeasurableError, match=r"No curve of characters: validation has too few of one label."):
        characters(made_up(24))
