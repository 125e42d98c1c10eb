"""Runs from the command line: listed, shown, steered, put in order."""

from __future__ import annotations

import json

from gendertui.runs.folder import RunFolder, Status
from gendertui.training.config import preset
from tests.cli.command import gendertui


def test_no_runs_is_an_empty_list() -> None:
    assert json.loads(gendertui("runs", "list", "--json").stdout) == []
    result = gendertui("runs")
    assert (result.returncode, result.stdout) == (0, "")
    assert "gendertui train" in result.stderr


def test_a_stopped_run_is_listed_found_and_not_stopped_again() -> None:
    run = RunFolder.create(preset("quick"), {"path": "sample", "name": "a\x1b[1mb"}, name="evening", preset="quick")
    run.write_status(Status(state="stopped", epoch=1, epochs=3))
    (listed,) = json.loads(gendertui("runs", "list", "--json").stdout)
    assert (listed["name"], listed["state"], listed["epoch"], listed["epochs"]) == (run.name, "stopped", 1, 3)
    text = gendertui("runs", "list").stdout
    assert "1/3" in text
    assert "\x1b" not in text
    for name in ("latest", "evening", run.name, str(run.path)):
        assert gendertui("runs", "path", name).stdout == f"{run.path}\n"
    result = gendertui("runs", "stop", "latest")
    assert result.returncode == 6
    assert "stopped" in result.stderr


def test_a_run_that_is_not_there_is_6() -> None:
    for words in (("runs", "follow", "x"), ("runs", "stop", "x"), ("runs", "path", "x"), ("attach", "x")):
        result = gendertui(*words)
        assert result.returncode == 6, words
        assert "x" in result.stderr
