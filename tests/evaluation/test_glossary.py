"""Every figure and baseline that a screen shows can be looked up, in the corpus's nouns."""

from __future__ import annotations

import re

import pytest

from gendertui.corpus.units import FILM_UNITS, NO_UNITS, Noun, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.glossary import KEYS, Value, explain, find
from gendertui.formatting import METRIC_NAMES


def test_every_metric_is_explained_under_the_name_it_has_in_tables() -> None:
    for metric, name in METRIC_NAMES.items():
        found = find(
            name.format(groups="films", positive="f", negative="m").removesuffix(" of f").removesuffix(" of m")
        )
        assert found == explain(metric), metric


def test_a_term_speaks_of_what_the_corpus_has() -> None:
    assert explain("auc_within", FILM_UNITS).name == "AUC within films"
    threads = explain("interval", Units(Noun.of("thread"), None)).text
    assert "15 threads" in threads and "film" not in threads
    assert all("{" not in explain(key, NO_UNITS).text for key in KEYS)


def test_no_word_of_a_term_is_broken_at_its_hyphen() -> None:
    assert [key for key in KEYS if re.search(r"\w- ", explain(key).text)] == []


def test_a_term_is_found_by_the_beginning_of_its_name() -> None:
    assert find("BALANCED").name == "balanced accuracy"
    assert find("ece").name == "ECE"
    with pytest.raises(GendertuiError, match="there is no term") as caught:
        find("balancd accuracy")
    assert caught.value.code is ExitCode.USAGE
    assert "balanced accuracy" in (caught.value.hint or "")


def test_a_term_with_a_value_ends_with_what_it_says() -> None:
    for key in KEYS:
        said = explain(key, FILM_UNITS, Value("epoch 3", "0.604", 0.604)).text.removeprefix(explain(key).text)
        assert said.startswith(" Epoch 3: 0.604") and said.endswith("."), key
    assert explain("auc", value=Value("A", "0.604", 0.604)).text.endswith(" A: 0.604, right in 60 of 100 such pairs.")
