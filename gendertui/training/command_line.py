"""The one command that trains a run's model again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from gendertui.corpus.load import NAMES
from gendertui.corpus.table import Corpus
from gendertui.training.config import FIELDS, PRESETS, model_settings, preset
from gendertui.training.prepare import TrainingData


def command(data: TrainingData) -> str:
    """``gendertui train`` with the nearest preset and a flag for each field that differs from it.

    Of a path only the file's name is kept.
    """
    recipe = model_settings(data.recipe)
    name, changes = min(
        ((name, _changes(recipe, model_settings(preset(name)))) for name in PRESETS), key=lambda found: len(found[1])
    )
    flags = [flag for field, value in changes.items() for flag in _flags(field, value)]
    reading = data.corpus.reading.options.flags
    return shlex.join(["gendertui", "train", "--corpus", _source(data.corpus), *reading, "--preset", name, *flags])


def _changes(recipe: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in recipe.items() if value != base[field]}


def _flags(field: str, value: Any) -> list[str]:
    flag = field.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", FIELDS[field].as_text(value)]


def _source(corpus: Corpus) -> str:
    return corpus.source if corpus.source in NAMES else corpus.path.name
