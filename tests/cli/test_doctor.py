"""What this installation says of itself."""

from __future__ import annotations

import json
from pathlib import Path

from gendertui import settings
from tests.builders.command import gendertui


def test_doctor_multiplies_on_each_device_and_says_what_is_missing(home: Path) -> None:
    result = gendertui("doctor", "--json")
    report = json.loads(result.stdout)
    assert report["versions"]["torch"]
    devices = {device["id"]: device for device in report["probe"]["devices"]}
    assert devices["cpu"]["matmul_ms"] > 0
    assert report["probe"]["default"] in devices
    (models,) = (folder for folder in report["folders"] if folder["what"] == "models")
    assert models["deletable"].startswith("no: ") and "some programs empty the cache" in models["deletable"]
    assert all(folder["path"].startswith(str(home)) for folder in report["folders"])
    missing = {item["what"]: item for item in report["missing"]}
    assert any("film corpus" in what and "download cornell" in item["how"] for what, item in missing.items())
    assert any("glove-6b-200d" in what and "glove.6B.zip" in item["how"] for what, item in missing.items())
    needed = [item for item in report["missing"] if item["needed"]]
    assert result.returncode == (int(needed[0]["code"]) if needed else 0)


def test_doctor_in_words(home: Path) -> None:
    settings.write_setting("models_dir", str(home / "gone"))
    result = gendertui("doctor")
    assert "gone, is not there" in result.stdout and "some programs" not in result.stdout
    for word in ("torch", "TERM=", "cpu", "matrix product", "corpora", "film corpus"):
        assert word in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
