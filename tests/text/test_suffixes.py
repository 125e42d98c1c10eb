"""A suffix is as long as a search for the pattern says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.text.rules import rules_for
from gendertui.text.suffixes import Suffixes
from tests.builders.pieces import PIECES

endings = [
    "°C.",
    "°.",
    "5km",
    "km²",
    "5US$",
    "..",
    "……",
    "AB.",
    "9.",
    "’S",
    "😀",
    "“.",
    "Ж.",
    "٪",
    "+",
    "5+",
    "%",
    "^2",
]
words = st.one_of(
    st.lists(st.sampled_from([piece for piece in (*PIECES, *endings) if not re.search(r"\s", piece)])).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), max_size=8),
)


def searched(pattern: str, word: str) -> int:
    found = re.search(pattern, word)
    return found.end() - found.start() if found else 0


@pytest.fixture(scope="module")
def spacy_pattern() -> str:
    return str(rules_for("keep", False)["suffix"])


@given(word=words)
@settings(max_examples=150, deadline=None)
def test_as_the_search_says(word: str, spacy_pattern: str) -> None:
    assert suffixes(spacy_pattern).length(word) == searched(spacy_pattern, word)


KNOWN: dict[str, Suffixes] = {}


def suffixes(pattern: str) -> Suffixes:
    return KNOWN.setdefault(pattern, Suffixes(pattern, re.compile))


def test_every_last_character(spacy_pattern: str) -> None:
    characters = {chr(code) for code in range(0x21, 0x100)} | set(spacy_pattern) - {" "}
    for word in (f"{before}{last}" for last in characters for before in ("9", "ab’")):
        assert suffixes(spacy_pattern).length(word) == searched(spacy_pattern, word), word


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        ",$",
        ",$|b",
        "a|$",
        r"\d+$|x$",
        r"(?:ab|\d)$|,$",
        r"(?:a|(?:b|c))$|(d|e)$",
        r"[],.]$|[^],.]b$",
        r"(?i)a$|b$",
        r"a+$|ab?$|a{2}$",
        r"(?<=a)$|,$",
        r"\,$|\.\.+$|\$$|a\$",
        "a(?=b)b$|c$",
    ],
)
@given(word=st.text("abcde,.]$9A", max_size=5))
@settings(max_examples=40, deadline=None)
def test_patterns_of_any_form(pattern: str, word: str) -> None:
    assert suffixes(pattern).length(word) == searched(pattern, word)
