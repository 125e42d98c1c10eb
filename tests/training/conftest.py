"""A corpus of invented lines with words planted in them, in the collated format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.corpora import collated
from tests.builders.training import TINY

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.training.config import TrainingConfig
    from gendertui.training.prepare import Prepared


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
