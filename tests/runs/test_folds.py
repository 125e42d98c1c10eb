"""Cross-validation in a run's folder: broken off anywhere and gone on with, the rows are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.errors import GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results import folds
from gendertui.training.config import TrainingConfig

TINY = TrainingConfig(
    network="bag-of-ngrams", embedding_dim=3, epochs=1, batch_size=64, dropout=0.3, threads=1, device="cpu"
)
FOLDS = 3


class BrokenOff(Exception):  # noqa: N818
    pass


@pytest.fixture
def run(home: Path) -> RunFolder:
    corpus = load("sample")
    return RunFolder.create(TINY, {"path": "sample", "data_hash": corpus.data_hash})


def rows_of(run: RunFolder) -> list[dict[str, Any]]:
    lines = (run.path / "folds.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines]


def breaking_off(at: str) -> Any:
    def progress(what: str, _done: int, _total: int) -> None:
        if at in what:
            raise BrokenOff

    return progress


def test_broken_off_and_gone_on_with(run: RunFolder, home: Path) -> None:
    whole = folds.cross_validate(run, FOLDS)
    expected = rows_of(run)
    assert [row["fold"] for row in expected] == [1, 2, 3]
    assert sum(row["rows"] for row in expected) == whole["rows"]

    other = RunFolder.create(TINY, {"path": "sample"})
    with pytest.raises(BrokenOff):
        folds.cross_validate(other, FOLDS, breaking_off("fold 2 of 3: training"))
    assert rows_of(other) == expected[:1]
    # Killed while it wrote a row: the line is torn.
    with (other.path / "folds.jsonl").open("a") as stream:
        stream.write('{"schema": 1, "fold": 2, "fol')
    told: list[str] = []
    again = folds.cross_validate(other, FOLDS, lambda what, _done, _total: told.append(what))
    assert not [what for what in told if what.startswith("fold 1")]
    lines = (other.path / "folds.jsonl").read_text().splitlines()
    assert len(lines) == FOLDS + 1
    assert again["figures"] == whole["figures"]
    assert [{**row, "seconds": 0} for row in again["folds"]] == [{**row, "seconds": 0} for row in whole["folds"]]


def test_finished_folds_are_read_and_damaged_ones_made_again(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = folds.cross_validate(run, FOLDS)
    told: list[str] = []
    assert folds.cross_validate(run, FOLDS, lambda what, _done, _total: told.append(what)) == whole
    assert not [what for what in told if what.startswith("fold")]
    damaged = next((run.path / "folds").glob("*-2.npz"))
    damaged.write_bytes(damaged.read_bytes()[:100])
    again = folds.cross_validate(run, FOLDS, lambda what, _done, _total: told.append(what))
    assert {what.partition(":")[0] for what in told if what.startswith("fold")} == {"fold 2 of 3"}
    assert again["figures"] == whole["figures"]


def test_another_number_of_folds_stands_beside(run: RunFolder) -> None:
    three, two = folds.cross_validate(run, 3), folds.cross_validate(run, 2)
    assert (len(three["folds"]), len(two["folds"])) == (3, 2)
    assert three["rows"] == two["rows"]
    assert folds.cross_validate(run, 3) == three


def test_one_at_a_time_and_only_on_its_own_corpus(run: RunFolder) -> None:
    with RunLock(run.path / "folds.lock"), pytest.raises(GendertuiError):
        folds.cross_validate(run, FOLDS)
    record = run.record()
    record["corpus"]["data_hash"] = "0" * 64
    run.write_config(record)
    with pytest.raises(GendertuiError, match="corpus has changed"):
        folds.cross_validate(run, FOLDS)


def test_no_pickle_in_the_scores(run: RunFolder) -> None:
    folds.cross_validate(run, 2)
    for path in (run.path / "folds").iterdir():
        with np.load(path, allow_pickle=False) as archive:
            assert all(archive[name].dtype != object for name in archive.files)
