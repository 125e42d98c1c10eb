"""Readings of test sets: each model once, over all runs, whatever happens to the file meanwhile."""

from __future__ import annotations

import dataclasses
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from gendertui import paths
from gendertui.corpus.corrections.entry import LEAVE_OUT, Key
from gendertui.corpus.corrections.file import decide
from gendertui.corpus.load import load
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.splits.split import Split, make_split
from gendertui.runs.results import test_set_evaluations
from gendertui.runs.results.test_set_evaluations import Reading
from tests.builders.corpora import collated

SPLIT = Split(np.zeros(1, np.int8), "random", "auto", 0, (1.0, 0.0, 0.0), {}, own_labels=("d", "s"))
FIRST = Reading(data_hash="d", split="s", run="one", created=1.0, weights="w")


def test_each_model_is_counted_once_on_each_test_set() -> None:
    assert test_set_evaluations.count("d", SPLIT) == 0
    assert test_set_evaluations.record(FIRST) == 1
    assert test_set_evaluations.record(dataclasses.replace(FIRST, run="renamed")) == 1
    assert test_set_evaluations.record(dataclasses.replace(FIRST, weights="trained on")) == 2
    assert test_set_evaluations.record(dataclasses.replace(FIRST, created=2.0)) == 3
    assert test_set_evaluations.record(dataclasses.replace(FIRST, split="other")) == 1
    assert test_set_evaluations.record(dataclasses.replace(FIRST, data_hash="other")) == 1
    assert test_set_evaluations.count("d", SPLIT) == 3
    assert len(paths.readings_file().read_text().splitlines()) == 5
    assert stat.S_IMODE(paths.readings_file().stat().st_mode) == 0o600


def test_a_torn_line_costs_no_other() -> None:
    test_set_evaluations.record(FIRST)
    with paths.readings_file().open("a") as stream:
        stream.write('{"schema": 1, "data_hash": "d", "spl')
    assert test_set_evaluations.record(dataclasses.replace(FIRST, created=2.0)) == 2
    assert test_set_evaluations.count("d", SPLIT) == 2
    assert json.loads(paths.readings_file().read_text().splitlines()[-1])["created"] == 2.0


def test_two_at_once_are_both_counted_and_the_same_one_once() -> None:
    different = [dataclasses.replace(FIRST, created=float(number)) for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(test_set_evaluations.record, different * 2))
    assert max(counts) == test_set_evaluations.count("d", SPLIT) == 20


def test_splits_are_told_apart_by_where_their_rows_are() -> None:
    def split(assignment: list[int]) -> Split:
        return Split(np.array(assignment, np.int8), "random", "auto", 0, (0.7, 0.15, 0.15), {})

    key = split([0, 1, 2]).without_corrections("d")
    assert key == dataclasses.replace(split([0, 1, 2]), seed=3).without_corrections("d")
    assert key != split([0, 2, 1]).without_corrections("d")
    assert key != split([0, 1, 2]).without_corrections("other")


def test_another_label_changed_by_hand_is_no_other_test_set(tmp_path: Path) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(), encoding="utf-8")
    plain = load(path)
    decide(plain, Key("group", "m3"), LEAVE_OUT)
    changed = load(path, ReadingOptions(corrections=True))
    splits = [make_split(corpus, "by-group", 0) for corpus in (plain, changed)]
    before, after = (
        split.without_corrections(each.data_hash) for split, each in zip(splits, (plain, changed), strict=True)
    )
    assert (splits[0].assignment != splits[1].assignment).any()
    assert before == after
    splits[1].save(tmp_path)
    assert Split.load(tmp_path).without_corrections(changed.data_hash) == before
    test_set_evaluations.record(Reading(*before, run="one", created=1.0, weights="w"))
    assert test_set_evaluations.count(changed.data_hash, splits[1]) == 1
    assert test_set_evaluations.count(plain.data_hash, splits[0]) == 1
