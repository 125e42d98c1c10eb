"""Sentences wrapped so that figures stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from gendertui.tui.widgets.prose import wrapped

SENTENCE = (
    "It puts 57.1 of 100 lines on the right side (95 %: 55.9–58.3), AUC +0.012 (+0.006 to +0.018), or 57.1 % of all."
)
WHOLE = "AUC +0.012 (+0.006 to +0.018)"
PARTS = ("(95 %: 55.9–58.3)", "AUC +0.012", "(+0.006 to +0.018)", "57.1 %")


@pytest.mark.parametrize("width", range(20, 120))
def test_a_figure_stands_on_one_line(width: int) -> None:
    lines = wrapped(Content(SENTENCE), width).plain.split("\n")
    assert max(map(len, lines)) <= width
    assert " ".join(lines) == SENTENCE
    for part in PARTS if width <= len(WHOLE) else (*PARTS, WHOLE):
        assert any(part in line for line in lines), part


@given(st.text(st.sampled_from("ab (%)1,.–\n")), st.integers(5, 30), st.integers(0, 4))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int, indent: int) -> None:
    lines = wrapped(Content(text), width, indent).plain.split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(len, lines)) <= width


def test_what_goes_on_below_is_indented() -> None:
    assert wrapped(Content("m ANNA  I love you\nf BEN  No"), 12, 2).plain == "m ANNA  I\n  love you\nf BEN  No"
