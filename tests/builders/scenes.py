"""Corpora of films in which characters talk with one another, with signal planted in what they say and hear."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.table import Corpus
from gendertui.text.corpus_tokens import tokenise_corpus
from gendertui.text.rules import rules_for
from gendertui.training.characters.material import Material
from tests.builders.corpora import made_corpus

COMMON = (
    "we",
    "are",
    "here",
    "now",
    "go",
    "away",
    "?",
    ".",
    "the",
    "blue",
    "door",
    "never",
    "said",
    "so",
    "it",
    "that",
)


def talking(
    films: int = 30,
    lines: int = 60,
    cast: int = 4,
    *,
    seed: int = 0,
    own: float = 0.15,
    heard: float = 0.15,
    shuffled: bool = False,
) -> Corpus:
    """Each film has a cast, half m and half f, who speak by turns.

    :param own: how much likelier f is to say ``moon`` than ``sun``, m the other way. :param heard: the same of what is
        said to them, ``madam`` and ``sir``.
    :param shuffled: give the characters labels at random: there is nothing to learn.
    """
    generator = np.random.default_rng(seed)
    columns: dict[str, list[str | None]] = {name: [] for name in ("line_id", "group_id", "speaker_id", "label", "text")}
    number = 0
    for film in range(films):
        labels = np.array([0, 1] * (cast // 2))
        shown = generator.permutation(labels) if shuffled else labels
        speaker = int(generator.integers(cast))
        for _ in range(lines):
            label = generator.integers(2)
            # Whom somebody addresses says nothing of who speaks.
            wanted = [each for each in range(cast) if each != speaker and labels[each] == label]
            other = int(generator.choice(wanted or [each for each in range(cast) if each != speaker]))
            words = list(generator.choice(COMMON, generator.integers(2, 9)))
            words.append("moon" if generator.random() < 0.5 + own * (2 * labels[speaker] - 1) else "sun")
            words.append("madam" if generator.random() < 0.5 + heard * (2 * labels[other] - 1) else "sir")
            columns["line_id"].append(f"L{number}")
            columns["group_id"].append(f"m{film}")
            columns["speaker_id"].append(f"u{film}-{speaker}")
            columns["label"].append("mf"[shown[speaker]])
            columns["text"].append(" ".join(words))
            speaker, number = other, number + 1
    return made_corpus(columns)


def material_of(corpus: Corpus) -> Material:
    """With every line tokenised, past the cache."""
    material = Material.of(corpus, tokenise_corpus(corpus.column("text").to_pylist(), rules_for("drop", True)))
    assert material is not None
    return material
