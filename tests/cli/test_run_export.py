"""A run's curves as CSV and JSON, read by other programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd

from gendertui.model import store
from gendertui.runs.curves import COLUMNS
from gendertui.training.events import Error, Resumed, Warning
from tests.builders.command import gendertui
from tests.builders.replay import BATCHES, ReplayedRun


def exported(*words: str) -> str:
    result = gendertui("runs", "export", "latest", *words)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_every_epoch_and_every_batch_is_a_row_whose_columns_the_help_explains() -> None:
    run = ReplayedRun()
    for _ in range(BATCHES + 3):
        run.step()
    rows = list(csv.DictReader(io.StringIO(exported())))
    assert [row["kind"] for row in rows] == [*["batch"] * BATCHES, "epoch", *["batch"] * 3]
    assert list(rows[0]) == list(COLUMNS)
    help_text = gendertui("runs", "export", "--help").stdout
    assert all(f"\n  {name}" in help_text for name in COLUMNS)
    table = pd.read_csv(io.StringIO(exported("--format", "csv")))
    epochs = table[table.kind == "epoch"]
    assert epochs[["epoch", "best"]].to_numpy().tolist() == [[1, 1]]
    assert not epochs.validation_auc.isna().any()
    assert table[table.kind == "batch"][["train_loss", "learning_rate", "batch"]].notna().all(axis=None)


def test_json_has_the_configuration_and_the_figures_beside_them(tmp_path: Path) -> None:
    run = ReplayedRun()
    for _ in range(BATCHES):
        run.step()
    run.write(Warning(text="a line\x1b[1m", kind="one-class"))
    run.folder.report_file.write_bytes((store.shipped_folder() / "report.json").read_bytes())
    out = tmp_path / "curves.json"
    assert exported("--format", "json", "--out", str(out)) == f"{out}\n"
    value: dict[str, Any] = json.loads(out.read_bytes())
    assert b"\x1b" not in out.read_bytes()
    assert value["config"]["epochs"] == run.epochs
    assert (len(value["epochs"]), len(value["batches"])) == (1, BATCHES)
    assert "batch" not in value["epochs"][0]
    assert 0.5 < value["figures"]["validation"]["model"]["auc"]["value"] < 1
    assert [warning["kind"] for warning in value["warnings"]] == ["one-class"]
    again = gendertui("runs", "export", "latest", "--out", str(out))
    assert (again.returncode, again.stdout) == (2, "")
    assert str(out) in again.stderr
    shown = gendertui("runs", "show", "latest").stdout
    assert "warning: a line" in shown
    assert "\x1b" not in shown


def test_what_was_trained_again_after_a_resume_is_there_once() -> None:
    run = ReplayedRun()
    for _ in range(BATCHES + 10):
        run.step()
    run.write(Error(text="gone"), Resumed(epoch=2, batch=4, bit_identical=True))
    run.steps = BATCHES + 4
    for _ in range(3):
        run.step()
    batches = [(row["epoch"], row["batch"]) for row in csv.DictReader(io.StringIO(exported())) if row["batch"]]
    expected = [("1", str(number + 1)) for number in range(BATCHES)] + [("2", str(number + 1)) for number in range(7)]
    assert batches == expected
    run.write(Resumed(epoch=1, batch=BATCHES, bit_identical=True, stage="training on all films"))
    assert len(exported().splitlines()) == 1 + len(expected) + 1
