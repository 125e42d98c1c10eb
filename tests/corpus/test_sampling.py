"""Which rows decide what a file's columns hold, and what is never opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.problems import Problems
from gendertui.corpus.reading.options import NO_OPTIONS
from gendertui.corpus.reading.records import Records
from gendertui.corpus.reading.stream import SAMPLE_ROWS, spool
from gendertui.errors import ExitCode, GendertuiError

HALF = SAMPLE_ROWS * 2


def of(columns: dict[str, list[str]], rows: int) -> Records:
    table = pa.table(columns)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches(max_chunksize=rows)

    return Records(tuple(columns), batches(), Problems())


@pytest.mark.parametrize("rows", [500, 100_000])
@pytest.mark.parametrize("name", ["label", "kind"])
def test_a_file_sorted_by_label_has_two_labels(name: str, rows: int, tmp_path: Path) -> None:
    texts = [f"the {number} boats came home in the evening" for number in range(2 * HALF)]
    records = of({"text": texts, name: ["neg"] * HALF + ["pos"] * HALF}, rows)
    spooled = spool(tmp_path / "reviews", records, NO_OPTIONS, tmp_path / "lines.arrow")
    assert spooled.reading.values == {"neg": HALF, "pos": HALF}
    assert spooled.rows == 2 * HALF
    assert [path.name for path in tmp_path.iterdir()] == ["lines.arrow"]
    with pa.memory_map(str(tmp_path / "lines.arrow")) as source:
        assert pa.ipc.open_file(source).read_all().column("text").to_pylist() == texts


def test_another_column_of_two_values_is_no_label_where_the_named_one_is_sorted(tmp_path: Path) -> None:
    columns = {
        "text": [f"the {number} boats came home in the evening" for number in range(2 * HALF)],
        "language": ["en", "fr"] * HALF,
        "label": ["neg"] * HALF + ["pos"] * HALF,
    }
    spooled = spool(tmp_path / "reviews", of(columns, 500), NO_OPTIONS, tmp_path / "lines.arrow")
    assert spooled.reading.values == {"neg": HALF, "pos": HALF}


def test_groups_of_some_rows_are_found_in_a_file_sorted_by_label(tmp_path: Path) -> None:
    columns = {
        "text": [f"the {number} boats came home in the evening" for number in range(8 * HALF)],
        "label": ["neg"] * 4 * HALF + ["pos"] * 4 * HALF,
        "user": [f"u{number // 10}" for number in range(8 * HALF)],
    }
    spooled = spool(tmp_path / "reviews", of(columns, 500), NO_OPTIONS, tmp_path / "lines.arrow")
    group = spooled.reading.decision("group")
    assert group is not None
    assert group.value == "user"


@pytest.mark.parametrize("form", [None, "collated"])
def test_a_pipe_is_refused_and_never_opened(form: str | None, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(GendertuiError, match="neither a file nor a folder") as caught:
        load(path, NO_OPTIONS.changed("format", form))
    assert caught.value.code == ExitCode.DATA
