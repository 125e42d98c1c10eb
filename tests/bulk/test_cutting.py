"""Spans of a text: whole rows, every byte once, as many as Arrow finds in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.bulk.cutting import last_row_end, spans
from gendertui.bulk.layout import DELIMITED, JSON, LINES, Layout
from gendertui.bulk.plan import InputFile, Part, Stamp
from gendertui.bulk.rows import PartReader
from gendertui.errors import GendertuiError

QUOTED = Layout(DELIMITED, text=("b",), columns=("a", "b"), delimiter=",", quoting=True)
PIECES = st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"x", b'x"', b"\xc3\xa9"])
FIELDS = st.one_of(
    st.lists(st.sampled_from(["x", " ", "é", ",", "\n", "\r\n", '""']), max_size=4).map(
        lambda signs: f'"{"".join(signs)}"'
    ),
    st.sampled_from(["", "x", 'x "y" z', 'y"']),
)
ROWS = st.lists(st.tuples(FIELDS, FIELDS, st.sampled_from(["\n", "\r\n"])), min_size=1, max_size=12)


def blocks_of(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def rows_of(data: bytes, layout: Layout, folder: Path) -> int:
    """Rows that the reader finds in a text, taken as one part whose rows nobody has counted."""
    if not data:
        return 0
    path = folder / "text"
    path.write_bytes(data)
    reader = PartReader([InputFile(str(path), Stamp.of(str(path)), "", 0, layout)])
    found = 0
    try:
        for texts in reader.chunks(Part(0, 0, 0, len(data), 1, -1)):
            found += len(texts)
    except GendertuiError as error:
        assert "rows and not" in error.what
    return found


@settings(max_examples=50)
@given(rows=ROWS, size=st.integers(1, 40), ended=st.booleans())
def test_spans_of_quoted_rows_are_whole_rows(
    rows: list[tuple[str, str, str]], size: int, ended: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "".join(f"{first},{second}{end}" for first, second, end in rows).encode()
    data = text if ended else text.rstrip(b"\r\n")
    found = list(spans(blocks_of(data, size), QUOTED, "file"))
    assert [span.start for span in found] + [len(data)] == [0] + [span.end for span in found]
    assert sum(span.rows for span in found) == len(rows)
    folder = tmp_path_factory.getbasetemp()
    for span in found:
        assert rows_of(data[span.start : span.end], QUOTED, folder) == span.rows


@given(pieces=st.lists(PIECES, max_size=20))
def test_rows_end_where_arrow_ends_them_whatever_the_quotation_marks(
    pieces: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = b"".join(pieces) + b"\n"
    end, rows = last_row_end(data, QUOTED)
    assert data[:end].endswith(b"\n") or not end
    assert rows_of(data[:end], QUOTED, tmp_path_factory.getbasetemp()) == rows


@given(data=st.binary(max_size=60), size=st.integers(1, 20), kind=st.sampled_from([LINES, JSON]))
def test_lines_end_at_line_feeds_alone(data: bytes, size: int, kind: str) -> None:
    found = list(spans(blocks_of(data, size), Layout(kind), "file"))
    assert b"".join(data[span.start : span.end] for span in found) == data
    assert sum(span.rows for span in found) == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def test_an_open_quotation_mark_is_an_error_that_says_where() -> None:
    with pytest.raises(GendertuiError, match="begins at byte 8 has a quotation mark that is not closed"):
        list(spans([b"1,x\n2,y\n", b'3,"z\n4,w\n'], QUOTED, "file"))
