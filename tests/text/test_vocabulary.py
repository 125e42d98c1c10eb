from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.errors import GendertuiError
from gendertui.text.vocabulary import PAD, SPECIALS, UNK, Vocabulary

words = st.text(max_size=8)


def test_most_frequent_first_ties_alphabetically() -> None:
    counts = ["b", "never", "a", "z", "once", "<pad>"], np.array([2, 0, 2, 9, 1, 50])
    assert Vocabulary.from_counts(*counts).words == ("<unk>", "<pad>", "z", "a", "b", "once")
    assert Vocabulary.from_counts(*counts, min_frequency=2).words == ("<unk>", "<pad>", "z", "a", "b")
    assert Vocabulary.from_counts(*counts, max_size=2).words == ("<unk>", "<pad>", "z", "a")


def test_encode() -> None:
    vocabulary = Vocabulary([*SPECIALS, "yes", "no"])
    encoded = vocabulary.encode(["no", "maybe", "yes", "<pad>"])
    assert encoded.dtype == "int32"
    assert encoded.tolist() == [3, UNK, 2, PAD]
    assert vocabulary.encode([]).shape == (0,)
    assert "yes" in vocabulary
    assert "maybe" not in vocabulary
    assert len(vocabulary) == 4


@given(st.lists(st.one_of(words, st.sampled_from(["", '"', '"a"', " ", "\n", "\\n", "\u2028", "\ud800"])), unique=True))
def test_every_word_comes_back(some: list[str]) -> None:
    vocabulary = Vocabulary([*SPECIALS, *(word for word in some if word not in SPECIALS)])
    data = vocabulary.to_bytes()
    assert Vocabulary.from_bytes(data).words == vocabulary.words
    assert data.count(b"\n") == len(vocabulary)


@given(st.dictionaries(words, st.integers(1, 5), max_size=20), st.integers(1, 20), st.integers(1, 5))
def test_from_counts_keeps_what_it_should(counts: dict[str, int], max_size: int, min_frequency: int) -> None:
    times = np.array(list(counts.values()), dtype=np.int64)
    kept = Vocabulary.from_counts(list(counts), times, max_size, min_frequency).words[2:]
    left_out = set(counts) - set(kept) - set(SPECIALS)
    assert len(kept) <= max_size
    assert all(counts[word] >= min_frequency for word in kept)
    if len(kept) < max_size:
        assert all(counts[word] < min_frequency for word in left_out)
    elif kept:
        assert all((-counts[word], word) > (-counts[kept[-1]], kept[-1]) for word in left_out)


@pytest.mark.parametrize(
    "data",
    [b"", b"<unk>\n", b"<pad>\n<unk>\n", b"<unk>\n<pad>\na\na\n", b"<unk>\n<pad>\na", b'<unk>\n<pad>\n"a\n', b"\xff\n"],
)
def test_what_is_no_vocabulary_is_an_error(data: bytes) -> None:
    with pytest.raises(GendertuiError):
        Vocabulary.from_bytes(data)
