"""A picture of each widget by itself: `make snapshots` makes them anew; look at each before committing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from gendertui.corpus.statistics import CorpusStatistics
from gendertui.tui.app import STYLES
from gendertui.tui.charts.picture import MOST_POINTS, thinned
from gendertui.tui.charts.series import Frame, Series
from gendertui.tui.corpus.overview import Labels, Lengths
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.panes import PANES
from gendertui.tui.predict.attributions import AttributionView, Word
from gendertui.tui.predict.probability_bar import ProbabilityBar
from gendertui.tui.themes import DEFAULT, OWN
from gendertui.tui.widgets.confusion import Confusion
from gendertui.tui.widgets.intervals import Interval, Intervals
from gendertui.tui.widgets.plot import Plot
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import Column, VirtualTable

Snap = Callable[..., bool]


class Gallery(App[None]):
    """Widgets, one below the other, in the program's own style; or a dialog over nothing."""

    CSS_PATH = sorted(STYLES.glob("*.tcss"))

    def __init__(self, *shown: Widget, dialog: Screen[Any] | None = None) -> None:
        super().__init__()
        self._shown = shown
        self._dialog = dialog
        for theme in OWN:
            self.register_theme(theme)
        self.theme = DEFAULT

    def compose(self) -> ComposeResult:
        yield from self._shown

    def on_mount(self) -> None:
        if self._dialog is not None:
            self.push_screen(self._dialog)


class Squares:
    """Rows for a table of any length."""

    def __len__(self) -> int:
        return 1000

    def cell(self, row: int, column: str) -> Text:
        return Text(str(row) if column == "n" else f"the square is {row * row:,}")


def test_table(snap_compare: Snap) -> None:
    table = VirtualTable([Column("n", "n", 6, right=True), Column("square", "square", 10, grow=True)])

    async def scrolled(pilot: Pilot[None]) -> None:
        table.show(Squares(), range(1000), sorted_by=("n", False))
        table.focus()
        await pilot.press("end", "up", "up")

    assert snap_compare(Gallery(table), terminal_size=(44, 10), run_before=scrolled)


def test_plot(snap_compare: Snap) -> None:
    plot = Plot("Loss")
    plot.styles.height = 14
    epochs = [1.0, 2.0, 3.0, 4.0]
    series = [
        Series("train", "first", epochs, [0.69, 0.66, 0.63, 0.61], "0.610"),
        Series("validation", "second", epochs, [0.68, 0.67, 0.675, 0.69], "0.690"),
        Series("majority", "level", [1.0, 2.5, 4.0], [0.693] * 3, "0.693"),
    ]

    def draw(_: Pilot[None]) -> None:
        plot.draw(series, Frame((0.8, 4.2), (0.6, 0.7)))

    assert snap_compare(Gallery(plot), terminal_size=(60, 14), run_before=_later(draw))


def test_intervals(snap_compare: Snap) -> None:
    intervals = Intervals()
    intervals.rows = (
        Interval("this model", 0.571, 0.559, 0.583, True),
        Interval("TF-IDF + LR", 0.568, 0.557, 0.580, True),
        Interval("few films", 0.52, None, None, True),
    )
    assert snap_compare(Gallery(intervals), terminal_size=(60, 9))


def test_confusion(snap_compare: Snap) -> None:
    confusion = Confusion()
    confusion.labels = ("m", "f")
    confusion.counts = ((6007, 4231), (1674, 2097))
    assert snap_compare(Gallery(confusion), terminal_size=(50, 6))


def test_bars(snap_compare: Snap) -> None:
    labels, lengths = Labels(), Lengths()
    labels.styles.height, lengths.styles.height = 4, 5
    bins: Sequence[tuple[int, int | None, int]] = ((0, 0, 5), (1, 2, 90), (3, 4, 260), (5, 8, 400), (9, None, 120))
    statistics = CorpusStatistics(
        lines=875,
        labelled={"m": 520, "f": 240, None: 115},
        groups=12,
        speakers=40,
        empty=5,
        median_words=6.0,
        lengths=tuple(bins),
    )
    labels.statistics = lengths.statistics = statistics
    assert snap_compare(Gallery(labels, lengths), terminal_size=(50, 10))


def test_tab_line(snap_compare: Snap) -> None:
    tabs = TabLine([Item("verdict", "Verdict", "v"), Item("curves", "Curves", "u"), Item("leaks", "Leaks", "l")])

    def choose(_: Pilot[None]) -> None:
        tabs.chosen = "curves"

    assert snap_compare(Gallery(tabs), terminal_size=(50, 3), run_before=_later(choose))


def test_probability_bar(snap_compare: Snap) -> None:
    bars = [ProbabilityBar() for _ in range(3)]
    for bar, probability in zip(bars, (0.37, 0.52, 0.98), strict=True):
        bar.styles.height = 3
        bar.labels = ("m", "f")
        bar.probability = probability
    assert snap_compare(Gallery(*bars), terminal_size=(70, 9))


def test_attributions(snap_compare: Snap) -> None:
    view = AttributionView()
    words = [Word("i"), Word("love", 0.52), Word("the", -0.08), Word("ship", -0.61, changed=True), Word("[bold]", 0.1)]

    def show(_: Pilot[None]) -> None:
        view.show(words)

    assert snap_compare(Gallery(view), terminal_size=(50, 4), run_before=_later(show))


def test_choice(snap_compare: Snap) -> None:
    answers = [("keep", "Leave it closed", "Nothing is counted."), ("open", "Open it", "It is counted.")]
    dialog = Choice("Open the test set", "It has been read twice. [b]Open it?[/b]", answers)
    assert snap_compare(Gallery(dialog=dialog), terminal_size=(60, 14))


def test_question(snap_compare: Snap) -> None:
    dialog = Question("Another name", "Name of the model.", str, start="quick-films")
    assert snap_compare(Gallery(dialog=dialog), terminal_size=(60, 12))


def _later(act: Callable[[Pilot[None]], None]) -> Callable[[Pilot[None]], Any]:
    """Do it once the app stands, and let what follows from it happen."""

    async def run(pilot: Pilot[None]) -> None:
        act(pilot)
        await pilot.pause()

    return run


@pytest.mark.parametrize("name", PANES)
def test_no_key_of_a_pane_is_one_that_a_table_takes_for_itself(name: str) -> None:
    """It would act everywhere in the pane but where most of its time is spent."""
    taken = {key for binding in VirtualTable.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")}
    assert {"g", "G", "j", "k"} <= taken
    letters = {key for key in taken if len(key) == 1}
    assert not letters & {pressed for key in PANES[name].keys for pressed in key.keys.split(",")}


def test_a_long_curve_is_drawn_in_few_points_with_its_ends_and_its_peaks() -> None:
    y = [0.001 * place for place in range(5_000)]
    y[1_234], y[4_321] = -9.0, 99.0
    x = [float(place) for place in range(5_000)]
    fewer, values = thinned(x, y)
    assert len(fewer) <= MOST_POINTS + 2
    assert fewer == sorted(fewer)
    assert {0.0, 1_234.0, 4_321.0, 4_999.0} <= set(fewer)
    assert values == [y[int(place)] for place in fewer]
    assert thinned(x[:MOST_POINTS], y[:MOST_POINTS]) == (x[:MOST_POINTS], y[:MOST_POINTS])
