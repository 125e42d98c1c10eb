"""``scores.npz``: what is written comes back, what is damaged says so, what is old is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.units import UnitNumbers
from tests.builders.corpora import made_corpus
from tests.builders.synthetic_scores import draw

COLUMNS = ("row", "set", "label", "group", "character", "length", "logit", "baseline_logit")
NAMES = ("groups", "year", "genres", "characters", "credit")


@pytest.fixture
def scores() -> Scores:
    return draw(np.random.default_rng(0), 12)


def test_scores_come_back_as_they_were(scores: Scores, tmp_path: Path) -> None:
    scores = replace(scores, strong_baseline_logit=scores.logit * 2)
    scores.save(tmp_path / "scores.npz")
    read = Scores.load(tmp_path / "scores.npz")
    for name in (*COLUMNS, "strong_baseline_logit"):
        np.testing.assert_array_equal(getattr(read, name), getattr(scores, name))
    for name in NAMES:
        np.testing.assert_array_equal(getattr(read.names, name), getattr(scores.names, name))
    assert read.epoch == 2
    with np.load(tmp_path / "scores.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype != object for name in archive)


def test_a_set_is_a_part_of_the_rows(scores: Scores) -> None:
    scores.set[5:] = 2
    scores = replace(scores, strong_baseline_logit=scores.logit)
    validation, test = scores.of(1), scores.of(2)
    assert (len(validation.row), len(test.row)) == (5, len(scores.row) - 5)
    np.testing.assert_array_equal(test.character, scores.character[5:])
    assert test.strong_baseline_logit is not None
    np.testing.assert_array_equal(test.strong_baseline_logit, test.logit)
    assert test.names is scores.names


def test_scores_of_version_0_1_know_no_characters(scores: Scores, tmp_path: Path) -> None:
    path = tmp_path / "scores.npz"
    old = ("row", "set", "label", "group", "logit", "baseline_logit")
    np.savez(path, allow_pickle=False, epoch=np.int64(2), **{name: getattr(scores, name) for name in old})
    read = Scores.load(path)
    np.testing.assert_array_equal(read.logit, scores.logit)
    assert (read.character == -1).all()
    assert (read.length == 0).all()
    assert (read.names.group(0), read.names.character(0), read.strong_baseline_logit) == (None, None, None)


@pytest.mark.parametrize("damage", ["missing", "text", "truncated"])
def test_scores_that_cannot_be_read_say_so(scores: Scores, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "scores.npz"
    if damage != "missing":
        scores.save(path)
        data = path.read_bytes()
        path.write_bytes(b"no archive" if damage == "text" else data[: len(data) // 2])
    with pytest.raises(GendertuiError, match="scores cannot be read"):
        Scores.load(path)


def test_units_of_a_corpus_of_films(sample_corpus: Corpus) -> None:
    units = UnitNumbers.of(sample_corpus)
    rows = sample_corpus.table.to_pydict()
    assert units.unit == "group"
    assert [units.names.group(number) for number in units.group] == rows["group_id"]
    ids = [units.names.character(number) for number in units.character]
    assert ids == [None if value is None else str(value) for value in rows["speaker_id"]]
    for values, column, numbers in (
        (units.names.year, "year", units.group),
        (units.names.genres, "genres", units.group),
        (units.names.credit, "credit", units.character),
    ):
        known = [row for row, value in enumerate(rows[column]) if value is not None]
        assert known
        assert values[numbers[known]].tolist() == [rows[column][row] for row in known]
    assert not (set(units.names.genres) | set(units.names.credit)) & set(rows["title"])


def corpus(**columns: list[str | None]) -> Corpus:
    """Four lines of one word with some columns filled."""
    return made_corpus({"text": ["a", "b", "c", "d"], "label": ["m", "f", "m", "f"], **columns})


def test_one_id_in_two_films_is_two_characters() -> None:
    units = UnitNumbers.of(corpus(group_id=["m0", "m1", "m0", "m1"], speaker_id=["u1", "u1", "u1", None]))
    assert units.character.tolist() == [0, 1, 0, -1]
    assert [units.names.character(number) for number in range(2)] == ["u1", "u1"]


def test_without_films_characters_are_the_groups_and_without_them_lines() -> None:
    units = UnitNumbers.of(corpus(speaker_id=["u1", None, "u1", "u2"]))
    assert (units.unit, units.character.tolist()) == ("speaker", [0, -1, 0, 1])
    assert len(set(units.group.tolist())) == 3
    assert [units.names.group(number) for number in units.group] == ["u1", None, "u1", "u2"]
    alone = UnitNumbers.of(corpus())
    assert (alone.unit, alone.group.tolist(), alone.character.tolist()) == ("line", [0, 1, 2, 3], [-1] * 4)
