from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui import paths
from gendertui.text.encode import TokenisedLines, tokenise_corpus, tokens_key
from gendertui.text.spacy_rules import export_rules
from gendertui.text.tokenizer import Tokenizer
from gendertui.text.vocabulary import UNK, Vocabulary

TEXTS = ["Yes, yes.", "", "No  way!", "yes", "\n"]
LABELS = np.array([0, 1, -1, 1, 0], dtype=np.int8)

corpora = st.lists(st.text("ab .,'\n", max_size=12), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return export_rules()


def words_of(lines: TokenisedLines, row: int) -> list[str]:
    return [lines.words[number] for number in lines.ids[lines.offsets[row] : lines.offsets[row + 1]]]


@given(texts=corpora)
@settings(deadline=None)
def test_every_line_keeps_its_tokens(texts: list[str], rules: dict[str, Any]) -> None:
    tokenizer = Tokenizer.from_rules(rules)
    lines = tokenise_corpus(texts, rules)
    assert len(lines) == len(texts)
    assert [words_of(lines, row) for row in range(len(texts))] == [tokenizer(text) for text in texts]


@given(texts=corpora, data=st.data())
@settings(deadline=None)
def test_counts_and_encoding_with_repeated_rows(texts: list[str], data: st.DataObject, rules: dict[str, Any]) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=10))
    rows = np.array(chosen, dtype=np.int64)
    max_length = data.draw(st.none() | st.integers(1, 4))
    tokenizer = Tokenizer.from_rules(rules)
    lines = tokenise_corpus(texts, rules)
    counts = lines.counts(rows)
    assert counts == Counter(token for row in chosen for token in tokenizer(texts[row]))
    vocabulary = Vocabulary.from_counts(counts, max_size=3)
    encoded = lines.encode(vocabulary, rows, max_length=max_length)
    expected = [vocabulary.encode(tokenizer(texts[row])[:max_length]).tolist() for row in chosen]
    found = [encoded.tokens[a:b].tolist() for a, b in zip(encoded.offsets, encoded.offsets[1:], strict=False)]
    assert found == expected
    assert encoded.tokens.dtype == np.int32
    assert encoded.lengths.tolist() == [len(ids) for ids in expected]


def test_labels_follow_their_rows(rules: dict[str, Any]) -> None:
    lines = tokenise_corpus(TEXTS, rules)
    vocabulary = Vocabulary.from_counts(lines.counts(np.array([3])))
    assert vocabulary.words[2:] == ("yes",)
    encoded = lines.encode(vocabulary, np.array([2, 0, 0]), LABELS)
    assert encoded.labels.tolist() == [-1, 0, 0]
    assert encoded.tokens[-4:].tolist() == [UNK, UNK, 2, UNK]
    everything = lines.encode(vocabulary, labels=LABELS)
    assert len(everything) == len(TEXTS)
    assert everything.labels.tolist() == LABELS.tolist()
    assert lines.encode(vocabulary).labels.tolist() == [-1] * len(TEXTS)


def test_tokenised_once(rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    key = tokens_key("hash of the corpus", rules)
    seen: list[tuple[str, int, int]] = []
    first = tokenise_corpus(TEXTS, rules, key, lambda *now: seen.append(now))
    assert seen[0] == ("tokens", 0, len(TEXTS))
    assert seen[-1] == ("tokens", len(TEXTS), len(TEXTS))
    monkeypatch.setattr(Tokenizer, "__call__", lambda *_: pytest.fail("tokenised again"))
    again = tokenise_corpus(TEXTS, rules, key)
    assert isinstance(again.ids, np.memmap)
    assert again.ids.tolist() == first.ids.tolist()
    assert again.offsets.tolist() == first.offsets.tolist()
    assert again.words == first.words


@pytest.mark.parametrize("name", ["ids.npy", "offsets.npy", "words.txt"])
@pytest.mark.parametrize("keep", [None, 0, 40])
def test_a_damaged_cache_is_made_again(rules: dict[str, Any], name: str, keep: int | None) -> None:
    first = tokenise_corpus(TEXTS, rules, "key")
    path = paths.encoded_dir() / "key" / name
    content = path.read_bytes()
    path.unlink()  # It is mapped: its bytes may not be cut under those who read it.
    if keep is not None:
        path.write_bytes(content[:keep][:-1])
    again = tokenise_corpus(TEXTS, rules, "key")
    assert again.ids.tolist() == first.ids.tolist()
    assert again.words == first.words
    assert path.read_bytes() == content


def test_a_cache_leaves_nothing_aside(rules: dict[str, Any], home: Path) -> None:
    tokenise_corpus(TEXTS, rules, "key")
    assert [path.name for path in paths.encoded_dir().iterdir()] == ["key"]
    assert {path.name for path in (paths.encoded_dir() / "key").iterdir()} == {"ids.npy", "offsets.npy", "words.txt"}
    assert (paths.encoded_dir() / "key" / "ids.npy").stat().st_mode & 0o777 == 0o600


def test_the_key_is_what_determines_the_tokens(rules: dict[str, Any]) -> None:
    keys = {
        tokens_key("a", rules),
        tokens_key("b", rules),
        tokens_key("a", {**rules, "lowercase": True}),
        tokens_key("a", {**rules, "whitespace_tokens": "drop"}),
    }
    assert len(keys) == 4
    assert tokens_key("a", dict(rules)) in keys


def test_no_lines(rules: dict[str, Any]) -> None:
    lines = tokenise_corpus([], rules)
    vocabulary = Vocabulary.from_counts(lines.counts(np.array([], dtype=np.int64)))
    assert len(lines.encode(vocabulary)) == 0
