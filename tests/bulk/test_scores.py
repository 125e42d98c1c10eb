"""What stands in the parts: each row once, with the score that every other way of asking gives it, or a reason."""

from __future__ import annotations

import bz2
import functools
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gendertui.bulk.scorer import BulkScorer, engine_of
from gendertui.bulk.texts import LONGEST_BYTES, decoded
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.scorer import ScoredLine, Scorer
from tests.builders.bulk import planned, request_for, score_here, table_of

SAID = [
    *("rain falls on {} old roofs.", "Snow, snow on {} hills over there!", "The {} streets are as they were"),
    *("rain 🌧 und {} Schloß am Berg", 'she said "rain" to {} others', "snow\nand then {} drops of rain"),
]
TEXTS = [SAID[number % len(SAID)].format(number) for number in range(240)]
ROWS = [{"id": f"r{number}", "text": text, "n": number % 7} for number, text in enumerate(TEXTS)]


def written(folder: Path, name: str) -> Path:
    path = folder / name
    table = pa.Table.from_pylist(ROWS)
    if name.endswith(".parquet"):
        pq.write_table(table, path, row_group_size=50)
    elif ".csv" in name:
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(table, sink)
        path.write_bytes(sink.getvalue().to_pybytes())
    elif ".jsonl" in name:
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    elif name.endswith(".zst"):
        path.write_bytes(pa.compress(path.read_bytes(), "zstd", asbytes=True))
    return path


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.csv.gz", "a.jsonl.zst"])
def test_every_format_has_the_same_scores_in_any_number_of_parts(bundle: Path, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name)
    plan = score_here(request_for(bundle, part_bytes=1_000, with_text=True), [path], tmp_path / "out")
    assert len(plan.parts) > 2
    found = table_of(tmp_path / "out").to_pydict()
    scorer = Scorer(Bundle.load(bundle))
    expected = [scorer.score(text) for text in TEXTS]
    assert found["file"] == [str(path)] * len(TEXTS)
    assert found["row"] == list(range(1, len(TEXTS) + 1))
    assert found["id"] == [row["id"] for row in ROWS]
    assert found["text"] == TEXTS
    assert found["label"] == [score.label for score in expected]
    assert np.allclose(found["probability_b"], [score.probability for score in expected], atol=2e-6)
    assert set(found["error"]) == {None}


@functools.cache
def shipped() -> tuple[BulkScorer, Scorer]:
    bundle = Bundle.load(store.shipped_folder())
    return BulkScorer(bundle, engine_of(bundle, "numpy"), 0.1), Scorer(bundle)


@given(
    texts=st.lists(st.one_of(st.none(), st.text("ranisowthe .'\t\u00a0\u2028é雨", max_size=12)), max_size=20),
)
def test_scores_are_those_of_lines_asked_one_by_one(texts: list[str | None]) -> None:
    bulk, scorer = shipped()
    found = bulk.score(decoded(pa.array(texts, pa.string())))
    for text, probability, label, error in zip(
        texts, found.probabilities.to_pylist(), found.labels.to_pylist(), found.errors.to_pylist(), strict=True
    ):
        expected = scorer.score_many([text or ""], 0.1)[0]
        if isinstance(expected, ScoredLine):
            assert (label, error) == (expected.label, None)
            assert probability == pytest.approx(expected.probability, abs=2e-6)
        else:
            assert (probability, label, error) == (None, None, "no text" if text is None else "empty")


def test_lines_are_parts_of_one_array_of_tokens(bundle: Path) -> None:
    """A copy of all tokens for each line would take memory by the square of the lines."""
    opened, arrays = Bundle.load(bundle), set[int]()

    def engine(encoded: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        arrays.update(id(line.base) for line in encoded)
        return np.zeros(len(encoded), np.float32)

    BulkScorer(opened, engine, 0.5).score(decoded(pa.array(["rain falls", "snow falls", "the rain"])))
    assert len(arrays) == 1


NO_REASON: list[str | None] = [None]
TROUBLE: dict[str, tuple[bytes, list[str | None]]] = {
    "a.csv": (
        b"text,n\n" + b"rain,1\n" * 20 + b'\xff rain,1\n,2\n\nsnow,1,2\nsnow\n"snow\nsnow",3\nrain "x",4\nrain,6',
        [*NO_REASON * 20, "not UTF-8", "empty", "empty", "too many fields", "too few fields", None, None, None],
    ),
    "a.jsonl": (
        b'{"text": "rain"}\n{"text": null}\n{"txt": 1}\n{"text": ""}\n\n{"text"\n[1]\n{"text": "\xff"}\n'
        b'{"text": "snow \\ud83c\\udf27 \\ud83c"}\n{"text": 7}',
        [None, "no text", "no text", "empty", "empty", "not valid JSON", "no JSON object", "not UTF-8", None, None],
    ),
    "a.txt": (b"\xef\xbb\xbfrain\n\n \t\nsnow\r\n\xff\n\0", [None, "empty", "empty", None, "not UTF-8", None]),
}


@pytest.mark.parametrize("name", list(TROUBLE))
def test_rows_that_cannot_be_scored_stand_in_their_place_with_the_reason(
    bundle: Path, tmp_path: Path, name: str
) -> None:
    content, expected = TROUBLE[name]
    (tmp_path / name).write_bytes(content)
    request = request_for(bundle, part_bytes=60, reading=ReadingOptions(encoding="utf-8"))
    score_here(request, [tmp_path / name], tmp_path / "out")
    found = table_of(tmp_path / "out")
    assert found["error"].to_pylist() == expected
    assert found["row"].to_pylist() == list(range(1, len(expected) + 1))
    assert [value is None for value in found["probability_b"].to_pylist()] == [error is not None for error in expected]
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_bytes())
    assert manifest["scored"] == expected.count(None)
    assert manifest["errors"] == {error: expected.count(error) for error in set(expected) - {None}}


def test_a_text_that_is_too_long_is_not_scored() -> None:
    found = decoded(pa.array(["x" * LONGEST_BYTES, "x" * (LONGEST_BYTES + 1)]))
    assert found.errors.to_pylist() == [None, "longer than 2,097,152 bytes"]
    assert found.texts[1].as_py() is None


def test_columns_of_parquet_that_are_bytes_null_classes_or_nested(bundle: Path, tmp_path: Path) -> None:
    texts = [b"rain falls on the roofs", None, b"\xff snow", b"", b"snow falls on the roofs"] * 4
    table = pa.table(
        {
            "review": pa.array([{"body": text} for text in texts], pa.struct({"body": pa.binary()})),
            "vector": [[0.5, 0.5]] * 20,
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    score_here(
        request_for(bundle, reading=ReadingOptions(text="review.body")), [tmp_path / "a.parquet"], tmp_path / "out"
    )
    found = table_of(tmp_path / "out")
    assert found["error"].to_pylist()[1::5] == ["no text"] * 4
    assert found["error"].to_pylist()[3::5] == ["empty"] * 4
    assert found["label"].to_pylist()[::5] == ["b"] * 4


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_csv_and_json_lines_out(bundle: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text('rain, "rain"\n\nsnow\n', encoding="utf-8")
    score_here(request_for(bundle, form=form, with_text=True), [path], tmp_path / "out")
    part = tmp_path / "out" / f"part-000000.{form}"
    read: Any = pyarrow.csv.read_csv if form == "csv" else pyarrow.json.read_json
    found = read(part)
    assert found.column_names == ["file", "row", "text", "probability_b", "label", "error"]
    assert found["probability_b"].to_pylist()[1] is None
    assert found["error"].to_pylist()[1] == "empty"
    assert found["text"].to_pylist()[0] == 'rain, "rain"'


def test_files_of_one_input_have_their_texts_in_columns_of_one_name(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("body,title\n" + "rain falls on the old roofs,snow\n" * 9)
    (tmp_path / "b.jsonl").write_text('{"title": "rain falls on the old roofs of town", "body": "snow"}\n' * 9)
    score_here(request_for(bundle), [tmp_path / "a.csv", tmp_path / "b.jsonl"], tmp_path / "out")
    assert table_of(tmp_path / "out")["label"].to_pylist() == ["b"] * 9 + ["a"] * 9
    (tmp_path / "c.csv").write_text("title,n\nrain,1\nsnow,2\n")
    with pytest.raises(GendertuiError, match="body") as caught:
        planned([tmp_path / "a.csv", tmp_path / "c.csv"])
    assert caught.value.where == str(tmp_path / "c.csv")


def test_lines_of_text_go_with_files_that_have_columns(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("body,n\n" + "rain falls on the old roofs,1\n" * 9)
    (tmp_path / "b.txt").write_text("snow, snow, and old roofs\n" * 9)
    score_here(request_for(bundle), sorted(tmp_path.iterdir()), tmp_path / "out")
    assert table_of(tmp_path / "out")["label"].to_pylist() == ["b"] * 9 + ["a"] * 9
    with pytest.raises(GendertuiError, match="it has no columns"):
        planned([tmp_path / "a.csv", tmp_path / "b.txt"], ReadingOptions(text="body"))


PROSE = "".join(f"{n % 2} The rain falls, they say, on {n} roofs of this town\n" for n in range(40)).encode()


def test_files_without_rows_say_nothing_of_the_others(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n,body\n")
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "c.csv").write_text("n,body\n" + "1,rain falls on the old roofs of this town\n" * 9 + "2,\xb0\n")
    (tmp_path / "d.jsonl").write_text("{}\n{\n")
    score_here(request_for(bundle), sorted(tmp_path.iterdir()), tmp_path / "out")
    found = table_of(tmp_path / "out")
    assert found["label"].to_pylist() == ["b"] * 9 + [None] * 3
    assert found["error"].to_pylist() == [None] * 10 + ["no text", "not valid JSON"]


REFUSED: dict[str, tuple[bytes, ReadingOptions, str]] = {
    "a.json": (b'[{"text": "rain"},\n{"text": "snow"}]', ReadingOptions(), "not an object on each line"),
    "b.txt": (("rain\n" * 9).encode("utf-16"), ReadingOptions(), "UTF-8 alone"),
    "c.txt": (b"rain\n", ReadingOptions(encoding="windows-1252"), "UTF-8 alone"),
    "cr.txt": (b"rain falls\rsnow falls\r", ReadingOptions(), "CR alone"),
    "latin.txt": ("Ein Schloß, ein Fluß, ein Mädchen\n".encode("cp1252") * 50, ReadingOptions(), "in cp1252"),
    "d.txt": (b"__label__a rain falls\n__label__b snow falls\n" * 20, ReadingOptions(), "read as fasttext"),
    "e.csv": (b"text,n\n" + b'"rain \\"x\\", y",1\n' * 30, ReadingOptions(), "backslashes"),
    "f.txt": (PROSE, ReadingOptions(delimiter=" "), "a label and a text"),
    "g.csv": (b"a,b\n1,2\n", ReadingOptions(text="c"), "'c'"),
    "h.txt": (b"rain\n", ReadingOptions(format="lines", text="c"), "it has no columns"),
    "k.parquet": (b"", ReadingOptions(), "this file is empty"),
    "l.bin": (bytes(range(256)) * 400, ReadingOptions(), "binary data"),
    "m.csv.bz2": (bz2.compress(b"text,n\nrain,1\n"), ReadingOptions(), "an archive that is not read as it is"),
    "n.parquet": (b"PAR1 rain", ReadingOptions(format="lines"), "this is Parquet, and not lines"),
    "i.gz": (gzip.compress(b"rain falls\n" * 50_000)[:-20], ReadingOptions(format="lines"), "cut short"),
    "j.parquet": (b"PAR1 rain", ReadingOptions(), "damaged"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_not_read_in_parts_is_refused_before_anything_starts(tmp_path: Path, name: str) -> None:
    content, options, words = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GendertuiError, match=words) as caught:
        planned([tmp_path / name], options)
    assert caught.value.where == str(tmp_path / name)
    assert caught.value.hint
