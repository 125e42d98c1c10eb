"""Leaks are counted as looking at every pair of lines would count them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.leaks import join
from gendertui.corpus.leaks.count import count_leaks, words
from gendertui.corpus.leaks.duplicate_groups import FEWEST
from gendertui.corpus.leaks.near_duplicates import near
from gendertui.corpus.leaks.schema import MINIMUM_WORDS, ByLabel, Leaks, SharedGroups
from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION, Split, make_split
from gendertui.corpus.table import Corpus
from tests.builders.corpora import made_corpus

# Few words, so that texts meet; written in several ways, so that they meet in several ways.
WORD = st.sampled_from(["go", "Go", "go!", "home", "home,", "it's", "a", "née", "...", "—"])
SENTENCES = ["i will go home now and so will you", "Why, it's he who said so!", "no no no no no no no"]


@st.composite
def edited(draw: st.DrawFn) -> str:
    """A sentence that others say too, perhaps with a word more, less or changed, or written otherwise."""
    words = draw(st.sampled_from(SENTENCES)).split()
    place = draw(st.integers(0, len(words)))
    change = draw(st.sampled_from(["none", "add", "remove", "change", "shout"]))
    if change == "shout":
        words = [word.upper() + "!" for word in words]
    elif change != "none":
        words[place : place + (change != "add")] = [] if change == "remove" else [draw(WORD)]
    return " ".join(words)


TEXT = (
    edited()
    | st.lists(WORD, max_size=7).map(" ".join)
    | st.lists(WORD, max_size=7).map(lambda parts: f" {'  '.join(parts)}\t")
)
LINE = st.tuples(
    TEXT,
    st.sampled_from(["m", "f", None]),
    st.sampled_from([TRAIN, TRAIN, VALIDATION, TEST]),
    st.integers(0, 3),
    st.integers(0, 2),
)


def corpus_of(rows: Sequence[tuple[str, str | None, str | None, str | None]]) -> Corpus:
    """Lines of text, label, film and character."""
    columns: dict[str, list[str | None]] = {
        "line_id": [f"L{number}" for number in range(len(rows))],
        "text": [text for text, *_ in rows],
        "label": [label for _, label, _, _ in rows],
        "group_id": [film for _, _, film, _ in rows],
        "speaker_id": [character for *_, character in rows],
    }
    return made_corpus(columns)


def split_of(sides: list[int]) -> Split:
    return Split(np.array(sides, np.int8), "random", "auto", 3, (1.0, 0.0, 0.0), {}, ("a remark",))


def jaccard(left: list[str], right: list[str]) -> Fraction:
    pairs = [set(pairwise(text)) for text in (left, right)]
    union = pairs[0] | pairs[1]
    return Fraction(len(pairs[0] & pairs[1]), len(union)) if union else Fraction(0)


def test_words_are_letters_and_digits_case_folded() -> None:
    assert words(" It's 5 o'clock -- NOW!\tStraße_née ") == ["it", "s", "5", "o", "clock", "now", "strasse", "née"]
    assert words("... — !") == []


@given(
    left=st.lists(st.integers(0, 5), max_size=12),
    right=st.lists(st.integers(0, 5), max_size=12),
    part=st.sampled_from([1, 3, 1_000]),
)
def test_a_join_finds_every_match_once_whatever_the_size_of_its_parts(
    left: list[int], right: list[int], part: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(join, "MATCHES_AT_A_TIME", part)
        parts = list(join.join(np.array(left, np.int64), np.array(right, np.int64)))
    found = [pair for i, j in parts for pair in zip(i.tolist(), j.tolist(), strict=True)]
    expected = [(i, j) for i, one in enumerate(left) for j, other in enumerate(right) if one == other]
    assert sorted(found) == expected
    # An entry of the left is never divided.
    largest = max((right.count(one) for one in left), default=0)
    assert all(len(i) <= part + largest for i, _ in parts)


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=25))
def test_counts_equal_those_of_every_pair_of_lines(lines: list[tuple[str, str | None, int, int, int]]) -> None:
    rows = [(text, label, f"m{film}", f"u{character}") for text, label, _, film, character in lines]
    sides = [UNUSED if label is None else side for _, label, side, _, _ in lines]
    found = count_leaks(corpus_of(rows), split_of(sides))
    train = [row for row, side in zip(rows, sides, strict=True) if side == TRAIN]

    def count(which: int, condition: Callable[[tuple[str, str | None, str, str]], bool]) -> ByLabel:
        here = [row for row, side in zip(rows, sides, strict=True) if side == which and condition(row)]
        return sum(row[1] == "m" for row in here), sum(row[1] == "f" for row in here)

    def identical(row: tuple[str, str | None, str, str]) -> bool:
        return row[0].strip() != "" and any(row[0].strip() == other[0].strip() for other in train)

    def same_words(row: tuple[str, str | None, str, str]) -> bool:
        return words(row[0]) != [] and any(words(row[0]) == words(other[0]) for other in train)

    def close(row: tuple[str, str | None, str, str]) -> bool:
        return len(words(row[0])) >= MINIMUM_WORDS and any(
            len(words(other[0])) >= MINIMUM_WORDS and jaccard(words(row[0]), words(other[0])) >= Fraction(4, 5)
            for other in train
        )

    def copied(row: tuple[str, str | None, str, str]) -> bool:
        return identical(row) or same_words(row) or close(row)

    present = [which for which in (VALIDATION, TEST) if which in sides]
    assert [part.name for part in found.sets] == [("", "validation", "test")[which] for which in present]
    for part_found, which in zip(found.sets, present, strict=True):
        assert part_found.lines == count(which, lambda _: True)
        assert part_found.identical == count(which, identical)
        assert part_found.rewritten == count(which, lambda row: same_words(row) and not identical(row))
        assert part_found.near == count(which, lambda row: close(row) and not same_words(row) and not identical(row))
        assert part_found.long == count(which, lambda row: copied(row) and len(words(row[0])) >= MINIMUM_WORDS)
        assert part_found.copied == sum(count(which, copied))
        for shared, key in ((part_found.groups, slice(2, 3)), (part_found.speakers, slice(2, 4))):
            known = {row[key] for row in train}
            here = {row[key] for row, side in zip(rows, sides, strict=True) if side == which}
            lines_of = count(which, lambda row, key=key, known=known: row[key] in known)  # type: ignore[misc]
            assert shared == SharedGroups(len(known & here), len(here), lines_of)
    texts = {row[0].strip() for row in rows} - {""}
    both = {text for text in texts if {"m", "f"} <= {row[1] for row in rows if row[0].strip() == text}}
    assert (found.texts, found.ambiguous) == (len(texts), len(both))
    assert sum(found.ambiguous_lines) == sum(row[0].strip() in both and row[1] is not None for row in rows)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Leaks) == found


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from("abc"), max_size=12), max_size=14),
    queries=st.integers(0, 14),
    tenths=st.integers(1, 10),
)
def test_near_is_exact_at_every_similarity(texts: list[list[str]], queries: int, tenths: int) -> None:
    left, right = texts[:queries], texts[queries:]
    expected = [any(jaccard(query, other) >= Fraction(tenths, 10) for other in right) for query in left]
    assert near(left, right, tenths / 10).tolist() == expected


def test_near_begins_at_the_similarity_itself() -> None:
    # Four of five pairs, and eight of ten.
    assert near([list("abcde")], [list("abcdef")], 0.8).tolist() == [True]
    assert near([list("abcdefghix")], [list("abcdefghiy")], 0.8).tolist() == [True]
    assert near([list("abcde"), list("abcde")], [list("abcdx")], 0.8).tolist() == [False, False]


def test_a_film_that_stands_there_twice_is_told() -> None:
    said = [f"this is what number {number} has to say" for number in range(20)]
    other = [f"nothing like it was ever heard in scene {number}" for number in range(20)]
    films = {"m1": said, "m2": [f"{text.upper()}!" for text in said[:FEWEST]] + other[FEWEST:], "m3": other}
    rows = [(text, "mf"[i % 2], film, "u") for film, texts in films.items() for i, text in enumerate(texts)]
    sides = [VALIDATION if film == "m1" else TRAIN for _, _, film, _ in rows]
    (validation,) = count_leaks(corpus_of(rows), split_of(sides)).sets
    assert [(pair.held_out, pair.train, pair.shared, pair.texts) for pair in validation.duplicate_groups] == [
        ("m1", "m2", 5, 20)
    ]
    # The other way round it is the same, and the two films with other texts in common are told too.
    sides = [TRAIN if film == "m1" else VALIDATION if film == "m2" else UNUSED for _, _, film, _ in rows]
    (validation,) = count_leaks(corpus_of(rows), split_of(sides)).sets
    assert [(pair.held_out, pair.train) for pair in validation.duplicate_groups] == [("m2", "m1")]


def test_what_a_protocol_keeps_apart_is_not_shared(sample_corpus: Corpus) -> None:
    for protocol, films_apart, characters_apart in (
        ("by-group", True, True),
        ("by-speaker", False, True),
        ("random", False, False),
    ):
        for part in count_leaks(sample_corpus, make_split(sample_corpus, protocol, 0)).sets:
            assert part.groups is not None
            assert part.speakers is not None
            assert (part.groups.shared == 0) is films_apart
            assert (part.speakers.shared == 0) is characters_apart
            assert part.duplicate_groups == ()


def test_without_films_and_characters_texts_are_compared_all_the_same() -> None:
    rows = [("one two three", "m", None, None), ("One, two, three.", "f", None, None)]
    found = count_leaks(corpus_of(rows), split_of([TRAIN, VALIDATION]))
    (validation,) = found.sets
    assert (validation.groups, validation.speakers, validation.duplicate_groups) == (None, None, ())
    assert (validation.identical, validation.rewritten) == ((0, 0), (0, 1))


def test_the_tutorials_split_of_the_290_films(shared_data: Path) -> None:
    from gendertui.corpus.load import load

    corpus = load(shared_data / "collated_290_films.txt")
    found = count_leaks(corpus, make_split(corpus, "tutorial", 0))
    (held_out,) = found.sets
    assert (sum(held_out.lines), sum(held_out.identical)) == (7_718, 974)
    assert held_out.groups is not None
    assert held_out.groups.shared == 22
    assert round(100 * held_out.groups.lines[1] / held_out.lines[1]) == 61
    assert (found.texts, found.ambiguous) == (109_422, 1_085)
    # The corpus has a film twice, under two ids.
    assert [(pair.held_out, pair.train) for pair in held_out.duplicate_groups] == [("m58", "m345")]
