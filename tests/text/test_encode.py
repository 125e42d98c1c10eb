from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.text.corpus_tokens import tokenise_corpus
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.text.tokenizer import Tokenizer
from gendertui.text.vocabulary import UNK, Vocabulary

TEXTS = ["Yes, yes.", "", "No  way!", "yes", "\n"]
LABELS = np.array([0, 1, -1, 1, 0], dtype=np.int8)

corpora = st.lists(st.text("ab .,'\n", max_size=12), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return rules_for("keep", False)


def words_of(lines: TokenisedLines, row: int) -> list[str]:
    return [lines.words[number] for number in lines.ids[lines.offsets[row] : lines.offsets[row + 1]]]


@given(texts=corpora, data=st.data())
@settings(max_examples=50, deadline=None)
def test_counts_of_repeated_rows_and_encoding(texts: list[str], data: st.DataObject, rules: dict[str, Any]) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=10))
    tokenizer = Tokenizer.from_rules(rules)
    lines = tokenise_corpus(texts, rules)
    counts = lines.counts(np.array(chosen, dtype=np.int64))
    seen = Counter(token for row in chosen for token in tokenizer(texts[row]))
    assert {word: count for word, count in zip(lines.words, counts.tolist(), strict=True) if count} == seen
    vocabulary = Vocabulary.from_counts(lines.words, counts, max_size=3)
    encoded = lines.encode(lines.numbers(vocabulary))
    found = [encoded.word_ids()[a:b].tolist() for a, b in zip(encoded.offsets, encoded.offsets[1:], strict=False)]
    assert found == [vocabulary.encode(tokenizer(text)).tolist() for text in texts]
    assert encoded.word_ids().dtype == np.int32
    assert encoded.lengths.tolist() == [len(ids) for ids in found]


def test_counts_of_a_few_rows_at_a_time(rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tokenise_corpus(TEXTS * 3, rules)
    rows = np.array([0, 3, 3, 4, 14, 7])
    counts = lines.counts(rows)
    monkeypatch.setattr("gendertui.text.encode._ROWS_AT_ONCE", 4)
    assert lines.counts(rows).tolist() == counts.tolist()


def test_labels_and_unknown_words(rules: dict[str, Any]) -> None:
    lines = tokenise_corpus(TEXTS, rules)
    vocabulary = Vocabulary.from_counts(lines.words, lines.counts(np.array([3])))
    assert vocabulary.words[2:] == ("yes",)
    encoded = lines.encode(lines.numbers(vocabulary), LABELS)
    assert len(encoded) == len(TEXTS)
    assert encoded.labels.tolist() == LABELS.tolist()
    assert encoded.word_ids()[:4].tolist() == [UNK, UNK, 2, UNK]
    assert lines.encode(lines.numbers(vocabulary)).labels.tolist() == [-1] * len(TEXTS)


def test_no_lines(rules: dict[str, Any]) -> None:
    lines = tokenise_corpus([], rules)
    vocabulary = Vocabulary.from_counts(lines.words, lines.counts(np.array([], dtype=np.int64)))
    assert len(lines.encode(lines.numbers(vocabulary))) == 0
