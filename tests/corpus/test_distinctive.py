"""Distinctive words, on texts with words planted in them."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.distinctive import PRIOR_WORDS, DistinctiveWords, distinctive_words, log_odds_ratio
from gendertui.corpus.splits.split import Split, make_split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import NO_UNITS
from gendertui.corpus.words import lowered, words_of
from tests.builders.corpora import made_corpus

LABELS = ("calm", "stormy")
COMMON = ("we", "went", "out", "and", "the", "sea", "was", "there")


def planted(labels: tuple[str, str] = LABELS, groups: int = 40) -> Corpus:
    """Six lines a group: "gale" in two of three stormy lines, "lull" in two of three calm ones, "Xanthippe" in all
    lines of three groups."""
    generator = np.random.default_rng(3)
    columns: dict[str, list[str]] = {"text": [], "label": [], "group_id": []}
    for number in range(groups * 6):
        label = LABELS[number % 2]
        words = [*generator.choice(COMMON, 6)]
        if number % 3:
            words.append("Gale!" if label == "stormy" else "lull,")
        if number // 6 < 3 and label == "stormy":
            words += ["Xanthippe"] * 20
        columns["text"].append(" ".join(words))
        columns["label"].append(label)
        columns["group_id"].append(f"g{number // 6}")
    return made_corpus(columns, labels, units=NO_UNITS)


def found(corpus: Corpus, minimum: int = 5) -> DistinctiveWords:
    return distinctive_words(corpus, make_split(corpus, "by-group", 0), minimum_groups=minimum)


def test_planted_words_come_first() -> None:
    words = found(planted())
    assert words.positive[0].word == "gale"
    assert words.negative[0].word == "lull"
    assert words.positive[0].z > 3
    assert words.negative[0].z < -3
    assert words.positive[0].counts[0] == 0
    assert [word.z for word in words.positive] == sorted((word.z for word in words.positive), reverse=True)
    # Three groups have it, however often: five are needed.
    assert "xanthippe" not in {word.word for word in words.positive}
    anywhere = {word.word: word for word in found(planted(), 1).positive}
    assert 1 <= anywhere["xanthippe"].groups <= 3


def test_only_training_rows_are_looked_at() -> None:
    corpus = planted()
    split = make_split(corpus, "by-group", 0)
    hidden = corpus.column("text").to_pylist()
    for row in np.flatnonzero(split.assignment != 0):
        hidden[row] = "secret " * 9
    other = made_corpus(
        {"text": hidden, **{name: corpus.column(name).to_pylist() for name in ("label", "group_id")}}, LABELS
    )
    assert distinctive_words(other, split) == distinctive_words(corpus, split)
    words = distinctive_words(corpus, split, limit=1000, minimum_groups=1)
    train = (split.assignment == 0).sum()
    assert sum(words.lines) == train
    assert sum(words.words) == sum(len(lowered_text(corpus, row)) for row in split.rows(0))
    groups = {corpus.column("group_id")[int(row)].as_py() for row in split.rows(0)}
    assert max(word.groups for word in (*words.negative, *words.positive)) == len(groups)


def lowered_text(corpus: Corpus, row: int) -> list[str]:
    return [word for token in str(corpus.column("text")[int(row)].as_py()).split() for word in lowered(token)]


def test_without_groups_lines_are_counted() -> None:
    corpus = made_corpus({"text": ["up", "down"] * 20, "label": ["a", "b"] * 20}, ("a", "b"), units=NO_UNITS)
    words = distinctive_words(corpus, make_split(corpus, "random", 0))
    assert not words.grouped
    assert [(word.word, word.groups) for word in words.positive] == [("down", words.lines[1])]
    assert not distinctive_words(corpus, make_split(corpus, "random", 0), minimum_groups=99).positive


def test_swapped_labels_flip_the_signs() -> None:
    one, other = planted(LABELS), planted((LABELS[1], LABELS[0]))
    split = make_split(one, "by-group", 0)
    ours, theirs = distinctive_words(one, split), distinctive_words(other, split)
    assert [(word.word, word.z) for word in ours.positive] == [(word.word, -word.z) for word in theirs.negative]
    assert [word.counts for word in ours.negative] == [word.counts[::-1] for word in theirs.positive]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=8))
def test_the_formula(pairs: list[tuple[int, int]]) -> None:
    counts = np.array(pairs, np.int64).T
    if not counts.sum(axis=0).all():
        counts = counts + 1
    ratio, z = log_odds_ratio(counts)
    total, (first, second) = counts.sum(), counts.sum(axis=1)
    for word, (negative, positive) in enumerate(counts.T):
        prior = PRIOR_WORDS * (negative + positive) / total
        odds = [
            math.log((seen + prior) / (size + PRIOR_WORDS - seen - prior))
            for seen, size in ((negative, first), (positive, second))
        ]
        assert ratio[word] == pytest.approx(odds[1] - odds[0])
        variance = 1 / (negative + prior) + 1 / (positive + prior)
        assert z[word] == pytest.approx((odds[1] - odds[0]) / math.sqrt(variance))
    flipped, flipped_z = log_odds_ratio(counts[::-1])
    assert np.allclose(flipped, -ratio)
    assert np.allclose(flipped_z, -z)


def test_no_words_at_all() -> None:
    assert [list(part) for part in log_odds_ratio(np.zeros((2, 0), np.int64))] == [[], []]
    corpus = made_corpus({"text": ["…", "!"] * 20, "label": ["a", "b"] * 20}, ("a", "b"), units=NO_UNITS)
    words = distinctive_words(corpus, make_split(corpus, "random", 0))
    assert words.negative == words.positive == ()


def test_what_a_word_is() -> None:
    assert lowered("Don’t...STOP,_2nd-l'eau'") == ["don't", "stop", "2nd", "l'eau"]


@settings(deadline=None)
@given(st.lists(st.lists(st.text("aB'é 1.\u2028\t", max_size=9), max_size=3), max_size=4))
def test_words_are_those_of_each_text(chunks: list[list[str]]) -> None:
    texts = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())
    words = words_of(texts, lowered)
    wanted = [
        (number, word)
        for number, text in enumerate(texts.to_pylist())
        for token in text.split()
        for word in lowered(token)
    ]
    assert [
        (number, words.vocabulary[word])
        for number, word in zip(words.texts.tolist(), words.numbers.tolist(), strict=True)
    ] == wanted


def test_a_split_is_named(sample_corpus: Corpus) -> None:
    split: Split = make_split(sample_corpus, "auto", 7)
    words = distinctive_words(sample_corpus, split)
    assert (words.protocol, words.seed) == ("by-group", 7)
    assert words.to_json()["labels"] == ("m", "f")
