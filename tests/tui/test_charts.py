"""Charts in cells: where values and ticks stand."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from gendertui.tui.charts.picture import picture
from gendertui.tui.charts.scale import Scale
from gendertui.tui.charts.series import Band, Frame, Mark, Series
from gendertui.tui.train.run_preview import draw_auc
from gendertui.tui.widgets.curves import Curves, Line

ends = st.tuples(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4)).map(lambda low_span: (low_span[0], sum(low_span)))


@given(ends, st.integers(3, 180), st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_scale_shows_all_it_has_to_with_ticks_evenly_spaced_at_round_numbers(
    limits: tuple[float, float], cells: int, whole: bool
) -> None:
    low, high = limits
    scale = Scale.fit(low, high, cells, (2, 6), whole=whole)
    half = 0.5 + 1e-3
    assert -half <= scale.place(low) and scale.place(high) <= cells - 1 + half
    # Between ticks there are as many cells everywhere, and each is at what its label says.
    ticks = scale.ticks()
    assert len({after - before for before, after in pairwise(ticks)}) <= 1
    step = scale.unit * scale.spacing
    assert min(abs(step / 10 ** math.floor(math.log10(step) + 1e-6) - digit) for digit in (1, 2, 5)) < 1e-6
    for cell in ticks:
        label = scale.label(cell)
        assert float(label.replace("−", "-")) == pytest.approx(scale.value(cell), abs=step * 1e-3)
        assert label not in ("−0", "−0.0", "−0.00")
        if whole:
            assert "." not in label


@given(st.floats(1e-3, 10), st.floats(1.01, 500), st.integers(3, 60))
@settings(max_examples=60, deadline=None)
def test_a_logarithmic_scale_shows_all_it_has_to(low: float, factor: float, cells: int) -> None:
    scale = Scale.fit(low, low * factor, cells, (2, 6), logarithmic=True)
    assert scale.place(low) >= -0.51 and scale.place(low * factor) <= cells - 0.49
    assert scale.value(scale.place(low)) == pytest.approx(low)
    # What is written is evenly spaced, too, as far as few decimals can be.
    labels, factor = [float(scale.label(cell)) for cell in scale.ticks()], 10 ** (scale.unit * scale.spacing)
    assert all(after - before == pytest.approx(before * (factor - 1), rel=0.3) for before, after in pairwise(labels))


@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(-5, 5)), min_size=1, max_size=60),
    st.integers(0, 120),
    st.integers(0, 40),
)
@settings(max_examples=80, deadline=None)
def test_a_picture_fills_its_room_exactly(points: list[tuple[float, float]], width: int, height: int) -> None:
    points.sort()
    x, y = [each for each, _ in points], [each for _, each in points]
    series = [Series("a", "second", x, y), Series("b", "faint", x, y), Series("c", "level", (0, 50), (1.0, 1.0))]
    marks = [Mark("best", "best", x[0])]
    drawn = picture(series, Frame((0, 50), None, "epoch"), width, height, marks=marks, band=Band("c", -1, 1))
    assert [len(row) for row in drawn.rows] == [width] * height
    assert all(len(character) == 1 for row in drawn.rows for character, _ in row)


def test_a_sign_stands_in_the_row_of_its_tick_and_on_its_curve() -> None:
    series = Series("a", "second", (0, 1, 2), (0.50, 0.55, 0.60))
    rows = ["".join(character for character, _ in row) for row in picture([series], Frame((0, 2), None), 50, 14).rows]
    for value in ("0.50", "0.55", "0.60"):
        assert [row for row in rows if "●" in row and row.startswith(value)]


@given(st.floats(-3.0, 3.0), st.floats(0.001, 3.0), st.integers(3, 40), st.floats(0, 1), st.floats(0, 1))
def test_a_scale_stays_where_what_it_has_to_show_grows_within_its_ends(
    low: float, span: float, cells: int, down: float, up: float
) -> None:
    scale = Scale.fit(low, low + span, cells, (2, 4))
    bottom, top = scale.ends
    grown = low + down * (min(bottom, low) - low), low + span + up * (max(top, low + span) - low - span)
    assert Scale.fit(*grown, cells, (2, 4)).ends == pytest.approx(scale.ends)


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), st.integers(2, 60))
@settings(max_examples=120, deadline=None)
def test_an_axis_has_no_tick_beyond_its_bounds_and_goes_beyond_where_it_has_to_alone(
    limits: list[float], cells: int
) -> None:
    low, high = limits
    within, without = (Scale.fit(low, high, cells, (2, 6), bounds=bounds) for bounds in ((0.0, 1.0), None))
    assert all(-1e-9 <= within.value(cell) <= 1 + 1e-9 for cell in within.ticks())
    assert within.place(low) >= -0.51 and within.place(high) <= cells - 0.49
    # As fine as without, and all of it within where that is no more than there is between the bounds.
    assert (within.unit, within.spacing) == (without.unit, without.spacing)
    bottom, top = within.ends
    assert bottom > -1e-9
    assert top < 1 + 1e-9 or bottom < 1e-9


async def test_the_axis_of_an_auc_ends_at_one() -> None:
    chart = Curves("AUC on validation", id="auc")

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield chart

    async with Alone().run_test(size=(60, 14)):
        draw_auc(chart, [(1.0, 0.5), (2.0, 0.9), (3.0, 0.99)])
        scale = chart.picture.y
        assert scale is not None
        labels = [scale.label(cell) for cell in scale.ticks()]
        assert float(labels[-1]) == 1.0 and scale.ends[1] == pytest.approx(1.0), labels


async def test_the_vertical_axis_stays_while_a_curve_moves_a_little_and_comes_back_when_it_is_too_long() -> None:
    chart = Curves("Loss", id="loss")

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield chart

    async with Alone().run_test(size=(60, 14)):

        def ticks(*values: float) -> list[str]:
            chart.show([Line("train", "first", list(range(len(values))), values)], len(values))
            rows = ("".join(character for character, _ in row) for row in chart.picture.rows)
            return [row.split("┤")[0] for row in rows if "┤" in row]

        before = ticks(0.70, 0.60)
        assert ticks(0.70, 0.595) == ticks(0.702, 0.60) == before
        assert ticks(0.70, 0.40) != before
        # A spike that has gone leaves no empty chart.
        assert ticks(0.70, 0.60) == ticks(0.70, 0.60, 0.61)
        assert min(float(tick) for tick in ticks(0.02, 0.01)) >= 0


async def test_the_vertical_axis_of_a_loss_that_falls_and_falls_is_drawn_anew_a_few_times_alone() -> None:
    chart = Curves("Loss", id="loss")

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield chart

    async with Alone().run_test(size=(60, 30)):
        scales, written = [], []
        losses: list[float] = []
        for step in range(120):
            losses.append(0.3 + 0.5 * math.exp(-step / 40))
            places = [number / 120 for number in range(len(losses))]
            written.append(chart.show([Line("train", "first", places, losses, every=0)], 0.9))
            scales.append(chart.picture.y)
        changes = [before != after for before, after in pairwise(scales)]
        # From 0.008 to 0.5 is six doublings.
        assert sum(changes) <= 12
        # Else one more point at the end of the curve.
        assert max(cells for cells, change in zip(written[1:], changes, strict=True) if not change) <= 12


def test_below_the_epochs_stand_the_batches_where_there_is_room() -> None:
    def rows(height: int) -> list[str]:
        frame = Frame((0, 4), (0, 1), "epoch", (1_610, "batch"), whole=True)
        return ["".join(character for character, _ in row).rstrip() for row in picture([], frame, 60, height).rows]

    epochs, batches = rows(14)[-2:]
    assert epochs.split() == ["0", "1", "2", "3", "epoch", "4"]
    assert batches.split() == ["0", "1,610", "3,220", "4,830", "batch", "6,440"]
    # Each below the epoch that it is of.
    assert abs(batches.index("1,610") + 2 - epochs.index("1")) <= 1
    assert "1,610" not in "".join(rows(13))


@pytest.mark.parametrize("width", [40, 47, 54, 80, 131])
@pytest.mark.parametrize("epochs", [1, 2, 5, 6, 20])
def test_an_axis_has_its_name_and_the_number_of_its_last_tick_at_any_width(width: int, epochs: int) -> None:
    for batches in (12, 310, 12_000):
        frame = Frame((0, epochs), (0.5, 0.9), "epoch", (batches, "batch"), whole=True)
        above, below = ("".join(sign for sign, _ in row).split() for row in picture([], frame, width, 18).rows[-2:])
        above.remove("epoch")
        below.remove("batch")
        assert below[-1] == f"{int(above[-1]) * batches:,}"
