"""N-grams as numbers: the same however a line is given, and names masked by the rule that is stated."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.text.addresses import address_keys, addresses_in
from gendertui.text.corpus_tokens import tokenise_corpus
from gendertui.text.documents import Documents
from gendertui.text.hashed_ngrams import EDGE, keys_of, pair_keys, places_of, word_key
from gendertui.text.names import MASK, masked_keys, names_in
from gendertui.text.rules import rules_for
from gendertui.text.spoken import Spoken
from gendertui.text.tokenizer import Tokenizer

LINES = ["The blue  door, the BLUE door.", "", "door", "Never again!"]


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("whitespace", ["keep", "drop"])
def test_lines_have_the_same_numbers_whatever_tokenised_them(
    lowercase: bool, whitespace: Literal["keep", "drop"]
) -> None:
    rules = rules_for(whitespace, lowercase)
    tokenised = Spoken.of_tokenised(tokenise_corpus(LINES, rules))
    spoken = Spoken.of_texts(LINES, Tokenizer.from_rules(rules))
    for kind in ("words", "addresses"):
        assert np.array_equal(tokenised.of_kind(kind).keys, spoken.of_kind(kind).keys)
        assert np.array_equal(tokenised.of_kind(kind).offsets, spoken.of_kind(kind).offsets)
    typed = spoken.words
    the, blue, door, comma, dot = keys_of(["the", "blue", "door", ",", "."])
    words = [the, blue, door, comma, the, blue, door, dot]
    pairs = pair_keys(np.array([EDGE, *words]), np.array([*words, EDGE]))
    assert Counter(typed.keys[: typed.offsets[1]].tolist()) == Counter([*map(int, words), *pairs.tolist()])
    # A word alone begins its line and ends it.
    assert np.diff(typed.offsets)[1:3].tolist() == [0, 3]


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=6), st.data())
def test_documents_count_what_stands_in_their_lines(lines: list[list[str]], data: st.DataObject) -> None:
    texts = [" ".join(line) for line in lines]
    grams = Spoken.of_texts(texts, Tokenizer.from_rules(rules_for("drop", True))).words
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, len(lines) - 1)), max_size=8))
    keys = np.sort(keys_of(["a", "c", "e"]))
    document = np.array([pair[0] for pair in pairs], np.int64)
    line = np.array([pair[1] for pair in pairs], np.int64)
    found = Documents.of(grams, keys, document, line, 3)
    expected: Counter[tuple[int, int]] = Counter()
    for doc, at in pairs:
        for word in lines[at]:
            if word in "ace":
                expected[doc, int(np.searchsorted(keys, word_key(word)))] += 1
    assert (
        dict(zip(zip(found.document.tolist(), found.gram.tolist(), strict=True), found.count, strict=True)) == expected
    )
    weights = found.tfidf(np.array([1.0, 2.0, 3.0]))
    norms = np.bincount(found.document, weights**2, minlength=3)
    assert norms[np.unique(found.document)] == pytest.approx(1)


@given(
    st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=60),
    st.lists(st.integers(0, 2**32 - 1), max_size=30),
    st.sampled_from([1, 2**20, 2**32 - 1]),
)
def test_a_number_is_found_where_it_stands_and_nowhere_else(known: list[int], others: list[int], most: int) -> None:
    # Also where all of them begin alike, and the upper bits say nothing.
    known = sorted({number % most for number in known})
    wanted = [*others, *known, 0, 2**32 - 1]
    found = places_of(np.array(known, np.uint32), np.array(wanted, np.uint32))
    assert found.tolist() == [known.index(number) if number in known else -1 for number in wanted]


def test_names_are_what_is_written_with_a_capital_inside_sentences() -> None:
    texts = [
        "Go, Mary! Mary is here.",
        "I saw mary",
        "He and Mary and Mary and Mary",
        "We met Will. will he Will it will",
    ]
    # Mary: four times inside a sentence, once without; "Will" twice each way; We, Go and He are never written small.
    assert names_in(texts) == {"mary", "go", "we"}
    assert names_in(["NOBODY SAYS Bob BUT BILL"]) == {"bob"}
    assert names_in(["Ann!", "Now, Ben, now."]) == {"ann", "ben"}
    assert masked_keys(["Mary", "mary", "saw"], frozenset({"mary"})).tolist() == [MASK, MASK, word_key("saw")]


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("Yes, sir.", ["Yes", "sir"]),
        ("Mary, you know that I do.", ["Mary"]),
        ("I do not know, honey", ["honey"]),
        ("Mary?", ["Mary"]),
        ("You, Mary, are late.", ["You", "Mary"]),
        ("You are Mary", []),
        ("It is ten, 10, or 12.", []),
        ("Bob -- come here.", ["Bob"]),
    ],
)
def test_an_address_is_set_off_by_commas_or_stands_alone(line: str, called: list[str]) -> None:
    tokenizer = Tokenizer.from_rules(rules_for("drop", False))
    words = tokenizer(line)
    found = addresses_in(words, np.arange(len(words)), np.zeros(len(words), np.int64))
    assert [word for word, address in zip(words, found, strict=True) if address] == called
    # The same, whatever the case.
    assert np.array_equal(
        Spoken.of_texts([line], tokenizer).addresses.keys, Spoken.of_texts([line.upper()], tokenizer).addresses.keys
    )


def test_addresses_share_letters_and_names_share_a_number() -> None:
    anna, hanna = set(address_keys("Anna")), set(address_keys("hanna"))
    assert 5 < len(anna & hanna) < len(anna) < len(hanna)
    tokenised = tokenise_corpus(["Anna, come here.", "Yes, Bob."], rules_for("drop", True))
    masked = Spoken.of_tokenised(tokenised, frozenset({"anna", "bob"}))
    assert masked.addresses.keys[: masked.addresses.offsets[1]].tolist() == [MASK]
    assert MASK in masked.addresses.keys[masked.addresses.offsets[1] :].tolist()
    assert MASK in masked.words.keys.tolist()
