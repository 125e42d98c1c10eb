"""Made-up lines whose words are told apart by a bar, so that a word may be white space."""

from __future__ import annotations

import numpy as np

from gendertui.evaluation.baselines.ngrams import Lines


def encoded(texts: list[str]) -> Lines:
    """The words between the bars as lines of word numbers."""
    words: dict[str, int] = {}
    lines = [[words.setdefault(word, len(words)) for word in text.split("|") if word] for text in texts]
    offsets = np.concatenate(([0], np.cumsum([len(line) for line in lines]))).astype(np.int64)
    return Lines(np.array([number for line in lines for number in line], np.int32), offsets, list(words))


def made_up_texts() -> list[str]:
    """300 lines of few words, some of them empty."""
    generator = np.random.default_rng(1)
    words = np.array(["the", "The", "a", "blue", "Red", "?", "go", "went", "  ", "n't"])
    return ["|".join(generator.choice(words, generator.integers(0, 9))) for _ in range(300)]
