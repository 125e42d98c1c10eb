"""Sweeps for tests: definitions, and ones in the state folder on an invented corpus."""

from __future__ import annotations

from typing import Any

import numpy as np

from gendertui.corpus.table import Corpus
from gendertui.sweeps import manage
from gendertui.sweeps.definition import Definition, Sweep
from gendertui.training.config import preset
from tests.builders.corpora import made_corpus


def definition(**changes: Any) -> Definition:
    """Three trials of two folds, unless said otherwise."""
    given = {"search": "dropout=0..0.6", "config": preset("quick").model_dump(), "corpus": {}, "folds": 2, "trials": 3}
    return Definition(**{**given, **changes})


def lines(films: int = 8, each: int = 40) -> Corpus:
    """A corpus in memory, of films that have both labels."""
    number = films * each
    labels = np.random.default_rng(0).choice(["m", "f"], number)
    labels[: 2 * films] = ["m", "f"] * films
    return made_corpus(
        {
            "text": [f"line {row}" for row in range(number)],
            "label": labels.tolist(),
            "group_id": [f"film {row // 2 % films}" for row in range(number)],
        }
    )


def made_sweep(name: str = "first", **changes: Any) -> Sweep:
    """One in the state folder, with its study in a journal."""
    return manage.new(name, definition(**changes), lines())
