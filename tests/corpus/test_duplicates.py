"""Repeated texts, held against a look at every two of them."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.duplicates import ROWS_OF_AN_EXAMPLE, find_duplicates
from gendertui.corpus.leaks.count import words
from gendertui.corpus.leaks.schema import MINIMUM_WORDS, SIMILARITY
from gendertui.corpus.table import Corpus
from tests.builders.corpora import made_corpus


def corpus_of(*lines: tuple[str, str | None]) -> Corpus:
    return made_corpus({"text": [text for text, _ in lines], "label": [label for _, label in lines]})


def test_the_same_text_twice() -> None:
    corpus = corpus_of(("yes", "m"), (" yes ", "f"), ("no", "m"), ("yes", None), ("", "m"), ("  ", "f"), ("Yes", "m"))
    found = find_duplicates(corpus)
    assert (found.lines, found.texts) == (5, 3)
    assert (found.repeated_texts, found.repeated_lines) == (1, 3)
    assert (found.ambiguous_texts, found.ambiguous_lines) == (1, 2)
    (example,) = found.repeated
    assert (example.rows, example.lines, example.labelled) == ((0, 1, 3), 3, (1, 1))
    assert found.ambiguous == found.repeated
    assert not found.near


def test_nearly_the_same_text() -> None:
    long = "the cat sat on the mat by the old door all day"
    corpus = corpus_of(
        ("one two three four", "m"),
        (long, "m"),
        ("quite another line with many words in it", "f"),
        (f"{long} long", "f"),
        ("One, two! Three: four", "m"),
        ("Quite another line -- with many words in it!", None),
        (long, "f"),
    )
    found = find_duplicates(corpus)
    assert (found.near_texts, found.near_lines) == (4, 5)
    assert [pair.rows for pair in found.near] == [(1, 3), (2, 5)]
    assert SIMILARITY <= found.near[0].similarity < 1
    assert found.near[1].similarity == 1
    assert [pair.rows for pair in find_duplicates(corpus, examples=1).near] == [(1, 3)]


def test_examples_are_the_most_telling() -> None:
    lines = [*[("often", "m")] * 9, *[("both", "m"), ("both", "f")] * 2, ("often", "f")]
    found = find_duplicates(corpus_of(*lines), examples=1)
    assert found.repeated[0].rows == tuple(range(ROWS_OF_AN_EXAMPLE))
    assert found.repeated[0].lines == 10
    assert found.ambiguous[0].rows == (9, 10, 11, 12)
    assert found.ambiguous_texts == 2


def test_nothing_at_all() -> None:
    found = find_duplicates(corpus_of(("", "m"), ("one", "f")))
    assert (found.lines, found.texts, found.repeated_lines, found.near_lines) == (1, 1, 0, 0)
    empty = find_duplicates(corpus_of(("", None)))
    assert (empty.lines, empty.texts) == (0, 0)


_TEXT = st.lists(st.sampled_from(["a", "b", "C", "c.", "d", "d,", "!"]), max_size=9).map(" ".join)


def _alike(one: str, other: str) -> bool:
    first, second = words(one), words(other)
    if min(len(first), len(second)) < MINIMUM_WORDS:
        return False
    left, right = set(pairwise(first)), set(pairwise(second))
    return first == second or len(left & right) / len(left | right) >= SIMILARITY


@settings(deadline=None)
@given(st.lists(st.tuples(_TEXT, st.sampled_from(["m", "f", None])), min_size=1, max_size=14))
def test_all_counts_are_those_of_a_look_at_every_two(lines: list[tuple[str, str | None]]) -> None:
    found = find_duplicates(corpus_of(*lines), examples=1000)
    rows: dict[str, list[int]] = {}
    for row, (text, _) in enumerate(lines):
        if text.strip():
            rows.setdefault(text.strip(), []).append(row)
    repeated = [text for text, of in rows.items() if len(of) > 1]
    assert {example.rows[0]: example.lines for example in found.repeated} == {
        rows[text][0]: len(rows[text]) for text in repeated
    }
    assert (found.lines, found.texts) == (sum(map(len, rows.values())), len(rows))
    both = [text for text, of in rows.items() if {"m", "f"} <= {lines[row][1] for row in of}]
    assert {example.rows[0] for example in found.ambiguous} == {rows[text][0] for text in both}
    pairs = {(one, other) for one, other in combinations(rows, 2) if _alike(one, other)}
    near = {text for pair in pairs for text in pair}
    assert found.near_texts == len(near)
    assert found.near_lines == sum(len(rows[text]) for text in near)
    listed = {pair.rows for pair in found.near}
    assert listed <= {tuple(sorted((rows[one][0], rows[other][0]))) for one, other in pairs}
    assert bool(listed) == bool(pairs)
