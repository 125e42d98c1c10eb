"""Every layout from the file to a prediction, by the commands that a person types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.command import gendertui
from tests.builders.layouts import LAYOUTS

pytestmark = pytest.mark.long


def answered(*words: str) -> str:
    """What a command prints that goes well."""
    result = gendertui(*words)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("name", LAYOUTS)
def test_from_the_file_to_a_prediction(name: str, tmp_path: Path) -> None:
    path = str(LAYOUTS[name].write(tmp_path))
    shown = json.loads(answered("corpus", "show", path, "--json"))
    answered("train", "--corpus", path, "--preset", "quick", "--name", "layout")
    answer = json.loads(answered("predict", "--model", "layout", "--json", "Invoice is attached."))
    print(f"{name:<24} {shown['labels']} {answer['label']} {answer['probabilities']}")
    assert set(shown["labels"]) == set(LAYOUTS[name].labels) == set(answer["probabilities"])
    assert shown["rows_read"] == shown["lines"] == len(LAYOUTS[name].expected())
