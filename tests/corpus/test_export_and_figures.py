"""Exports and what the screens tell of a corpus."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from gendertui.corpus.export import export
from gendertui.corpus.load import load
from gendertui.corpus.query.filter import filter as rows_with
from gendertui.corpus.query.neighbours import neighbours
from gendertui.corpus.splits.tutorial import held_out
from gendertui.corpus.statistics import corpus_statistics
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control


def test_the_articles_files(tmp_path: Path, sample_corpus: Corpus) -> None:
    files = export(sample_corpus, tmp_path, "article").files
    assert [file.name for file in files] == ["male.txt", "female.txt", "train.csv", "test.csv"]
    male = (tmp_path / "male.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(male) == 743
    assert all(line.startswith(" ") and line.endswith(" ") for line in male)
    test = pd.read_csv(tmp_path / "test.csv", keep_default_na=False)
    assert list(test.columns) == ["Unnamed: 0", "text", "target"]
    wanted = held_out(743 + 333)
    assert list(test["target"]) == [0] * wanted + [1] * wanted
    assert list(test["text"])[:wanted] == male[:wanted]
    train = pd.read_csv(tmp_path / "train.csv", keep_default_na=False)
    assert (train["target"] == 0).sum() == (train["target"] == 1).sum() == 743 - wanted
    assert all(text == text.strip() for text in train["text"])
    assert not set(train["text"]) & {text.strip() for text in test["text"] if len(text) > 30}


def test_tables(tmp_path: Path, sample_corpus: Corpus) -> None:
    export(sample_corpus, tmp_path, "csv")
    frame = pd.read_csv(tmp_path / "lines.csv", keep_default_na=False)
    assert list(frame["text"]) == sample_corpus.column("text").to_pylist()
    export(sample_corpus, tmp_path, "parquet")
    assert pq.read_table(tmp_path / "lines.parquet").equals(sample_corpus.table)


def test_a_row_of_csv_is_a_line_whatever_its_text_holds(tmp_path: Path) -> None:
    sep = " +++$+++ "
    texts = ["one\rtwo", 'with "quotes", and commas', "plain", "\x0b\u2028 signs"] * 20
    file = tmp_path / "lines.txt"
    rows = [sep.join([f"L{i}", "u0", "m0", "ANA", "mf"[i % 2], text, "1"]) + " \n" for i, text in enumerate(texts)]
    file.write_bytes("".join(rows).encode())
    corpus = load(file)
    assert corpus.column("text").to_pylist() == texts
    export(corpus, tmp_path / "csv", "csv")
    with (tmp_path / "csv" / "lines.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["text"] for row in csv.DictReader(stream)] == texts
    assert b"\r\n" not in (tmp_path / "csv" / "lines.csv").read_bytes()
    export(corpus, tmp_path / "article", "article")
    train = pd.read_csv(tmp_path / "article" / "train.csv", keep_default_na=False)
    assert set(train["text"]) <= {text.strip() for text in texts}


def test_nothing_is_overwritten(tmp_path: Path, sample_corpus: Corpus) -> None:
    export(sample_corpus, tmp_path, "csv")
    with pytest.raises(GendertuiError, match=r"lines\.csv would be overwritten"):
        export(sample_corpus, tmp_path, "csv")
    with pytest.raises(GendertuiError, match="no export format"):
        export(sample_corpus, tmp_path, "xml")


def test_counts(sample_corpus: Corpus) -> None:
    told = corpus_statistics(sample_corpus)
    assert (told.lines, told.groups, told.speakers, told.empty) == (1284, 24, 120, 2)
    assert sum(count for _, _, count in told.lengths) == 1284
    assert told.lengths[0] == (0, 0, 2)


def test_filters(sample_corpus: Corpus) -> None:
    assert len(rows_with(sample_corpus, "")) == 1284
    assert len(rows_with(sample_corpus, "label:f")) == 333
    assert len(rows_with(sample_corpus, "label:?")) == 208
    text = sample_corpus.column("text").to_pylist()
    label = sample_corpus.column("label").to_pylist()
    found = rows_with(sample_corpus, "label:m THE")
    characters = sample_corpus.column("speaker").to_pylist()
    titles = sample_corpus.column("title").to_pylist()
    wanted = [
        row
        for row in range(1284)
        if label[row] == "m" and any("the" in part.lower() for part in (text[row], characters[row], titles[row]))
    ]
    assert list(found) == wanted
    assert len(rows_with(sample_corpus, "no such words anywhere")) == 0
    assert len(rows_with(sample_corpus, "(unclosed [")) == 0


def test_a_film_without_a_title_is_found_by_its_id(tmp_path: Path) -> None:
    rows = [("L1", "u1", "m12", "ANN", "f", "one", "1"), ("L2", "u2", "m7", "BEN", "m", "two", "1")]
    path = tmp_path / "lines.txt"
    path.write_text("".join(" +++$+++ ".join(row) + "\n" for row in rows), encoding="utf-8")
    assert list(rows_with(load(path), "film:m12")) == [0]


def test_neighbours_are_of_the_same_scene(sample_corpus: Corpus) -> None:
    order = sample_corpus.scene_order()
    films = sample_corpus.groups("group_id")
    row = int(order[0])
    near = neighbours(sample_corpus, row, 2)
    assert near[0] == row
    assert len({films[item] for item in near}) == 1
    numbers = [int(sample_corpus.column("line_id")[item].as_py()[1:]) for item in near]
    assert numbers == sorted(numbers)


def test_nothing_in_a_text_can_reach_the_terminal() -> None:
    hostile = "".join(map(chr, range(256))) + "\u202e\u2028\x9b31m"
    shown = escape_control(hostile)
    assert not {unicodedata.category(sign) for sign in shown} & {"Cc", "Zl", "Zp"}
    assert "\u202e" not in shown
    assert "\u241b" in shown
    assert escape_control("Caf\u00e9 [b]bold[/b] \u2013 \U0001f600") == "Caf\u00e9 [b]bold[/b] \u2013 \U0001f600"
