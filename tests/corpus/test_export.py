"""What an export says is what is read back: any corpus, any text, every format."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.export import FORMATS, export
from gendertui.corpus.load import load
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.table import Corpus

SIGNS = st.one_of(
    st.sampled_from(list("\",;|\t\n\r \ufeff\u2028'{}[]")),
    st.sampled_from("abcé雨"),
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]),
)
TEXTS = st.one_of(
    st.text(SIGNS, max_size=30),
    st.sampled_from(["It rained all night.", "Hand me the lamp, please.", 'She said "no".', "One\ntwo\r\nthree\rfour"]),
)
NAMES = st.text(SIGNS, min_size=1, max_size=8).map(lambda name: " ".join(name.split())).filter(bool)
LABELS = st.sampled_from([("ham", "spam"), ("m", "f"), ("0", "1"), ("neg", "pos")])


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    labels = draw(LABELS)
    film = draw(st.booleans())
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {"text": TEXTS, "label": st.sampled_from([*labels, None])},
                optional={"group_id": NAMES, "speaker_id": NAMES, "speaker": NAMES, "split": st.just("train")},
            ),
            min_size=1,
            max_size=12,
        )
    )
    table = [dict.fromkeys(SCHEMA.names) | row for row in rows]
    for place, row in enumerate(table):
        # Who has a name has an id.
        row["speaker_id"] = row["speaker_id"] or row["speaker"]
        if film:
            row |= {"line_id": f"L{place}", "title": row["group_id"], "year": 1999, "position": place, "genres": "a,b"}
    return corpus_of(table, labels)


def corpus_of(rows: list[dict[str, Any]], labels: tuple[str, str]) -> Corpus:
    table = pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | row for row in rows], SCHEMA)
    return Corpus(table, labels, (), Path("made"), "made", "made", "", len(rows))


def read_back(corpus: Corpus, file_format: str) -> tuple[Corpus, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        done = export(corpus, Path(folder), file_format)
        return load(done.files[0], labelled=False), done.notes


@settings(max_examples=60, deadline=None)
@given(corpora())
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "parquet"])
def test_the_whole_table_comes_back(file_format: str, corpus: Corpus) -> None:
    again, notes = read_back(corpus, file_format)
    assert again.table.to_pylist() == corpus.table.to_pylist()
    assert not again.left_out
    assert not notes


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_labels_and_texts_come_back_from_fasttext(corpus: Corpus) -> None:
    rows = [row for row in corpus.table.to_pylist() if row["label"] is not None]
    if not rows:
        return
    again, notes = read_back(corpus, "fasttext")
    expected = [
        (row["label"], row["text"].replace("\r\n", " ").replace("\r", " ").replace("\n", " ").lstrip()) for row in rows
    ]
    assert list(zip(*(again.column(name).to_pylist() for name in ("label", "text")), strict=True)) == expected
    unlabelled = len(corpus) - len(rows)
    assert any("no label" in note for note in notes) == bool(unlabelled)


def test_fasttext_says_what_it_cannot_hold() -> None:
    rows: list[dict[str, Any]] = [
        {"label": "not spam", "text": "one\ntwo"},
        {"label": "spam", "text": "of __label__x"},
        {"label": None, "text": "nobody knows"},
        {"label": "spam", "text": "fine"},
    ]
    again, notes = read_back(corpus_of(rows, ("not spam", "spam")), "fasttext")
    assert again.column("text").to_pylist() == ["one two", "fine"]
    assert notes == [
        "A label is one word there: not spam has _ in place of spaces.",
        "1 row has no label, and is left out.",
        "1 row has __label__ in its text, and is left out.",
        "1 row has a space for each line break, and none at the beginning.",
    ]


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_is_there_stays(tmp_path: Path, file_format: str, sample_corpus: Corpus) -> None:
    first = export(sample_corpus, tmp_path, file_format).files
    before = [path.read_bytes() for path in first]
    with pytest.raises(Exception, match="would be overwritten"):
        export(sample_corpus, tmp_path, file_format)
    assert [path.read_bytes() for path in first] == before
    assert sorted(tmp_path.iterdir()) == sorted(first)


@pytest.mark.parametrize("name", ["sample", "messages"])
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "parquet"])
def test_the_samples_come_back(tmp_path: Path, name: str, file_format: str) -> None:
    corpus = load(name)
    again = load(export(corpus, tmp_path, file_format).files[0])
    assert again.table.to_pylist() == corpus.table.to_pylist()
    assert again.labels == corpus.labels
    assert again.units.about == corpus.units.about
