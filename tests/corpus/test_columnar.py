"""Parquet, Feather and Arrow files: types to text, batches, damage."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.readers import columnar, mending
from gendertui.corpus.readers.arrow_values import texts
from gendertui.corpus.reading.options import NO_OPTIONS
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.records import take

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ROWS = st.lists(st.tuples(st.none() | TEXTS, st.sampled_from(["ham", "spam", None])), min_size=1, max_size=12)


def write_stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


Write = Callable[[pa.Table, Path], object]
FORMS: dict[str, Write] = {
    "parquet": lambda table, path: pa.parquet.write_table(table, path),
    "parquet, small groups": lambda table, path: pa.parquet.write_table(table, path, row_group_size=3),
    "feather": lambda table, path: pa.feather.write_feather(table, str(path)),
    "arrow": lambda table, path: pa.feather.write_feather(table, str(path), compression="uncompressed", chunksize=2),
    "stream": write_stream,
}
STRINGS = {"string": pa.string(), "large": pa.large_string(), "dictionary": pa.dictionary(pa.int8(), pa.string())}


@given(rows=ROWS, form=st.sampled_from(list(FORMS)), kind=st.sampled_from(list(STRINGS)))
def test_what_was_written_is_read(
    rows: list[tuple[str | None, str | None]], form: str, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("columnar") / "rows"
    columns = [pa.array([row[place] for row in rows], pa.string()).cast(STRINGS[kind]) for place in (0, 1)]
    FORMS[form](pa.table(columns, ["text", "label"]), path)
    taken = take(path)
    assert taken.kind == "parquet"
    expected = [(None if text is None else mending.mend(text)[0], label) for text, label in rows]
    assert taken.pairs("text", "label") == expected
    assert taken.lines == list(range(1, len(rows) + 1))
    assert not taken.left_out


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, None, -3], pa.int64(), ["1", None, "-3"]),
        ([1, 255], pa.uint8(), ["1", "255"]),
        ([1.0, 0.5, float("nan"), None], pa.float64(), ["1", "0.5", None, None]),
        ([1.0, 0.1], pa.float32(), ["1", "0.1"]),
        ([1.0, None], pa.float16(), ["1", None]),
        ([True, False, None], pa.bool_(), ["true", "false", None]),
        ([Decimal("1.50")], pa.decimal128(5, 2), ["1.50"]),
        ([datetime.date(2026, 1, 2)], pa.date32(), ["2026-01-02"]),
        ([datetime.timedelta(days=1)], pa.duration("s"), ["86400"]),
        ([b"caf\xc3\xa9", b"caf\xe9", None], pa.binary(), ["caf\u00e9", "caf\ufffd", None]),
        ([b"caf\xe9"], pa.large_binary(), ["caf\ufffd"]),
        (["x", None], pa.string_view(), ["x", None]),
        ([["ham"], [], None, ["a", "b"], [None]], pa.list_(pa.string()), ["ham", None, None, "a, b", None]),
        ([[1], [2]], pa.list_(pa.int64(), 1), ["1", "2"]),
        ([[True], None], pa.large_list(pa.bool_()), ["true", None]),
        (
            [{"x": 1.0, "y": 0.0}, {"x": None, "y": 0.7}, None, {"x": 0.0, "y": 0.0}],
            pa.struct([("x", pa.float64()), ("y", pa.float64())]),
            ["x", "y", None, None],
        ),
        ([None, None], pa.null(), [None, None]),
    ],
)
@pytest.mark.parametrize("sliced", [False, True])
def test_a_value_is_written_as_a_person_would(
    values: Sequence[Any], kind: pa.DataType, expected: Sequence[str | None], sliced: bool
) -> None:
    array = pa.array(values, kind)
    array = pa.concat_arrays([array, array]).slice(len(values)) if sliced else array
    found = texts(array)
    assert found.type == pa.string()
    assert found.to_pylist() == list(expected)


def test_text_that_its_writer_did_not_check_is_shown_as_far_as_it_is_utf8(tmp_path: Path) -> None:
    odd = pa.array([b"caf\xe9", b"x"], pa.binary()).view(pa.string())
    path = tmp_path / "rows.parquet"
    pa.parquet.write_table(pa.table([odd], ["text"]), path)
    taken = take(path)
    assert taken.column("text") == ["caf\ufffd", "x"]
    assert taken.remarks == {mending.LOST: 1}


def test_structures_are_columns_and_what_is_nested_deeper_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    rows = [{"text": "x y", "meta": {"id": 7, "tags": ["a"], "deep": {"x": "y"}}, "vector": [0.5, 0.25], "m.id": "z"}]
    pa.parquet.write_table(pa.Table.from_pylist(rows), path)
    taken = take(path)
    assert taken.records.columns == ("text", "meta.id", "meta.tags", "m.id")
    assert [taken.column(name) for name in taken.records.columns] == [["x y"], ["7"], ["a"], ["z"]]
    assert taken.records.notes == ["Columns that hold no text are not read: meta.deep, vector."]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "rows.arrow"
    write_stream(pa.table([pa.array(["a"]), pa.array(["b"])], ["text", "text"]), path)
    taken = take(path)
    assert [taken.column(name) for name in ("text", "text (2)")] == [["a"], ["b"]]


@pytest.mark.parametrize(
    "feature",
    [
        {"names": ["neg", "pos"], "_type": "ClassLabel"},
        {"feature": {"names": ["neg", "pos"], "_type": "ClassLabel"}, "_type": "Sequence"},
        [{"names": ["neg", "pos"], "_type": "ClassLabel"}],
    ],
)
def test_class_names_in_the_metadata_are_the_labels(feature: Any, tmp_path: Path) -> None:
    listed = "names" not in feature
    codes = [0, 1, -1, 1, 0, 5]
    labels: list[Any] = [[code] for code in codes] if listed else codes
    table = pa.table({"text": [f"the {number} boats came home" for number in range(6)], "label": labels})
    features = {"text": {"dtype": "string", "_type": "Value"}, "label": feature}
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    path = tmp_path / "rows.parquet"
    pa.parquet.write_table(table, path)
    assert take(path).column("label") == ["neg", "pos", None, "pos", "neg", "5"]


@pytest.mark.parametrize(
    "metadata", [b"", b"{", b"[]", b'{"info": {"features": [1]}}', b'{"info": {"features": {"a": 1}}}']
)
def test_metadata_that_is_not_understood_is_no_harm(metadata: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    table = pa.table({"a": [0, 1]}).replace_schema_metadata({b"huggingface": metadata})
    pa.parquet.write_table(table, path)
    assert take(path).column("a") == ["0", "1"]


def test_large_batches_are_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "rows.feather"
    texts_of = [f"{number} " + "word " * 2_000 for number in range(2_000)]
    pa.feather.write_feather(pa.table({"text": texts_of}), str(path), compression="uncompressed")
    records = columnar.records(path, NO_OPTIONS)
    batches = list(records.batches)
    assert len(batches) >= 4
    assert max(batch.nbytes for batch in batches) <= 2 * columnar.BATCH_BYTES
    assert [text for batch in batches for text in batch.column("text").to_pylist()] == texts_of


def test_a_corpus_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    rows = [{"text": f"the {n} boats came home in the evening", "spam": float(n % 3 == 0)} for n in range(60)]
    pa.parquet.write_table(pa.Table.from_pylist(rows), path)
    corpus = load(path)
    assert corpus.labels == ("0", "1")
    assert corpus.counts() == {"0": 40, "1": 20, None: 0}
    moved = tmp_path / "moved.parquet"
    path.rename(moved)
    assert load(moved).data_hash == corpus.data_hash


@given(form=st.sampled_from(list(FORMS)), data=st.data())
def test_a_damaged_file_is_refused_or_read(
    form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("columnar") / "rows"
    FORMS[form](pa.table({"text": ["one", "two", "three"], "label": [0, 1, 0]}), path)
    whole = path.read_bytes()
    if data.draw(st.booleans()):
        path.write_bytes(whole[: data.draw(st.integers(8, len(whole)))])
    else:
        place = data.draw(st.integers(8, len(whole) - 1))
        path.write_bytes(whole[:place] + bytes([data.draw(st.integers(0, 255))]) + whole[place + 1 :])
    try:
        take(path)
    except GendertuiError as error:
        assert error.code == ExitCode.DATA


def test_what_it_is_not_is_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("one\n", encoding="utf-8")
    with pytest.raises(GendertuiError, match="neither Parquet nor an Arrow file"):
        take(path, NO_OPTIONS.changed("format", "parquet"))
    path.write_bytes(b"FEA1" + bytes(40))
    with pytest.raises(GendertuiError, match="Feather file of version 1"):
        take(path)
    pa.parquet.write_table(pa.table({"vector": [[0.5]]}), path)
    with pytest.raises(GendertuiError, match="no column of this Parquet file holds text: vector"):
        take(path)


@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_without_rows_has_none(form: str, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    FORMS[form](pa.table({"text": pa.array([], pa.string())}), path)
    assert take(path).rows == 0
    with pytest.raises(GendertuiError, match="no line is labelled"):
        load(path)
