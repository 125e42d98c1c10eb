"""Words counted by bytes, held against a regular expression."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.statistics import count_words

_TEXT = st.text(max_size=8) | st.text("a é \t\n\f\r\v\u2028\xa0", max_size=8)


@given(st.lists(st.lists(_TEXT, max_size=4), max_size=4), st.integers(0, 3), st.integers(0, 16))
def test_words_are_runs_between_ascii_white_space(chunks: list[list[str]], start: int, length: int) -> None:
    texts = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string()).slice(start, length)
    wanted = [len(re.findall(r"[^ \t\n\f\r]+", text)) for text in texts.to_pylist()]
    assert count_words(texts).tolist() == wanted
