"""Tokens equal spaCy's, without spaCy."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui import paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.text.regex_letters import ignores_letters
from gendertui.text.rules import SOURCES, rules_for, source_hash
from gendertui.text.spacy_rules import export_rules
from gendertui.text.tokenizer import Tokenizer
from tests.builders.pieces import PIECES

lines = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@pytest.fixture(scope="module")
def spacy_tokens() -> Any:
    import spacy

    tokenizer: Any = spacy.blank("en").tokenizer
    return lambda text: [token.text for token in tokenizer(text)]


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    # Through JSON, as a bundle keeps them.
    value: dict[str, Any] = json.loads(json.dumps(export_rules()))
    return value


@pytest.fixture(scope="module")
def tokenizer(rules: dict[str, Any]) -> Tokenizer:
    return Tokenizer.from_rules(rules)


@given(text=lines)
@settings(max_examples=600, deadline=None)
def test_same_tokens_as_spacy(text: str, tokenizer: Tokenizer, spacy_tokens: Any) -> None:
    assert tokenizer(text) == spacy_tokens(text)


@pytest.mark.long
@given(text=lines)
@settings(max_examples=10_000, deadline=None)
def test_same_tokens_as_spacy_at_length(text: str, tokenizer: Tokenizer, spacy_tokens: Any) -> None:
    assert tokenizer(text) == spacy_tokens(text)


@given(text=lines)
@settings(max_examples=200, deadline=None)
def test_whitespace_dropped_and_lowercase(text: str, rules: dict[str, Any], spacy_tokens: Any) -> None:
    changed = Tokenizer.from_rules({**rules, "whitespace_tokens": "drop", "lowercase": True})
    assert changed(text) == [token.lower() for token in spacy_tokens(text) if not token.isspace()]


def test_every_special_case_alone_and_embraced(tokenizer: Tokenizer, rules: dict[str, Any], spacy_tokens: Any) -> None:
    for chunk in rules["special_cases"]:
        for text in (
            chunk,
            f"({chunk}",
            f"{chunk}!",
            f'"{chunk}"',
            f"x-{chunk}",
            f"{chunk}{chunk}",
            f"...{chunk} {chunk}",
        ):
            assert tokenizer(text) == spacy_tokens(text), text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" ", [" "]),
        ("a  b", ["a", " ", "b"]),
        (" a ", [" ", "a"]),
        ("a\n b", ["a", "\n ", "b"]),
        ("Don't, Mr. Lee!", ["Do", "n't", ",", "Mr.", "Lee", "!"]),
    ],
)
def test_known_tokens(text: str, tokens: list[str], tokenizer: Tokenizer) -> None:
    assert tokenizer(text) == tokens


def test_a_word_learnt_in_one_line_is_the_same_in_the_next(rules: dict[str, Any], tokenizer: Tokenizer) -> None:
    text = "(It's 10a.m., :) isn't it?)"
    fresh = Tokenizer.from_rules(rules)(text)
    for _ in range(3):
        assert tokenizer(text) == fresh


def real_texts(path: Path) -> list[str]:
    texts = dict.fromkeys(
        text
        for line in path.read_bytes().decode("cp1252", "replace").split("\n")
        if len(fields := line.split("+++$+++")) == 7
        for text in (fields[5], fields[5].strip(" "))
    )
    assert len(texts) > 10_000
    return list(texts)


def test_same_tokens_as_spacy_on_real_lines(shared_data: Path, tokenizer: Tokenizer, spacy_tokens: Any) -> None:
    different = sum(tokenizer(text) != spacy_tokens(text) for text in real_texts(shared_data / "collated_29_films.txt"))
    assert different == 0


@pytest.mark.long
def test_same_tokens_as_spacy_on_all_real_lines(shared_data: Path, tokenizer: Tokenizer, spacy_tokens: Any) -> None:
    different = sum(
        tokenizer(text) != spacy_tokens(text) for text in real_texts(shared_data / "collated_290_films.txt")
    )
    assert different == 0


def test_the_rules_shipped_are_those_of_the_installed_spacy(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    exported = export_rules()
    monkeypatch.setattr("gendertui.text.spacy_rules.export_rules", lambda: pytest.fail("exported once more"))
    # Where this fails after spaCy was changed: python -m gendertui.text.rules
    assert rules_for("keep", False) == exported
    assert rules_for("drop", True) == {**exported, "whitespace_tokens": "drop", "lowercase": True}
    assert not list(home.rglob("*.json"))


@pytest.fixture
def another_spacy(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """One whose rules are not shipped; gives the folder that they are cached in."""
    monkeypatch.setattr("gendertui.text.rules.source_hash", lambda _: "0" * 64)
    return paths.cache_dir() / "tokenizer"


def test_rules_that_are_not_shipped_are_exported_once(another_spacy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rules_for("keep", False)
    monkeypatch.setattr("gendertui.text.spacy_rules.export_rules", lambda: pytest.fail("exported twice"))
    assert rules_for("keep", False) == first
    assert len(list(another_spacy.iterdir())) == 1


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"sources": "other", "rules": {}}'])
def test_a_broken_cache_of_rules_is_made_again(another_spacy: Path, content: str) -> None:
    first = rules_for("keep", False)
    [cached] = another_spacy.iterdir()
    cached.write_text(content)
    assert rules_for("keep", False) == first


def test_the_hash_is_of_spacys_files() -> None:
    import spacy

    folder = Path(spacy.__file__).parent
    assert all((folder / name).is_file() for name in SOURCES)
    assert source_hash("3.8.1") != source_hash("3.8.2")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"format": None},
        {"plain_letters": None, "prefix": "("},
        {"special_cases": None},
        {"whitespace_tokens": "squeeze"},
        {"phrases": {"no such case": ["a", "b"]}},
        {"special_cases": {"dunno": ["du", "n't"]}},
        {"special_cases": {"dunno": [1, 2]}},
        {"special_cases": {"dunno": []}},
        {"plain_letters": None, "prefix": "a{99999999999999999999}"},
        {"suffix": float("nan")},
        {"infix": None},
        {"token_match": ["a"]},
        {"url_match": 0},
    ],
)
def test_damaged_rules_are_an_error(change: dict[str, Any], rules: dict[str, Any]) -> None:
    with pytest.raises(GendertuiError) as caught:
        Tokenizer.from_rules({**rules, **change})("(a)")
    assert caught.value.code == ExitCode.MODEL


@pytest.mark.parametrize("version", ["2.3.9", "3.7.5", "3.9.0", "4.0.0.dev1", "3", "", None])
def test_rules_of_an_unknown_spacy_are_refused_in_words(version: str | None, rules: dict[str, Any]) -> None:
    with pytest.raises(GendertuiError, match=r"spaCy 3\.8") as caught:
        Tokenizer.from_rules({**rules, "spacy_version": version})
    assert caught.value.code == ExitCode.MODEL
    assert str(version) in caught.value.what
    assert caught.value.hint


def test_nothing_is_trained_with_rules_that_could_not_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gendertui.text.rules.version", lambda _: "3.9.1")
    with pytest.raises(GendertuiError, match=r"spaCy 3\.9\.1") as caught:
        rules_for("keep", False)
    assert "pip install" in (caught.value.hint or "")


@given(word=st.text(string.ascii_letters, min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
def test_words_of_letters_need_no_pattern(word: str, rules: dict[str, Any], spacy_tokens: Any) -> None:
    assert rules["plain_letters"]
    without = Tokenizer.from_rules({**rules, "prefix": "(", "suffix": "(", "infix": "(", "url_match": "("})
    assert without(word) == spacy_tokens(word)


@pytest.mark.parametrize(
    ("pattern", "ignores"),
    [
        ("-", True),
        ("a", False),
        (r"[$.\d0-9]|(?<=[a-z])\.(?=[a-z])", True),
        ("[^a]", False),
        ("-?", False),
        ("-|", False),
        (r"\d+km$", True),
        (r"\w+", False),
        (".", False),
        ("(?!-)", False),
        ("(?:[a-z]+://)?(?:[a-z]+\\.)+com", True),
        ("$", False),
    ],
)
def test_which_patterns_ignore_letters(pattern: str, ignores: bool) -> None:
    assert ignores_letters(pattern) is ignores
