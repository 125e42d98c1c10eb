"""JSON: an object on each line, in an array, or one after another."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.readers import json_objects, json_stream, mending
from gendertui.corpus.readers.objects import KEYS_FROM_ROWS, row_of, written
from gendertui.corpus.reading.options import NO_OPTIONS
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.records import small_blocks, take

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ROWS = st.lists(st.tuples(TEXTS, st.sampled_from(["ham", "spam", None])), min_size=1, max_size=12)
STYLES = ["lines", "array", "indented array", "one a line in an array", "one after another"]


def dumped(rows: Sequence[Any], style: str, ascii_only: bool = False) -> str:
    each = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
    return {
        "lines": "".join(f"{row}\n" for row in each),
        "array": json.dumps(rows, ensure_ascii=ascii_only),
        "indented array": json.dumps(rows, ensure_ascii=ascii_only, indent=2),
        "one a line in an array": "[\n" + ",\n".join(each) + "\n]\n",
        "one after another": "\n".join(json.dumps(row, ensure_ascii=ascii_only, indent=2) for row in rows),
    }[style]


@given(
    rows=ROWS,
    style=st.sampled_from(STYLES),
    ascii_only=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
    size=st.sampled_from([3, 64, 2**20]),
)
def test_what_was_written_is_read(
    rows: list[tuple[str, str | None]],
    style: str,
    ascii_only: bool,
    encoding: str,
    ending: str,
    packed: bool,
    size: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    values = [{"text": text, "label": label} for text, label in rows]
    data = dumped(values, style, ascii_only).replace("\n", ending).encode(encoding)
    path = tmp_path_factory.mktemp("json") / "rows.json"
    path.write_bytes(gzip.compress(data) if packed else data)
    with small_blocks(size):
        taken = take(path)
    assert taken.kind == "json"
    assert taken.pairs("text", "label") == [(mending.mend(text)[0], label) for text, label in rows]
    assert not taken.left_out
    assert not taken.records.notes


@given(rows=ROWS, style=st.sampled_from(STYLES), cut=st.floats(0, 1), size=st.sampled_from([5, 2**20]))
def test_a_file_that_was_cut_short_gives_its_whole_rows_and_reports_the_last(
    rows: list[tuple[str, str | None]], style: str, cut: float, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    values = [{"text": text, "label": label} for text, label in rows]
    data = dumped(values, style, ascii_only=True)
    data = data[: int(len(data) * cut)]
    path = tmp_path_factory.mktemp("json") / "rows.json"
    path.write_text(data, encoding="utf-8")
    with small_blocks(size):
        taken = take(path, NO_OPTIONS.changed("format", "json"))
    whole = [(mending.mend(text)[0], label) for text, label in rows]
    if taken.rows:
        assert taken.pairs("text", "label") == whole[: taken.rows]
    assert sum(taken.left_out.values()) <= 1
    begun = data.count('"text":')
    assert begun <= taken.rows + sum(taken.left_out.values()) <= begun + 1
    if taken.rows < len(rows) and "array" in style and data.strip():
        assert taken.left_out or json_stream.NOT_CLOSED in taken.records.notes


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [7, 2**20])
def test_an_object_that_is_not_valid_is_a_problem_of_its_own(style: str, size: int, tmp_path: Path) -> None:
    data = dumped([{"text": f"row {number}", "label": "a"} for number in range(6)], style)
    assert '"row 3"' in data
    path = tmp_path / "rows.json"
    path.write_text(data.replace('"row 3"', "row 3"), encoding="utf-8")
    with small_blocks(size):
        taken = take(path)
    assert taken.column("text") == [f"row {number}" for number in (0, 1, 2, 4, 5)]
    (problem,) = taken.records.problems.listed
    assert problem.kind == json_stream.INVALID
    assert "row 3" in problem.text
    beginning = data[: data.index('"row 3"')].rindex("{")
    assert problem.line == data.count("\n", 0, beginning) + 1
    assert taken.left_out == {json_stream.INVALID: 1}


def test_rows_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('\n{"a": "x y"}\n\n{"a": "z"}\n[1]\n7\n', encoding="utf-8")
    taken = take(path)
    assert taken.lines == [2, 4]
    assert [(each.line, each.kind) for each in taken.records.problems.listed] == [
        (5, json_stream.NO_OBJECT),
        (6, json_stream.NO_OBJECT),
    ]
    path.write_text('[\n{"a": "x y"},\n{"a":\n "z"}, 7]\n', encoding="utf-8")
    taken = take(path)
    assert taken.lines == [2, 3]
    assert [(each.line, each.kind) for each in taken.records.problems.listed] == [(4, json_stream.NO_OBJECT)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("ham", "ham"),
        (["ham"], "ham"),
        ([], None),
        ([["ham"]], "ham"),
        (["a", "b"], "a, b"),
        (None, None),
        (1, "1"),
        (1.0, "1"),
        (-1.0, "-1"),
        (0.25, "0.25"),
        (1e300, "1e+300"),
        (float("nan"), None),
        (True, "true"),
        (False, "false"),
        ({"x": 1.0}, "x"),
        ({"x": 0.2}, "not x"),
        ({"x": 0.4, "y": 0.6}, "y"),
        ({"x": True, "y": False}, "x"),
        ({"x": 0, "y": 0}, None),
        ({"x": 1, "y": 1}, "x, y"),
    ],
)
def test_a_value_is_written_as_a_person_would(value: Any, expected: str | None) -> None:
    assert written(value) == expected


def test_objects_in_objects_are_columns_one_level_down() -> None:
    value = {
        "id": 7,
        "data": {"text": "Bolt the gate", "deeper": {"still": "no"}, "pages": 3},
        "spans": [{"start": 1}],
        "votes": {"up": 4, "down": 1},
        "cats": {"x": 1, "y": 0},
    }
    assert row_of(value) == {
        "id": "7",
        "data.text": "Bolt the gate",
        "data.pages": "3",
        "votes.up": "4",
        "votes.down": "1",
        "cats": "x",
    }


@pytest.mark.parametrize("label", [["home", "work"], [0, 1], [False, True], [["home"], ["work"]], [{"w": 0}, {"w": 1}]])
def test_labels_of_every_kind_are_two_labels(label: list[Any], tmp_path: Path) -> None:
    rows = [{"note": f"the {n} boats came home in the evening", "class": label[n % 3 == 0]} for n in range(60)]
    path = tmp_path / "rows.jsonl"
    path.write_text(dumped(rows, "lines"), encoding="utf-8")
    corpus = load(path)
    assert corpus.labels == (written(label[0]), written(label[1]))
    assert sorted(corpus.counts().values()) == [0, 20, 40]
    assert corpus.kind == "json"


@pytest.mark.parametrize(
    "value",
    [
        {"version": 2, "rows": [{"text": "x y", "label": "a"}, {"text": "z", "label": "b"}]},
        {"text": ["x y", "z"], "label": ["a", "b"]},
        {"text": {"0": "x y", "7": "z"}, "label": {"0": "a", "7": "b"}},
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_an_object_that_is_the_whole_file_is_unwrapped(value: Any, indent: int | None, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(value, indent=indent), encoding="utf-8")
    assert take(path).pairs("text", "label") == [("x y", "a"), ("z", "b")]


def test_a_file_of_one_row_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "x y", "label": ["a"]}\n', encoding="utf-8")
    assert take(path).pairs("text", "label") == [("x y", "a")]


@pytest.mark.parametrize("style", STYLES)
def test_half_of_a_surrogate_pair_is_replaced_and_said(style: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    data = dumped([{"te\ud83dxt": "cut \ud83d", "whole": "\U0001f600"}, {"te\ud83dxt": "x"}], style, ascii_only=True)
    path.write_text(data, encoding="ascii")
    taken = take(path)
    assert taken.pairs("te\ufffdxt", "whole") == [("cut \ufffd", "\U0001f600"), ("x", None)]
    assert taken.remarks[json_stream.HALF_PAIR] == 2


@pytest.mark.parametrize("ascii_only", [False, True])
def test_spoiled_text_is_mended_and_said_once(ascii_only: bool, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{"text": "the caf\u00c3\u00a9"}, {"text": "it\u0092s \u00e9"}, {"text": "lost \ufffd"}]
    path.write_text(dumped(rows, "lines", ascii_only), encoding="utf-8")
    taken = take(path)
    assert taken.column("text") == ["the caf\u00e9", "it\u2019s \u00e9", "lost \ufffd"]
    assert taken.remarks == {mending.UNDOUBLED: 1, mending.MAPPED_BACK: 1, mending.LOST: 1}
    assert [each.line for each in taken.records.problems.listed] == [1, 2, 3]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "a NUL \\u0000", "n": 1e999}',
        '{"text": "a tab\tinside", "n": NaN}',
        '{"text": "x", "n": 123456789012345678901234567890}',
        f'{{"text": "x", "n": {"9" * 5_000}}}',
        f'{{"text": "x", "n": {"[" * 100_000}}}',
        f'{{"text": "{"long " * 200_000}"}}',
        '{"": "no name", "text": "x", "text": "twice"}',
    ],
)
def test_odd_json_is_a_row_or_a_problem(line: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    for other in (f'{{"text": "other"}}\n{line}\n', f'[{{"text": "other"}},\n{line}]'):
        path.write_text(other, encoding="utf-8")
        taken = take(path)
        assert taken.rows + sum(taken.left_out.values()) == 2
        assert taken.column("text")[0] == "other"


def test_keys_that_come_late_are_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{"text": f"row {number}"} for number in range(KEYS_FROM_ROWS + 100)] + [{"text": "last", "more": "x"}]
    with small_blocks(1_000):
        path.write_text(dumped(rows, "lines"), encoding="utf-8")
        taken = take(path)
    assert taken.rows == len(rows)
    assert any("more (1)" in note for note in taken.records.notes)


def test_an_object_larger_than_any_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "LINE_BYTES", 100)
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"rows": [{"text": "x"}] * 200}, indent=1), encoding="utf-8")
    with small_blocks(50), pytest.raises(GendertuiError, match="line 1 begins an object of more than") as caught:
        take(path)
    assert caught.value.code == ExitCode.DATA


@pytest.mark.parametrize("data", ["", " \n", "[deleted]\tham\n", "{x}\n", "[1, 2]", '"text"\n', "{'text': 'x'}\n"])
def test_what_is_no_json_is_not_taken_for_it(data: str, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_text(data, encoding="utf-8")
    assert not json_objects.sniff(path)


def test_case_29(shared_data: Path) -> None:
    assert take(shared_data.parent / "cases" / "29-predict" / "lines.json").column("text") == [
        "You kept the blue kettle, then.",
        "Bolt the gate before the tide comes in.",
    ]
