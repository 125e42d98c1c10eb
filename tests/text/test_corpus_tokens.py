"""All lines at once have the tokens that each has by itself; they are kept, and made again where that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui import paths
from gendertui.text import corpus_tokens
from gendertui.text.corpus_tokens import WHITESPACE, tokenise_corpus, tokens_key
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.text.tokenizer import Tokenizer
from tests.builders.pieces import PIECES

TEXTS = ["Yes, yes.", "", "No  way!", "yes", "\n"]

words = st.sampled_from([*PIECES, "", " ", "   ", "\0", "\x85", "\u3000", "🏳️‍🌈", "a\0b", "Ye-es?", "w/o.", "o.O!"])
lines = st.one_of(
    st.lists(words, max_size=8).map(" ".join),
    st.lists(words, max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
corpora = st.lists(lines, max_size=12)


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return rules_for("keep", False)


def line_by_line(texts: list[str], tokenizer: Tokenizer) -> list[list[str]]:
    return [tokenizer(text) for text in texts]


def check_same(found: TokenisedLines, texts: list[str], tokenizer: Tokenizer) -> None:
    expected = line_by_line(texts, tokenizer)
    assert [[found.words[number] for number in found.ids[a:b]] for a, b in bounds(found)] == expected
    assert found.words == list(dict.fromkeys(token for line in expected for token in line))


def bounds(found: TokenisedLines) -> list[tuple[int, int]]:
    return list(zip(found.offsets.tolist(), found.offsets[1:].tolist(), strict=False))


def check_all_ways(texts: list[str], rules: dict[str, Any]) -> None:
    for whitespace, lowercase in (("keep", False), ("drop", True)):
        changed = {**rules, "whitespace_tokens": whitespace, "lowercase": lowercase}
        check_same(tokenise_corpus(texts, changed), texts, Tokenizer.from_rules(changed))


@given(texts=corpora)
@settings(max_examples=60, deadline=None)
def test_every_line_has_its_own_tokens(texts: list[str], rules: dict[str, Any]) -> None:
    check_all_ways(texts, rules)


@pytest.mark.long
@given(texts=corpora)
@settings(max_examples=2_000, deadline=None)
def test_every_line_has_its_own_tokens_at_length(texts: list[str], rules: dict[str, Any]) -> None:
    check_all_ways(texts, rules)


def test_lines_a_few_at_a_time(rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_tokens, "_LINES_AT_ONCE", 4)
    texts = [*TEXTS, *PIECES, *TEXTS, "and/or w/o. o.O  a ", " x", "so  so", "   "]
    tokenizer = Tokenizer.from_rules(rules)
    check_same(tokenise_corpus(texts, rules), texts, tokenizer)
    parts = [pa.array(texts[:3]), pa.array([], pa.string()), pa.array(texts[3:70]).slice(0, 60), pa.array(texts[63:])]
    check_same(tokenise_corpus(pa.chunked_array(parts), rules), texts, tokenizer)


def test_all_white_space_is_known() -> None:
    assert "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1)))) == WHITESPACE


def test_tokenised_once(rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    key = tokens_key("hash of the corpus", rules)
    seen: list[tuple[str, int, int]] = []
    first = tokenise_corpus(TEXTS, rules, key, lambda *now: seen.append(now))
    assert seen[0] == ("tokens", 0, len(TEXTS))
    assert seen[-1] == ("tokens", len(TEXTS), len(TEXTS))
    monkeypatch.setattr(Tokenizer, "__call__", lambda *_: pytest.fail("tokenised again"))
    again = tokenise_corpus(TEXTS, rules, key)
    assert not again.ids.flags.owndata
    assert again.ids.tolist() == first.ids.tolist()
    assert again.offsets.tolist() == first.offsets.tolist()
    assert again.words == first.words


def test_a_damaged_cache_is_made_again(rules: dict[str, Any]) -> None:
    first = tokenise_corpus(TEXTS, rules, "key")
    path = paths.encoded_dir() / "key.tokens"
    content = path.read_bytes()
    flipped = [
        content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in range(0, len(content), 7)
    ]
    for damaged in (b"", content[:40], content[:-1], content[:-70], content + b"\0", *flipped):
        path.unlink()  # It is mapped: its bytes may not be cut under those who read it.
        path.write_bytes(damaged)
        again = tokenise_corpus(TEXTS, rules, "key")
        assert again.ids.tolist() == first.ids.tolist()
        assert again.words == first.words
        assert path.read_bytes() == content


def test_what_is_no_file_is_not_read_as_a_cache(rules: dict[str, Any], tmp_path: Path) -> None:
    first = tokenise_corpus(TEXTS, rules, "key")
    path = paths.encoded_dir() / "key.tokens"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert tokenise_corpus(TEXTS, rules, "key").words == first.words
    assert not path.is_symlink()
    path.unlink()
    os.mkfifo(path)
    assert tokenise_corpus(TEXTS, rules, "key").words == first.words


def test_the_tokens_of_other_lines_are_not_taken(rules: dict[str, Any]) -> None:
    tokenise_corpus(TEXTS, rules, "key")
    assert len(tokenise_corpus(TEXTS[1:], rules, "key")) == len(TEXTS) - 1


def test_a_cache_leaves_nothing_aside(rules: dict[str, Any], home: Path) -> None:
    tokenise_corpus(TEXTS, rules, "key")
    [path] = paths.encoded_dir().iterdir()
    assert path.name == "key.tokens"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_key_is_what_determines_the_tokens(rules: dict[str, Any]) -> None:
    keys = {
        tokens_key("a", rules),
        tokens_key("b", rules),
        tokens_key("a", {**rules, "lowercase": True}),
        tokens_key("a", {**rules, "whitespace_tokens": "drop"}),
    }
    assert len(keys) == 4
    assert tokens_key("a", dict(rules)) in keys


WRITER = """
import json, sys, time
from pathlib import Path
from gendertui import paths
from gendertui.text.corpus_tokens import tokenise_corpus

me, tries, arrived = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
rules = json.loads((arrived / "rules").read_text())
texts = [f"line {number} of them" for number in range(200)]
expected = tokenise_corpus(texts, rules)
mapped = []
for number in range(tries):
    path = paths.encoded_dir() / f"{number}.tokens"
    if me == 0 and number % 2:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"damaged")
    (arrived / f"{number} {me}").touch()
    give_up = time.monotonic() + 60  # Where another has died.
    while len(list(arrived.glob(f"{number} *"))) < 3 and time.monotonic() < give_up:
        time.sleep(0)
    mapped += [tokenise_corpus(texts, rules, str(number)) for _ in range(2)]
for found in mapped:
    assert found.words == expected.words
    assert found.ids.tolist() == expected.ids.tolist()
"""


def check_writers(tries: int, folder: Path, rules: dict[str, Any]) -> None:
    """Three processes make and read the same caches at once, every other of them from a damaged one."""
    folder.mkdir()
    (folder / "rules").write_text(json.dumps(rules))
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(me), str(tries), str(folder)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for me in range(3)
    ]
    errors = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], "\n".join(errors)
    assert not list(paths.encoded_dir().glob(".*"))


def test_three_processes_write_one_cache(rules: dict[str, Any], tmp_path: Path, home: Path) -> None:
    check_writers(10, tmp_path / "arrived", rules)


@pytest.mark.long
def test_three_processes_write_one_cache_at_length(rules: dict[str, Any], tmp_path: Path, home: Path) -> None:
    check_writers(120, tmp_path / "arrived", rules)
    print("three writers of one cache of tokens: 120 tries, 120 survived")
