"""How the Evaluate pane calls and orders figures, and the table of those that have no picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Offset, Region, Size
from textual.reactive import reactive

from gendertui.formatting import IN_PERCENT, METRIC_NAMES, MISSING, number, percent, points
from gendertui.tui.restyling import FocusAlone
from gendertui.tui.widgets.intervals import Interval
from gendertui.tui.widgets.tips import Tips, of_term

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Value
    from gendertui.evaluation.report.schema import Estimate, Estimates

MODEL = "this model"
# What is hardest to beat stands nearest.
ORDER = ("words-characters", "tfidf-logistic", "majority")


@dataclass(frozen=True)
class Metric:
    """A row of the table."""

    key: str
    short: str = ""
    """Its name in the table, where that is shorter than its full name."""
    natural: bool = False
    """Whether it uses probabilities at the set's own label rate; the others use predictions at even odds."""

    @property
    def name(self) -> str:
        return self.short or METRIC_NAMES[self.key]


HEADLINE = (Metric("balanced_accuracy"), Metric("auc"))
METRICS = (
    Metric("auc_within"),
    Metric("average_precision", "average precision"),
    Metric("accuracy"),
    Metric("f1_negative"),
    Metric("f1_positive"),
    Metric("log_loss", "log loss ↓", natural=True),
    Metric("log_loss_skill", "  skill", natural=True),
    Metric("brier", "Brier score ↓", natural=True),
    Metric("brier_skill", "  skill", natural=True),
    Metric("ece", "ECE ↓", natural=True),
)

EVEN = "predicted at even odds:"
SMALL_PRINT = "↓ less is better · skill: share of the base rate's loss saved"
POINTS = " · differences of per cents in points"


def contenders(model: Estimates, baselines: Mapping[str, Estimates]) -> list[tuple[str, Estimates]]:
    """The model first, then the baselines there are."""
    from gendertui.evaluation.report.read import BASELINE_NAMES

    named = [(BASELINE_NAMES.get(key, key), baselines[key]) for key in ORDER if key in baselines]
    return [(MODEL, model), *named]


def interval(name: str, figure: Estimate, metric: str) -> Interval:
    """A figure of a report as a row on an axis."""
    return Interval(name, figure.value, figure.low, figure.high, metric in IN_PERCENT)


def interval_rows(model: Estimates, baselines: Mapping[str, Estimates], metric: str) -> tuple[Interval, ...]:
    """One metric of the model and of all baselines that have it."""
    return tuple(
        interval(name, figures[metric], metric) for name, figures in contenders(model, baselines) if metric in figures
    )


@dataclass(frozen=True)
class MetricColumn:
    """A column of the table."""

    head: str
    figures: Estimates
    kept: bool = False
    """Whether its intervals are kept where there is no room for all."""
    signed: bool = False
    """Whether its figures are differences."""

    def values(self, metrics: Sequence[Metric], *, whole: bool) -> list[str]:
        """A cell a metric, with intervals or without."""
        return [_text(metric.key, self.figures.get(metric.key), whole, self.signed) for metric in metrics]


class MetricTable(Tips, FocusAlone, can_focus=True):
    """The metrics that have no axis of their own, of whatever is set side by side. While it has the focus, up and down
    choose the one to be explained."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"metrics--model", "metrics--other", "metrics--axis", "metrics--cursor"}
    enter: ClassVar[str] = "Explain"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
    ]

    columns: reactive[tuple[MetricColumn, ...]] = reactive((), layout=True)
    labels: reactive[tuple[str, str]] = reactive(("", ""), layout=True)
    groups: reactive[str] = reactive("groups", layout=True)
    """What the corpus calls its groups."""
    rate: reactive[float | None] = reactive(None)
    """Of the positive label in the set; ``None`` where the columns are of different sets."""
    metrics: reactive[tuple[Metric, ...]] = reactive(METRICS, layout=True)
    cursor: reactive[int] = reactive(0)

    @property
    def _rows(self) -> list[Metric]:
        """The metrics that are there."""
        return [metric for metric in self.metrics if self.columns and metric.key in self.columns[0].figures]

    @property
    def term(self) -> str:
        """The metric under the cursor, by its key in the glossary; empty where there is none."""
        terms = self.terms
        return terms[min(self.cursor, len(terms) - 1)] if terms else ""

    @property
    def terms(self) -> list[str]:
        """All that are there."""
        return [metric.key for metric in self._rows]

    @property
    def values(self) -> dict[str, Value]:
        """Those of the first column, by their keys in the glossary."""
        from gendertui.evaluation.glossary import Value

        first = self.columns[0] if self.columns else None
        return {
            metric.key: Value(first.head, text, first.figures[metric.key].value)
            for metric in self._rows
            if first is not None and (text := _text(metric.key, first.figures.get(metric.key), True, first.signed))
        }

    def action_move(self, by: int) -> None:
        place = self.cursor + by
        if not 0 <= place < len(self._rows):
            # What is above and below the table is reached by scrolling.
            raise SkipAction
        self.cursor = place
        self._scroll_to_cursor()

    def _line_of(self, place: int) -> int:
        """The line of a metric: below the head and the line on odds; further down there is one more line on those."""
        return place + 2 + self._rows[place].natural

    def _place_at(self, line: int) -> int | None:
        """The metric in a line of the table."""
        return next((place for place in range(len(self._rows)) if self._line_of(place) == line), None)

    def tip_at(self, at: Offset) -> str:
        place = self._place_at(at.y)
        if place is None:
            return ""
        metric = self._rows[place].key
        return of_term(metric, self.values.get(metric))

    def on_click(self, event: events.Click) -> None:
        place = self._place_at(event.y)
        self.cursor = self.cursor if place is None else place

    def _scroll_to_cursor(self) -> None:
        scroller = next((node for node in self.ancestors if isinstance(node, VerticalScroll)), None)
        if scroller is not None:
            at = self.content_region.offset + Offset(0, self._line_of(self.cursor))
            place = at - scroller.content_region.offset + scroller.scroll_offset
            scroller.scroll_to_region(Region(place.x, place.y, 1, 1), animate=False)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return Text("\n", no_wrap=True, overflow="ellipsis").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Text]:
        if not self.columns:
            return []
        negative, positive = self.labels
        rows = self._rows
        names = [metric.name.format(negative=negative, positive=positive, groups=self.groups) for metric in rows]
        edge = max(map(len, names), default=0)
        gap, cells = 2, [column.values(rows, whole=True) for column in self.columns]
        widths = self._widths(cells)
        if edge + sum(gap + width for width in widths) > width:
            gap, cells = 1, [column.values(rows, whole=column.kept) for column in self.columns]
            widths = self._widths(cells)
        styles = [self.get_component_rich_style(f"metrics--{part}") for part in ("model", "other")]
        axis = self.get_component_rich_style("metrics--axis")

        def line(name: str, values: Sequence[str]) -> Text:
            text = Text(f"{name:<{edge}}", axis, no_wrap=True)
            for place, (value, cell) in enumerate(zip(values, widths, strict=True)):
                text.append(" " * gap + f"{value:<{cell}}", styles[place > 0])
            text.rstrip()
            return text

        lines = [line("", [column.head for column in self.columns]), Text(EVEN, axis)]
        natural = False
        for place, (metric, name) in enumerate(zip(rows, names, strict=True)):
            if metric.natural and not natural:
                natural = True
                rate = "" if self.rate is None else f", {percent(self.rate)} {positive}"
                lines.append(Text(f"probabilities at the labels' own rate{rate}:", axis))
            lines.append(line(name, [values[place] for values in cells]))
            if self.has_focus and metric.key == self.term:
                lines[-1] = Text(lines[-1].plain, self.get_component_rich_style("metrics--cursor"))
        more = POINTS if any(column.signed for column in self.columns) else ""
        return [*lines, Text(SMALL_PRINT + more, axis)]

    def _widths(self, cells: Sequence[Sequence[str]]) -> list[int]:
        return [max(map(len, (column.head, *values))) for column, values in zip(self.columns, cells, strict=True)]


def _text(metric: str, figure: Estimate | None, whole: bool, signed: bool) -> str:
    if figure is None:
        return MISSING
    in_percent = metric in IN_PERCENT
    if whole:
        return figure.signed(percent=in_percent) if signed else figure.text(percent=in_percent)
    if in_percent:
        return points(figure.value) if signed else percent(figure.value)
    return number(figure.value, sign=signed)
