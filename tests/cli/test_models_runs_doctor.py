"""Listings, and what this installation says of itself."""

from __future__ import annotations

import json
from pathlib import Path

from gendertui.model import store
from gendertui.runs.folder import RunFolder, Status
from gendertui.training.config import preset
from tests.cli.command import gendertui


def test_models_are_listed_and_one_of_them_answers(bundle: Path) -> None:
    store.publish(bundle, "mine")
    listed = json.loads(gendertui("models", "list", "--json").stdout)
    mine = next(model for model in listed if model["name"] == "mine")
    assert mine["answers"]
    assert mine["labels"] == ["a", "b"]
    assert sum(model["answers"] for model in listed) == 1
    (line,) = [line for line in gendertui("models").stdout.splitlines() if "mine" in line]
    assert line.startswith(">")
    assert gendertui("models", "path", "mine").stdout == f"{store.path() / 'mine'}\n"
    assert gendertui("models", "path").stdout == f"{store.path()}\n"


def test_a_model_that_is_not_there_is_4() -> None:
    for words in (("models", "use", "nobody"), ("models", "path", "nobody")):
        result = gendertui(*words)
        assert result.returncode == 4
        assert "nobody" in result.stderr


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


def test_doctor_multiplies_on_each_device_and_says_what_is_missing(home: Path) -> None:
    result = gendertui("doctor", "--json")
    report = json.loads(result.stdout)
    assert report["versions"]["torch"]
    devices = {device["id"]: device for device in report["probe"]["devices"]}
    assert devices["cpu"]["matmul_ms"] > 0
    assert report["probe"]["default"] in devices
    assert all(folder["path"].startswith(str(home)) for folder in report["folders"])
    missing = {item["what"]: item for item in report["missing"]}
    assert any("film corpus" in what and "download cornell" in item["how"] for what, item in missing.items())
    assert any("glove-6b-200d" in what and "glove.6B.zip" in item["how"] for what, item in missing.items())
    needed = [item for item in report["missing"] if item["needed"]]
    assert result.returncode == (int(needed[0]["code"]) if needed else 0)


def test_doctor_in_words() -> None:
    result = gendertui("doctor")
    for word in ("torch", "TERM=", "cpu", "matrix product", "corpora", "film corpus"):
        assert word in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
