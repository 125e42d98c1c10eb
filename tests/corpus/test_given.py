"""The split that the file itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.preview import preview
from gendertui.corpus.set_names import SET_NAMES
from gendertui.corpus.splits.given import HELD_OUT
from gendertui.corpus.splits.split import SETS, TEST, TRAIN, UNUSED, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import NO_UNITS, Noun, Units
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.corpora import made_corpus


def corpus_of(sizes: Mapping[str, int] | Mapping[str | None, int], groups: int = 0) -> Corpus:
    """Lines of sets of so many lines, both labels by turns; in as many groups, if any."""
    splits = [split for split, size in sizes.items() for _ in range(size)]
    columns: dict[str, list[Any]] = {
        "text": ["Come in."] * len(splits),
        "label": ["mf"[place % 2] for place in range(len(splits))],
        "split": splits,
    }
    if groups:
        columns["group_id"] = [f"g{place // 2 % groups}" for place in range(len(splits))]
    return made_corpus(columns, units=Units(Noun.of("author")) if groups else NO_UNITS)


@pytest.mark.parametrize("word", [*SET_NAMES, "Train", " TEST ", "extra"])
def test_a_set_may_be_called_by_any_of_its_names(word: str) -> None:
    known = SET_NAMES.get(word.strip().lower())
    corpus = corpus_of({word: 4, "TRAIN": 8, "VALIDATION": 4, "test ": 4})
    split = make_split(corpus, "given", 0)
    assert set(split.assignment[:4]) == {UNUSED if known is None else SETS.index(known)}
    assert [int((split.assignment[4:] == which).sum()) for which in (TRAIN, VALIDATION, TEST)] == [8, 4, 4]
    assert bool(split.warnings) == (known is None)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.fixed_dictionaries(
        {"train": st.integers(40, 300)},
        optional={"validation": st.integers(2, 50), "test": st.integers(2, 50), "extra": st.integers(2, 9)},
    ),
    groups=st.sampled_from([0, 3, 25]),
    seed=st.integers(0, 99),
)
def test_lines_stay_where_the_file_says_and_what_is_missing_is_drawn_from_train(
    sizes: dict[str, int], groups: int, seed: int
) -> None:
    corpus = corpus_of(sizes, groups)
    split = make_split(corpus, "given", seed)
    said = np.array(corpus.column("split").to_pylist())
    for name in ("validation", "test"):
        if name in sizes:
            assert set(split.assignment[said == name]) == {SETS.index(name)}
    assert set(split.assignment[said == "extra"]) <= {UNUSED}
    drawn = [which for which in (VALIDATION, TEST) if SETS[which] not in sizes]
    of_train = split.assignment[said == "train"]
    assert set(of_train) == {TRAIN, *drawn}
    for which in drawn:
        assert abs((of_train == which).mean() - HELD_OUT) <= max(0.06, 4 / len(of_train))
    if groups == 25 and drawn:
        numbers = corpus.groups("group_id")[said == "train"]
        assert all(len(set(of_train[numbers == each])) == 1 for each in set(numbers))
    said_drawn = [warning for warning in split.warnings if "drawn" in warning]
    assert len(said_drawn) == bool(drawn)
    assert all(("whole authors together" in warning) == (groups == 25) for warning in said_drawn)
    assert np.array_equal(split.assignment, make_split(corpus, "given", seed).assignment)


def test_what_is_drawn_is_worded() -> None:
    assert make_split(corpus_of({"train": 60, "test": 20}), "given", 0).warnings == (
        "the file has no labelled lines for validation: 15% of its train lines are drawn for that",
    )
    assert make_split(corpus_of({"train": 60, "extra": 20}), "given", 0).warnings == (
        "the file has no labelled lines for validation and test: 15% of its train lines each are drawn for that",
        "20 labelled lines are in no set of a known name (extra): not used",
    )


def test_a_test_set_without_labels_is_none() -> None:
    columns: dict[str, list[str | None]] = {
        "text": ["Come in."] * 60,
        "label": [*("mf" * 20), *[None] * 20],
        "split": [*["train"] * 40, *["test"] * 20],
    }
    split = make_split(made_corpus(columns), "given", 0)
    assert set(split.assignment[40:]) == {UNUSED}
    assert (split.assignment == TEST).sum() == 6


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({None: 20}, "does not say which set"),
        ({"test": 20}, "the file's train set has no line labelled m"),
        ({"train": 20, "test": 1}, "the file's test set has no line labelled f"),
    ],
)
def test_what_is_not_there_is_said(sizes: dict[str | None, int], words: str) -> None:
    with pytest.raises(GendertuiError, match=words) as caught:
        make_split(corpus_of(sizes), "given", 0)
    assert caught.value.code == ExitCode.DATA


def test_from_a_folder_to_its_split(tmp_path: Path) -> None:
    for name, start, end in (("train", 0, 60), ("dev", 60, 80), ("test", 80, 100)):
        rows = (f'{{"text": "the {n} boats came home", "label": "{"ab"[n % 2]}"}}\n' for n in range(start, end))
        (tmp_path / f"{name}.jsonl").write_text("".join(rows), encoding="utf-8")
    found = preview(load(tmp_path), "given", 0, "none", leaks=False)
    assert [each.rows for each in found.sets] == [(30, 30), (10, 10), (10, 10)]
    assert found.warnings == ()
