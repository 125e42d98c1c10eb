"""A corpus of invented lines with words planted in them, in the collated format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.training.config import TrainingConfig
    from gendertui.training.prepare import Prepared

WORDS = ("we", "are", "here", "now", "Go", "away", "?", ".", "the", "blue", "door", "never", "said", "so", "it")
TINY = {
    "hidden_size": 4,
    "embedding_dim": 6,
    "batch_size": 16,
    "epochs": 3,
    "threads": 1,
    "device": "cpu",
    "learning_rate": 0.01,
}


def collated(films: int = 24, lines: int = 24, seed: int = 0) -> str:
    """Seven fields a line, film by film, ids descending; ``moon`` is said by f three times as often as ``sun``."""
    generator = np.random.default_rng(seed)
    rows, number = [], films * lines
    for film in range(films):
        for _ in range(lines):
            label = generator.choice(["m", "f", "?"], p=[0.6, 0.3, 0.1])
            said = list(generator.choice(WORDS, generator.integers(1, 9)))
            said.append(generator.choice(["moon", "sun"], p=[0.75, 0.25] if label == "f" else [0.25, 0.75]))
            character = f"u{film * 2 + (label == 'f')}"
            fields = (f"L{number}", character, f"m{film}", "SOMEONE", label, " ".join(said), "?")
            rows.append(" +++$+++ ".join(fields))
            number -= 1
    return "\n".join(rows) + "\n"


@pytest.fixture
def corpus(home: Path, tmp_path: Path) -> Corpus:
    from gendertui.corpus.load import load

    path = tmp_path / "lines.txt"
    path.write_text(collated(), encoding="utf-8")
    return load(path)


@pytest.fixture
def config() -> Callable[..., TrainingConfig]:
    """A small configuration with some fields changed."""
    from gendertui.training.config import TrainingConfig

    def make(**changes: Any) -> TrainingConfig:
        return TrainingConfig(**{**TINY, **changes})

    return make


@pytest.fixture
def prepared(corpus: Corpus, config: Callable[..., TrainingConfig]) -> Callable[..., Prepared]:
    """The corpus prepared under a small configuration with some fields changed."""
    from gendertui.training.prepare import prepare

    def make(**changes: Any) -> Prepared:
        return prepare(config(**changes), corpus)

    return make
