"""Parallel coordinates: every line meets each axis where its value stands, whatever the room."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.sweeps.search import Choices, Range, parse
from gendertui.training.config import preset
from gendertui.tui.charts.parallel import Axis, Entry, most_axes, parallel
from gendertui.tui.sweep.settings import chosen, place_of

AXES = (
    Axis("learning rate", "0.0001", "0.01"),
    Axis("hidden size", "32", "128", [(0.5, "64")]),
    Axis("AUC", "0.5", "0.6"),
)


def lines(axes: list[Axis], entries: list[Entry], width: int, height: int) -> list[str]:
    return ["".join(character for character, _ in row) for row in parallel(axes, entries, width, height).rows]


def test_axes_have_their_names_and_ends_and_lines_their_signs() -> None:
    drawn = lines(list(AXES), [Entry("second", [0, 0.5, 1]), Entry("best", [1, 0, 0], "◆")], 41, 11)
    assert drawn[0].split("  ")[0] == "learning rate"
    assert "hidden size" in drawn[0] and drawn[0].endswith("AUC")
    assert drawn[1].split() == ["0.01", "128", "0.6"]
    assert drawn[-1].split() == ["0.0001", "32", "0.5"]
    assert [(line.index("◆"), at) for at, line in enumerate(drawn) if "◆" in line] == [(0, 2), (20, 9)]
    assert drawn[9].endswith("◆")
    assert "64" in drawn[6] or "64" in drawn[5]


@given(
    st.lists(
        st.builds(Axis, st.text("abc é", max_size=30), st.text("0.", max_size=9), st.text("0.", max_size=9)), max_size=8
    ),
    st.data(),
    st.integers(0, 90),
    st.integers(0, 30),
)
def test_any_room_is_filled_and_never_left(axes: list[Axis], data: st.DataObject, width: int, height: int) -> None:
    places = st.lists(st.floats(0, 1), min_size=len(axes), max_size=len(axes))
    entries = data.draw(
        st.lists(st.builds(Entry, st.sampled_from(["second", "best"]), places, st.sampled_from(["", "◆"])))
    )
    drawn = lines(axes, entries, width, height)
    assert [len(line) for line in drawn] == [width] * height
    if entries and entries[-1].sign and 2 <= len(axes) <= most_axes(width) and height > 5:
        assert sum(line.count("◆") for line in drawn) >= len(axes)


@pytest.mark.parametrize("expression", ["learning_rate=log:1e-5..1e-1", "dropout=0..0.6", "hidden_size=16..256"])
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_value_of_a_range_stands_higher(expression: str, one: float, other: float) -> None:
    (dimension,) = parse(expression, preset("quick"))
    assert isinstance(dimension, Range)
    low, high = (dimension.low + share * (dimension.high - dimension.low) for share in sorted((one, other)))
    assert 0 <= place_of(dimension, low) <= place_of(dimension, high) <= 1
    assert (place_of(dimension, dimension.low), place_of(dimension, dimension.high)) == (0, 1)


def test_choices_stand_evenly_in_their_order_and_a_logarithm_is_one() -> None:
    choices, rate = parse("hidden_size=32|64|128, learning_rate=log:1e-4..1e-2", preset("quick"))
    assert isinstance(choices, Choices)
    assert [place_of(choices, value) for value in choices.values] == [0, 0.5, 1]
    assert place_of(rate, 1e-3) == pytest.approx(0.5)


@given(
    st.dictionaries(st.sampled_from(["dropout", "hidden_size", "learning_rate"]), st.floats(0, 1)), st.integers(0, 4)
)
def test_the_fields_that_matter_most_are_kept_in_their_order(importance: dict[str, float], most: int) -> None:
    every: Any = parse("hidden_size=32|64, dropout=0..0.6, learning_rate=0.001..0.01", preset("quick"))
    kept = chosen(every, importance, most)
    assert len(kept) == min(most, 3)
    assert [each for each in every if each in kept] == kept
    left = [importance.get(each.field.name, 0) for each in every if each not in kept]
    assert all(importance.get(each.field.name, 0) >= max(left, default=0) for each in kept)


@pytest.mark.parametrize("value", [-1.0, 0.7])
def test_what_others_put_beside_the_range_stands_at_its_end(value: float) -> None:
    (dropout,) = parse("dropout=0..0.6", preset("quick"))
    assert place_of(dropout, value) == float(value > 0)
