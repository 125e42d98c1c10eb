"""Vectors of a corpus's words are looked up once, and are those that a vocabulary's own look-up finds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from gendertui import paths
from gendertui.text import vectors
from gendertui.text.corpus_tokens import tokenise_corpus
from gendertui.text.corpus_vectors import corpus_vectors
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.text.vectors import Vectors
from gendertui.text.vocabulary import Vocabulary

FILE = "yes 1 2\nno 3 4\nbroken 5 x\nyes 5 6\n<unk> 7 8\nnever 9 10\n"


@pytest.fixture
def lines(home: Path) -> TokenisedLines:
    return tokenise_corpus(["yes no <unk> <pad>", "maybe yes", "broken never"], rules_for("keep", False))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "vectors.txt"
    path.write_text(FILE)
    return path


def of(lines: TokenisedLines, rows: list[int], source: Path) -> tuple[Vectors, Vocabulary]:
    vocabulary = Vocabulary.from_counts(lines.words, lines.counts(np.array(rows)))
    return corpus_vectors(str(source), lines.words, lines.numbers(vocabulary), len(vocabulary)), vocabulary


def check_same(found: Vectors, expected: Vectors) -> None:
    assert found.matrix.tolist() == expected.matrix.tolist()
    assert found.found.tolist() == expected.found.tolist()
    assert found.source == expected.source


def test_as_looked_up_for_the_vocabulary(lines: TokenisedLines, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = corpus_vectors(str(source), lines.words, np.zeros(len(lines.words), np.int32), 2)
    assert everything.problems == ((3, "not all numbers"), (4, "a repeated word"))
    looked_up = vectors.load
    monkeypatch.setattr("gendertui.text.vectors.load", lambda *_: pytest.fail("looked up again"))
    for rows in ([0], [1, 2], [0, 1, 2], [2, 2]):
        found, vocabulary = of(lines, rows, source)
        check_same(found, looked_up(str(source), vocabulary))
        assert found.problems == everything.problems
    assert [path.suffix for path in paths.encoded_dir().iterdir()] == [".vectors"]


def test_looked_up_again_where_the_file_or_the_words_changed(lines: TokenisedLines, source: Path) -> None:
    of(lines, [0], source)
    source.write_text("yes 10 20\nno 3 4\n")
    os.utime(source, ns=(1, 1))
    found, vocabulary = of(lines, [0], source)
    assert found.matrix[vocabulary.index["yes"]].tolist() == [10, 20]
    other = tokenise_corpus(["no yes"], rules_for("keep", False))
    found, vocabulary = of(other, [0], source)
    assert found.matrix[vocabulary.index["no"]].tolist() == [3, 4]


def test_damage_is_made_good(lines: TokenisedLines, source: Path) -> None:
    first, _ = of(lines, [0, 1], source)
    [path] = paths.encoded_dir().iterdir()
    content = path.read_bytes()
    for damaged in (b"", content[:-1], content[:1100] + b"!" + content[1101:]):
        path.unlink()
        path.write_bytes(damaged)
        check_same(of(lines, [0, 1], source)[0], first)
        assert path.read_bytes() == content


def test_no_word_has_one(lines: TokenisedLines, source: Path) -> None:
    source.write_text("nichts 1 2\n")
    for _ in range(2):
        found, vocabulary = of(lines, [0], source)
        assert found.matrix.shape == (len(vocabulary), 2)
        assert not found.found.any()
