"""What a split would give, held against the split itself and the balancing itself."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pyarrow as pa
import pytest

from gendertui.corpus.balance import METHODS, balance, balanced_counts
from gendertui.corpus.leaks.count import count_leaks
from gendertui.corpus.preview import preview
from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.splits.split import SETS, make_split
from gendertui.corpus.statistics import notes
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import NO_UNITS
from gendertui.errors import GendertuiError
from tests.builders.corpora import made_corpus


def with_sets(corpus: Corpus) -> Corpus:
    """The same lines in sets of their own."""
    names = pa.array([("train", "test", "train", "validation")[row % 4] for row in range(len(corpus))])
    place = corpus.table.column_names.index("split")
    return dataclasses.replace(corpus, table=corpus.table.set_column(place, "split", names))


@pytest.mark.parametrize("protocol", list(PROTOCOLS))
def test_it_counts_what_the_split_gives(protocol: str, sample_corpus: Corpus) -> None:
    if protocol == "given":
        sample_corpus = with_sets(sample_corpus)
    split = make_split(sample_corpus, protocol, 3)
    shown = preview(sample_corpus, protocol, 3, "oversample")
    for part in shown.sets:
        rows = split.rows(SETS.index(part.name))
        assert part.rows == tuple(np.bincount(sample_corpus.label_codes()[rows], minlength=2))
        assert part.groups == len(np.unique(sample_corpus.groups("group_id")[rows]))
        assert part.speakers == len(np.unique(sample_corpus.groups("speaker_id")[rows]))
        assert part.balanced == ((max(part.rows),) * 2 if part.name == "train" else part.rows)
    assert sum(sum(part.rows) for part in shown.sets) + shown.unused == len(sample_corpus)
    assert shown.leaks == count_leaks(sample_corpus, split)
    assert (shown.protocol, shown.fractions, shown.warnings) == (split.protocol, split.fractions, split.warnings)
    assert json.loads(json.dumps(shown.to_json()))["leaks"]["protocol"] == split.protocol


@pytest.mark.parametrize("method", METHODS)
def test_balanced_counts_are_those_of_balancing(method: str) -> None:
    labels = np.array([0] * 7 + [1] * 3, np.int8)
    drawn = balance(np.arange(10), labels, method, 0)
    assert balanced_counts((7, 3), method) == tuple(np.bincount(labels[drawn.rows]))


def test_without_leaks_and_without_groups() -> None:
    corpus = made_corpus({"text": ["up", "down"] * 20, "label": ["a", "b"] * 20}, ("a", "b"), units=NO_UNITS)
    shown = preview(corpus, "random", 0, "none", leaks=False)
    assert shown.leaks is None
    assert {(part.groups, part.speakers) for part in shown.sets} == {(None, None)}
    with pytest.raises(GendertuiError, match="unknown balancing"):
        preview(corpus, "random", 0, "evenly")
    with pytest.raises(GendertuiError, match="unknown split"):
        preview(corpus, "by-colour", 0, "none")


def test_notes_say_what_is_odd() -> None:
    texts = [f"line {number}" for number in range(300)]
    fine = made_corpus({"text": texts, "label": ["m", "f"] * 150, "line_id": texts})
    assert notes(fine) == ()
    odd = made_corpus(
        {"text": ["", " ", *texts[2:]], "label": ["f", "f", *["m"] * 298], "line_id": ["x", "x", *texts[2:]]}
    )
    assert notes(odd) == (
        "label f is rare: 2 of 300 labelled lines (0.7 %)",
        "2 lines have no text; nothing is trained on such lines",
        "ids repeat: 1 of 300 lines have the id of a line before them",
    )
    assert notes(made_corpus({"text": ["", ""], "label": ["m", "f"]})) == ("no line has a text",)
