"""Parts of the Predict pane that need no screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gendertui import formatting
from gendertui.errors import GendertuiError
from gendertui.scoring.rate import parse_rate
from gendertui.tui.predict import history_file
from gendertui.tui.predict.attributions import Word, lay_out
from gendertui.tui.predict.scene_view import sparkline

WORDS = st.lists(
    st.builds(Word, st.text("ab雨!", min_size=1, max_size=30), st.sampled_from([0.0, 0.07, -1.25]), st.booleans()),
    max_size=60,
)


@given(WORDS, st.integers(1, 90))
def test_every_word_has_its_place_in_order_and_rows_fit(words: list[Word], width: int) -> None:
    rows = lay_out(words, width)
    assert [word for row, numbers in rows if not numbers for word in row] == words
    for place, (row, numbers) in enumerate(rows):
        assert len(row) == 1 or sum(word.cells + 1 for word in row) - 1 <= width
        if numbers:
            assert rows[place - 1] == (row, False) and any(word.value for word in row)
    assert sum(numbers for _, numbers in rows) == sum(
        any(word.value for word in row) for row, numbers in rows if not numbers
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200), st.integers(1, 40))
def test_a_sparkline_ends_at_the_last_value_and_fits(values: list[float], cells: int) -> None:
    line = sparkline(values, (0.2, 0.8), cells)
    assert cell_len(line) == min(len(values), cells)
    assert line[-1] == sparkline(values[-1:], (0.2, 0.8), cells)
    assert sparkline([0.2, 0.5, 0.8, 0.0, 1.0], (0.2, 0.8), 9) == "▁▄▇▁▇"


@pytest.mark.parametrize(("text", "rate"), [("0.2", 0.2), ("20 %", 0.2), (" 20% ", 0.2), ("0.5 %", 0.005)])
def test_a_rate_is_a_share_or_a_percentage(text: str, rate: float) -> None:
    assert parse_rate(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["", "0", "1", "20", "-0.1", "100 %", "nan", "inf", "f", "% 20"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(GendertuiError, match="no rate"):
        parse_rate(text)


def test_a_percentage_is_never_rounded_to_certainty() -> None:
    assert [formatting.probability(share) for share in (0.624, 0.998, 0.9999, 0.003, 1.0, 0.0)] == [
        "62 %",
        "99.8 %",
        "99.99 %",
        "0.3 %",
        "100 %",
        "0 %",
    ]


def test_the_history_is_found_by_all_words_newest_first_and_each_text_once() -> None:
    lines = [
        history_file.HistoryEntry(text, 0.6, "f", ("m", "f"), "model", float(time))
        for time, text in enumerate(["Rain today", "no", "rain", "Rain today", "today it RAINED"])
    ]
    found = history_file.matching(lines, "rain TODAY")
    assert [(asked.text, asked.time) for asked in found] == [("today it RAINED", 4.0), ("Rain today", 3.0)]
    assert len(history_file.matching(lines, "")) == 4
