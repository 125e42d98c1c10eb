"""What this installation says of itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builders.command import gendertui


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
