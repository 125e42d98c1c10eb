"""No film on two sides, no row in two sets, no copy outside train."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.balance import balance
from gendertui.corpus.splits import PROTOCOLS, SplitProtocol, title
from gendertui.corpus.splits.by_group import FRACTIONS
from gendertui.corpus.splits.split import TEST, TRAIN, VALIDATION, Split, make_split
from gendertui.corpus.splits.tutorial import held_out
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS, NO_UNITS, Noun, Units
from gendertui.errors import GendertuiError
from tests.builders.corpora import made_corpus

DRAWN = sorted(name for name, protocol in PROTOCOLS.items() if not protocol.column)
"""Those that a file says nothing of."""


def corpus_of(films: int, seed: int, largest: int = 30) -> Corpus:
    """Films of different sizes with lines of both labels, some without a label, some empty."""
    generator = random.Random(seed)
    columns: dict[str, list[str | None]] = {
        name: [] for name in ("line_id", "group_id", "speaker_id", "speaker", "label", "text")
    }
    for film in range(films):
        for line in range(generator.randint(6, largest)):
            columns["line_id"].append(f"L{film * 1000 + line}")
            columns["group_id"].append(f"m{film}")
            columns["speaker_id"].append(f"u{film}_{line % 4}")
            columns["speaker"].append("ANA")
            columns["label"].append(generator.choice(["m", "m", "f", None]) if line > 1 else "mf"[line])
            columns["text"].append(generator.choice(["", "Good morning.", "And you?"]) if line > 1 else "Yes.")
    return made_corpus(columns)


@settings(max_examples=60, deadline=None)
@given(films=st.integers(20, 60), seed=st.integers(0, 2**31), split_seed=st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("protocol", ["by-group", "by-speaker", "random", "tutorial"])
def test_sets_are_apart(protocol: str, films: int, seed: int, split_seed: int) -> None:
    corpus = corpus_of(films, seed)
    split = make_split(corpus, protocol, split_seed)
    codes = corpus.label_codes()
    assert np.array_equal(np.isin(split.assignment, (-1, 0, 1, 2)), np.ones(len(corpus), bool))
    assert (split.assignment[codes < 0] == -1).all()
    group = {"by-group": "group_id", "by-speaker": "speaker_id"}.get(protocol)
    if group:
        groups = corpus.groups(group)
        sides = [set(groups[split.rows(which)]) for which in (TRAIN, VALIDATION, TEST)]
        assert not sides[0] & sides[1]
        assert not sides[0] & sides[2]
        assert not sides[1] & sides[2]
    if protocol != "tutorial":
        assert (split.assignment[~corpus.has_text()] == -1).all()
        used = np.flatnonzero(split.assignment >= 0)
        for which, share in enumerate(FRACTIONS):
            # A set is only given a group while it is the furthest below its share; rows are rounded, class by class.
            excess = (1 - share) * int(np.bincount(corpus.groups(group)[used]).max()) if group else 2
            assert len(split.rows(which)) - share * len(used) <= excess + 1e-6
    for method in ("oversample", "undersample", "class-weights", "none"):
        train = split.rows(TRAIN)
        balanced = balance(train, codes[train], method, seed % 2**32)
        assert set(balanced.rows) <= set(train)
        if method in ("oversample", "undersample"):
            counts = np.bincount(codes[balanced.rows])
            assert counts[0] == counts[1]
        if method == "oversample":
            assert np.array_equal(balanced.rows[: len(train)], train), "copies are appended"


@pytest.mark.parametrize("protocol", DRAWN)
def test_a_split_depends_on_its_seed_alone(protocol: str, sample_corpus: Corpus) -> None:
    first = make_split(sample_corpus, protocol, 5)
    assert np.array_equal(first.assignment, make_split(sample_corpus, protocol, 5).assignment)
    if protocol != "tutorial":
        assert not np.array_equal(first.assignment, make_split(sample_corpus, protocol, 6).assignment)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_every_protocol_has_its_function(protocol: SplitProtocol, sample_corpus: Corpus) -> None:
    if not protocol.column:
        assert protocol.assign(sample_corpus, 0).dtype == np.int8
    assert all(sample_corpus.has(column) for column in protocol.groups)
    assert bool(protocol.leaks(sample_corpus.units)) == (protocol.name != next(iter(PROTOCOLS))), (
        "all but the strictest leak"
    )


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (FILM_UNITS, ["by film", "by character", "at random"]),
        (Units(Noun.of("author"), Noun.of("reply"), "people"), ["by author", "by reply", "at random"]),
        (NO_UNITS, ["by group", "by speaker", "at random"]),
    ],
)
def test_protocols_are_worded_in_the_nouns_of_the_corpus(units: Units, words: list[str]) -> None:
    assert [PROTOCOLS[name].phrase(units) for name in ("by-group", "by-speaker", "random")] == words
    assert [title(name, units) for name in ("by-movie", "by-character", "random")] == [*words[:2], "random"]


def test_what_a_split_leaks_is_said_of_what_the_corpus_has() -> None:
    authors, threads = Noun.of("author"), Noun.of("thread")
    assert PROTOCOLS["random"].leaks(Units(authors, None)) == "train has other lines of the same authors"
    assert PROTOCOLS["random"].leaks(Units(threads, authors)) == "train has other lines of the same authors and threads"
    assert PROTOCOLS["by-speaker"].leaks(Units(threads, authors)) == "train has other authors of the same threads"
    assert PROTOCOLS["by-speaker"].leaks(Units(None, authors)) == ""
    assert all(protocol.leaks(NO_UNITS) == "" for protocol in PROTOCOLS.values())


@pytest.mark.parametrize(("earlier", "now"), [("by-movie", "by-group"), ("by-character", "by-speaker")])
def test_a_protocol_answers_to_its_earlier_name(earlier: str, now: str, tmp_path: Path, sample_corpus: Corpus) -> None:
    split = make_split(sample_corpus, earlier, 3)
    assert (split.protocol, split.requested) == (now, now)
    assert np.array_equal(split.assignment, make_split(sample_corpus, now, 3).assignment)
    split.save(tmp_path)
    file = tmp_path / "split.json"
    file.write_text(file.read_text(encoding="utf-8").replace(now, earlier), encoding="utf-8")
    assert Split.load(tmp_path).protocol == now


def test_auto_splits_by_film_from_twenty_films_on() -> None:
    assert make_split(corpus_of(20, 1), "auto", 0).protocol == "by-group"
    few = make_split(corpus_of(19, 1), "auto", 0)
    assert few.protocol == "random"
    assert "19 films" in few.warnings[0]


def test_the_tutorial_holds_out_the_first_lines_of_each_class(sample_corpus: Corpus) -> None:
    split = make_split(sample_corpus, "tutorial", 0)
    codes = sample_corpus.label_codes()
    wanted = held_out(int((codes >= 0).sum()))
    for code in (0, 1):
        rows = np.flatnonzero(codes == code)
        assert list(split.assignment[rows]) == [1] * wanted + [0] * (len(rows) - wanted)
    assert len(split.rows(TEST)) == 0
    assert "10,000" in split.warnings[0]


def test_the_article_held_out_ten_thousand() -> None:
    assert held_out(242_023) == 10_000
    assert held_out(300_000) == 10_000
    assert held_out(93_394) == 3_859


def test_a_split_survives_its_folder(tmp_path: Path, sample_corpus: Corpus) -> None:
    split = make_split(sample_corpus, "by-group", 3)
    split.save(tmp_path, balanced={"m": 1, "f": 1})
    again = Split.load(tmp_path)
    assert np.array_equal(again.assignment, split.assignment)
    assert (again.protocol, again.requested, again.seed, again.counts) == (
        split.protocol,
        split.requested,
        split.seed,
        split.counts,
    )


def test_names_that_are_not_in_the_registries_are_errors(sample_corpus: Corpus) -> None:
    with pytest.raises(GendertuiError, match="unknown split 'by-moon'") as caught:
        make_split(sample_corpus, "by-moon", 0)
    assert "by-group" in (caught.value.hint or "")
    rows, labels = np.arange(4), np.array([0, 0, 0, 1], dtype=np.int8)
    with pytest.raises(GendertuiError, match="'overdo'"):
        balance(rows, labels, "overdo", 0)


@pytest.mark.parametrize("method", ["oversample", "undersample", "class-weights"])
def test_one_class_alone_cannot_be_balanced(method: str) -> None:
    with pytest.raises(GendertuiError, match="rows of both labels; there are 3 and 0"):
        balance(np.arange(3), np.zeros(3, dtype=np.int8), method, 0)


def test_class_weights_even_out_the_loss() -> None:
    balanced = balance(np.arange(4), np.array([0, 0, 0, 1], dtype=np.int8), "class-weights", 0)
    assert balanced.class_weights == (4 / 6, 4 / 2)
    assert list(balanced.rows) == [0, 1, 2, 3]


def test_on_the_290_films_22_stand_on_both_sides_of_the_tutorials_split(shared_data: Path) -> None:
    from gendertui.corpus.load import load

    corpus = load(shared_data / "collated_290_films.txt")
    split = make_split(corpus, "tutorial", 0)
    films = corpus.groups("group_id")
    assert len(split.rows(VALIDATION)) == 7_718
    assert len(set(films[split.rows(TRAIN)]) & set(films[split.rows(VALIDATION)])) == 22
