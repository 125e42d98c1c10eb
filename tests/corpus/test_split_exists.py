"""A split is found wherever there is one, and where there is none the message says of what there is too little."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.splits.by_group import FRACTIONS
from gendertui.corpus.splits.split import SETS, make_split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS, Noun, Units
from gendertui.errors import GendertuiError
from tests.builders.corpora import made_corpus

LABELS = ("m", "f")
Films = list[tuple[int, int]]
"""Lines labelled m and f of each film."""


def corpus_of(films: Films, *, named: bool = True) -> Corpus:
    """Films with so many lines of each label; each film is one character's, too."""
    columns: dict[str, list[str | None]] = {name: [] for name in ("group_id", "speaker_id", "label", "text")}
    for film, counts in enumerate(films):
        for label, count in zip(LABELS, counts, strict=True):
            columns["group_id"] += [f"m{film}" if named else None] * count
            columns["speaker_id"] += [f"u{film}" if named else None] * count
            columns["label"] += [label] * count
            columns["text"] += ["Come in."] * count
    return made_corpus(columns)


def drawn(films: Films, seed: int) -> list[int]:
    """The plain draw: each film, in drawn order, to the set that is furthest below its share."""
    wanted, filled = np.array(FRACTIONS) * sum(map(sum, films)), np.zeros(3)
    part = [0] * len(films)
    for film in np.random.default_rng(seed).permutation(len(films)):
        part[film] = chosen = int(np.argmax((wanted - filled) / wanted))
        filled[chosen] += sum(films[film])
    return part


def valid(films: Films, part: tuple[int, ...] | list[int]) -> bool:
    """Whether every set has both labels."""
    sets = [[films[film] for film, own in enumerate(part) if own == which] for which in range(3)]
    return all(any(counts[code] for counts in each) for each in sets for code in (0, 1))


@settings(max_examples=250, deadline=None)
@given(
    films=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any), min_size=1, max_size=7),
    seed=st.integers(0, 2**32 - 1),
    protocol=st.sampled_from(["by-group", "by-speaker"]),
)
def test_by_group_succeeds_exactly_where_some_assignment_does(films: Films, seed: int, protocol: str) -> None:
    possible = any(valid(films, part) for part in itertools.product(range(3), repeat=len(films)))
    try:
        split = make_split(corpus_of(films), protocol, seed)
    except GendertuiError:
        assert not possible
        return
    assert possible
    sizes = [sum(counts) for counts in films]
    firsts = np.cumsum([0, *sizes[:-1]])
    part = [int(split.assignment[first]) for first in firsts]
    assert np.array_equal(split.assignment, np.repeat(part, sizes)), "no film is in two sets"
    assert valid(films, part)
    if valid(films, plain := drawn(films, seed)):
        assert part == plain


@settings(max_examples=60, deadline=None)
@given(counts=st.tuples(st.integers(1, 9), st.integers(1, 9)), seed=st.integers(0, 2**32 - 1))
def test_at_random_three_lines_of_each_label_are_enough(counts: tuple[int, int], seed: int) -> None:
    try:
        split = make_split(corpus_of([counts]), "random", seed)
    except GendertuiError as error:
        label = min(zip(counts, LABELS, strict=True))[1]
        assert min(counts) < 3
        assert f"labelled {label}" in error.what
        assert f"needs {label} in each of 3 sets" in error.what
        return
    assert min(counts) >= 3
    assert all(count > 0 for name in SETS for count in split.counts[name].values())


@pytest.mark.parametrize("seed", range(8))
def test_a_label_in_three_films_alone(seed: int) -> None:
    """Case 17: 30 films of 16 lines, f in four lines of three of them."""
    films = [(12, 4) if film in (3, 11, 26) else (16, 0) for film in range(30)]
    split = make_split(corpus_of(films), "auto", seed)
    assert split.protocol == "by-group"
    assert [split.counts[name]["f"] for name in SETS] == [4, 4, 4]
    for share, wanted in zip(split.fractions, FRACTIONS, strict=True):
        assert abs(share - wanted) <= 1 / 30
    again = make_split(corpus_of(films), "auto", seed)
    assert np.array_equal(split.assignment, again.assignment)


@pytest.mark.parametrize(("protocol", "unit"), [("by-group", "films"), ("by-speaker", "characters")])
def test_two_groups_are_too_few_and_no_other_seed_is_advised(protocol: str, unit: str) -> None:
    films = [(12, 4) if film < 2 else (16, 0) for film in range(30)]
    with pytest.raises(GendertuiError) as caught:
        make_split(corpus_of(films), protocol, 0)
    phrase = PROTOCOLS[protocol].phrase(FILM_UNITS)
    assert caught.value.what == f"only 2 {unit} have lines labelled f, and a split {phrase} needs f in each of 3 sets"
    assert "seed" not in (caught.value.hint or "")


def test_too_few_groups_are_counted_in_the_corpus_s_own_words() -> None:
    columns = {"group_id": ["ana", "ana", "ben", "ben", "cy"], "label": list("mfmfm"), "text": ["Come in."] * 5}
    with pytest.raises(GendertuiError, match="only 2 authors have lines labelled f, and a split by author needs f"):
        make_split(made_corpus(columns, units=Units(Noun.of("author"))), "by-group", 0)
    with pytest.raises(GendertuiError, match="the corpus has no speakers, so it cannot be split by speaker"):
        make_split(made_corpus(columns, units=Units(Noun.of("author"))), "by-speaker", 0)
    few = make_split(made_corpus({each: 3 * list(values) for each, values in columns.items()}), "auto", 0)
    assert few.warnings[0].startswith("only 3 films have labelled lines (20 are needed to split by film)")


def test_the_label_named_is_the_one_in_too_few_films() -> None:
    films = [(1, 0)] * 3 + [(90, 5)] * 2
    for seed in range(8):
        with pytest.raises(GendertuiError, match="only 2 films have lines labelled f"):
            make_split(corpus_of(films), "by-group", seed)


def test_the_articles_split_names_its_own_cause() -> None:
    with pytest.raises(GendertuiError, match="holds out the first 0 lines of each label"):
        make_split(corpus_of([(4, 4)]), "tutorial", 0)


@pytest.mark.parametrize("protocol", ["auto", *PROTOCOLS])
@pytest.mark.parametrize(
    ("empty", "words"), [(("m", "f"), "no labelled line has a text"), (("f",), "no line labelled f has a text")]
)
def test_lines_without_a_text_are_named(protocol: str, empty: tuple[str, ...], words: str) -> None:
    """Case 16."""
    corpus = corpus_of([(4, 4)] * 24)
    texts = [" " if label in empty else "Come in." for label in corpus.column("label").to_pylist()]
    columns = {name: corpus.column(name).to_pylist() for name in ("group_id", "speaker_id", "label")}
    with pytest.raises(GendertuiError) as caught:
        make_split(made_corpus({**columns, "text": texts}), protocol, 0)
    assert caught.value.what == words


def test_a_corpus_without_films_hears_nothing_of_films() -> None:
    """Case 18."""
    split = make_split(corpus_of([(60, 60)], named=False), "auto", 0)
    assert (split.protocol, split.warnings) == ("random", ())
