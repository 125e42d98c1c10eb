"""Folders in Hugging Face's layout: README, sets, class names, several files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.readers import front_matter, huggingface, json_stream
from gendertui.corpus.readers.front_matter import Config
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.records import take

README = """---
license: mit
pretty_name: 'Boats: a set'
extra: |
  dataset_info: is no key here
task_categories:
- text-classification
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': home
          '1': "work, away" # as it is called
  splits:
  - name: train
    num_bytes: 100
---
# Boats

dataset_info:
"""


def boats(start: int, count: int) -> list[dict[str, Any]]:
    return [
        {"text": f"the {number} boats came home in the evening", "label": number % 2}
        for number in range(start, start + count)
    ]


def parquet(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pa.parquet.write_table(pa.Table.from_pylist(list(rows)), path)


def jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def test_the_readme_names_the_classes_and_the_files_the_sets(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    parquet(tmp_path / "data" / "test-00000-of-00001.parquet", boats(40, 10))
    parquet(tmp_path / "data" / "train-00000-of-00002.parquet", boats(0, 20))
    parquet(tmp_path / "data" / "train-00001-of-00002.parquet", boats(20, 20))
    corpus = load(tmp_path)
    assert corpus.kind == "huggingface"
    assert corpus.labels == ("home", "work, away")
    assert corpus.column("text").to_pylist() == [row["text"] for row in boats(0, 50)]
    assert corpus.column("split").to_pylist() == ["train"] * 40 + ["test"] * 10
    assert any("train 40, test 10" in note and "--split given" in note for note in corpus.notes)


@pytest.mark.parametrize("form", ["train.jsonl", "boats_train.jsonl", "Train.JSONL", "plain_text/train.jsonl"])
def test_names_say_the_sets(form: str, tmp_path: Path) -> None:
    jsonl(tmp_path / form, boats(0, 6))
    jsonl((tmp_path / form).with_name("dev.jsonl"), boats(6, 2))
    taken = take(tmp_path)
    assert taken.kind == "huggingface"
    assert taken.column("split") == ["train"] * 6 + ["validation"] * 2


def test_a_set_of_another_name_keeps_it(tmp_path: Path) -> None:
    rows = [{**row, "label": -1} for row in boats(0, 3)]
    parquet(tmp_path / "unsupervised-00000-of-00001.parquet", rows)
    parquet(tmp_path / "train-00000-of-00001.parquet", boats(0, 4_000))
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    corpus = load(tmp_path)
    assert corpus.column("split").to_pylist() == ["train"] * 4_000 + ["unsupervised"] * 3
    assert corpus.counts()[None] == 3
    assert corpus.units.group is None


def test_files_may_have_other_columns(tmp_path: Path) -> None:
    jsonl(tmp_path / "train.jsonl", [{"text": "one two", "label": "a", "split": "own"}])
    jsonl(tmp_path / "test.jsonl", [{"id": 7, "text": "three four"}])
    taken = take(tmp_path)
    assert taken.records.columns == ("text", "label", "split", "id", "set")
    assert taken.pairs("label", "id") == [("a", None), (None, "7")]
    assert taken.column("set") == ["train", "test"]
    assert taken.lines == [1, 1]


def test_configs_name_the_files(tmp_path: Path) -> None:
    text = """---
configs:
- config_name: default
  data_files:
  - split: train
    path: rows/a*.jsonl
  - split: test
    path:
    - "rows/b.jsonl"
    - ../outside.jsonl
---
"""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "README.md").write_text(text, encoding="utf-8")
    for name in ("set/rows/a1", "set/rows/a2", "set/rows/b", "set/rows/c", "outside"):
        jsonl(tmp_path / f"{name}.jsonl", [{"text": name}])
    taken = take(tmp_path / "set")
    assert taken.pairs("text", "split") == [
        ("set/rows/a1", "train"),
        ("set/rows/a2", "train"),
        ("set/rows/b", "test"),
    ]


def test_several_data_sets_in_one_folder_are_asked_about(tmp_path: Path) -> None:
    for name in ("large", "small"):
        jsonl(tmp_path / name / "train.jsonl", boats(0, 4))
    with pytest.raises(GendertuiError, match="several data sets: large, small") as caught:
        load(tmp_path)
    assert caught.value.code == ExitCode.DATA
    assert take(tmp_path / "small").rows == 4


def test_the_same_rows_in_another_form_are_read_once(tmp_path: Path) -> None:
    jsonl(tmp_path / "train.jsonl", boats(0, 4))
    parquet(tmp_path / "train.parquet", boats(0, 4))
    taken = take(tmp_path)
    assert taken.rows == 4
    assert taken.records.notes == ["Of the train set the .parquet files are read, not train.jsonl."]


def test_what_datasets_saves_to_disk(tmp_path: Path) -> None:
    features = {"label": {"names": ["home", "work"], "_type": "ClassLabel"}}
    table = pa.Table.from_pylist(boats(0, 8))
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    for split in ("train", "test"):
        folder = tmp_path / "both" / split
        folder.mkdir(parents=True)
        stored = str(folder / "data-00000-of-00001.arrow")
        with pa.OSFile(stored, "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        (folder / "state.json").write_text("{}", encoding="utf-8")
        (folder / "dataset_info.json").write_text("{}", encoding="utf-8")
    (tmp_path / "both" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}', encoding="utf-8")
    both = load(tmp_path / "both")
    assert both.labels == ("home", "work")
    assert both.column("split").to_pylist() == ["train"] * 8 + ["test"] * 8
    one = load(tmp_path / "both" / "test")
    assert len(one) == 8
    assert one.labels == ("home", "work")


def test_rows_read_are_rows_kept_and_reported(tmp_path: Path) -> None:
    jsonl(tmp_path / "train.jsonl", boats(0, 6))
    jsonl(tmp_path / "test.jsonl", boats(6, 4))
    for name in ("train", "test"):
        with (tmp_path / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write("no JSON\n")
    corpus = load(tmp_path)
    assert corpus.rows_read == 12
    assert corpus.left_out == {json_stream.INVALID: 2}
    assert [(each.file, each.line) for each in corpus.problems] == [("train.jsonl", 7), ("test.jsonl", 5)]


def test_moved_is_not_changed(tmp_path: Path) -> None:
    jsonl(tmp_path / "a" / "train.jsonl", boats(0, 6))
    first = load(tmp_path / "a").data_hash
    (tmp_path / "a").rename(tmp_path / "b")
    assert load(tmp_path / "b").data_hash == first
    (tmp_path / "b" / "train.jsonl").rename(tmp_path / "b" / "training.jsonl")
    jsonl(tmp_path / "b" / "test.jsonl", boats(0, 6))
    assert load(tmp_path / "b").data_hash != first


@pytest.mark.parametrize(
    "names", [[], ["notes.csv"], ["test.jsonl"], ["constraint.csv"], ["train/1.txt", "train/2.txt"]]
)
def test_what_is_no_data_set(names: Sequence[str], tmp_path: Path) -> None:
    for name in names:
        jsonl(tmp_path / name, boats(0, 2))
    assert not huggingface.sniff(tmp_path)
    assert not huggingface.sniff(tmp_path / "absent")


def described(text: str, tmp_path: Path) -> front_matter.FrontMatter:
    path = tmp_path / "README.md"
    path.write_text(f"---\n{text}\n---\nmore\n", encoding="utf-8")
    return front_matter.read(path)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=12)


@given(
    names=st.lists(NAMES, min_size=2, max_size=5, unique=True), quote=st.sampled_from(["'", '"']), deep=st.booleans()
)
def test_class_names_are_read_as_they_were_written(
    names: list[str], quote: str, deep: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def quoted(name: str) -> str:
        name = name.replace("'", "''") if quote == "'" else name.replace("\\", "\\\\").replace('"', '\\"')
        return f"{quote}{name}{quote}"

    indent = "  " if deep else ""
    listed = "\n".join(f"{indent}        '{number}': {quoted(name)}" for number, name in enumerate(names))
    text = (
        f"dataset_info:\n- config_name: default\n  features:\n{indent}  - name: label\n"
        f"{indent}    dtype:\n{indent}      class_label:\n{indent}       names:\n{listed}"
    )
    found = described(text, tmp_path_factory.mktemp("readme"))
    assert not found.problem
    assert found.configs == (Config("default", {"label": names}),)


@pytest.mark.parametrize(
    "text",
    [
        "    sequence:\n      class_label:\n        names: [a, 'b']",
        "    dtype:\n      class_label:\n        names:\n        - a\n        - b",
        "    dtype:\n      class_label:\n        names:\n          0: a\n          1: b # the other\n",
    ],
)
@pytest.mark.parametrize("dash", ["  - name", "  -\n    name"])
def test_class_names_in_other_writings(dash: str, text: str, tmp_path: Path) -> None:
    text = f"dataset_info:\n  description: long\n    and: longer\n  features:\n{dash}: label\n{text}"
    assert described(text, tmp_path).configs == (Config("default", {"label": ["a", "b"]}),)


@given(text=st.text(st.sampled_from("ab: -'\"[]{}|>#\n&*\t"), max_size=60))
def test_a_head_that_is_not_understood_is_said_and_no_harm(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = described(f"dataset_info:\n{text}", tmp_path_factory.mktemp("readme"))
    assert found.problem or not any(config.classes or config.patterns for config in found.configs)


def test_a_head_that_is_not_understood_stands_in_the_notes(tmp_path: Path) -> None:
    jsonl(tmp_path / "train.jsonl", boats(0, 6))
    (tmp_path / "README.md").write_text("---\ndataset_info:\n  *anchor\n---\n", encoding="utf-8")
    assert any("line 3 is not understood" in note for note in load(tmp_path).notes)
