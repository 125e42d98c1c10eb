"""``gendertui corpus suspects``: what looks labelled wrong, with the text at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.corpus.corrections.entry import RIGHT, Key
from gendertui.corpus.corrections.file import decide
from gendertui.corpus.load import load
from tests.builders.command import gendertui
from tests.builders.corpora import collated

WRONG = "u20"


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Every line of m says sun and every line of f moon, but for one character's."""
    path = tmp_path / "films.txt"
    rows = []
    for row in collated().splitlines():
        number, who, film, name, label, text, credit = row.split(" +++$+++ ")
        word = "moon" if (label == "f") != (who == WRONG) else "sun"
        label = "?" if film == "m20" else label if label != "?" else "m"
        rows.append(" +++$+++ ".join((number, who, film, name, label, f"{text} {word} {word} \x1b[2J[b]", credit)))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_one_that_is_labelled_wrong_comes_first(films: Path) -> None:
    listed = gendertui("corpus", "suspects", str(films), "--json", "--limit", "2")
    assert listed.returncode == 0, listed.stderr
    first = json.loads(listed.stdout.splitlines()[0])
    assert (first["speaker"], first["label"], first["scored"]) == (WRONG, "m", "f")
    assert first["probabilities"]["f"] > 0.5
    assert len(first["texts"]) == 2
    assert all("moon" in text for text in first["texts"])
    shown = gendertui("corpus", "suspects", str(films), "--limit", "1", "--texts", "1")
    head, row, text = shown.stdout.splitlines()
    assert head.split() == ["character", "film", "label", "scored", "lines", "decision"]
    assert row.split()[:4] == ["SOMEONE", "m10", "m", "f"]
    assert text.startswith("    ")
    assert "␛[2J[b]" in text
    assert "contradicts the label" in shown.stderr
    decide(load(films), Key("speaker", "m10", WRONG), RIGHT)
    assert WRONG not in gendertui("corpus", "suspects", str(films), "--json").stdout
    decided = gendertui("corpus", "suspects", str(films), "--json", "--list", "decided")
    assert [json.loads(line)["decision"] for line in decided.stdout.splitlines()] == ["right"]


def test_unlabelled_ones_and_single_lines_are_listed_too(films: Path) -> None:
    listed = gendertui("corpus", "suspects", str(films), "--json", "--list", "uncertain")
    found = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {each["group"] for each in found} == {"m20"}
    assert all(each["label"] is None for each in found)
    by_line = gendertui("corpus", "suspects", str(films), "--json", "--unit", "line", "--limit", "5")
    rows = [json.loads(line) for line in by_line.stdout.splitlines()]
    assert [each["unit"] for each in rows] == ["line"] * 5
    assert all("moon" in each["texts"][0] for each in rows)


def test_a_corpus_without_enough_labels_says_so(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("label,text\n" + "good,fine words\nbad,poor words\n" * 3, encoding="utf-8")
    result = gendertui("corpus", "suspects", str(path))
    assert (result.returncode, result.stdout) == (3, "")
    assert "too few" in result.stderr
