"""ROC, precision against recall, calibration: each a plot with its figures in words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import count, interval, percent, percent_interval
from gendertui.tui.charts.series import Frame, Series
from gendertui.tui.evaluate.metric_table import MODEL
from gendertui.tui.evaluate.tab import ViewsTab
from gendertui.tui.formatting import literal
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.plot import Plot
from gendertui.tui.widgets.tab_line import Item, TabLine

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Value
    from gendertui.evaluation.report.schema import CalibrationBin, Point
    from gendertui.tui.evaluate.subject import Shown

VIEWS = (Item("roc", "ROC"), Item("precision", "precision and recall"), Item("calibration", "calibration"))
TERMS = {
    "roc": ("roc", "auc"),
    "precision": ("precision recall", "average_precision"),
    "calibration": ("calibration", "ece"),
}
"""View → what it shows, by the glossary's keys."""
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Where a curve is put into words."""
LEVEL_POINTS = 60
NONE = "This report has no curves: it was written by an older version."


class CurvesTab(ViewsTab):
    """One view at a time on a narrow screen, all three side by side on a wide one."""

    def compose(self) -> ComposeResult:
        yield self.view_line("curve-views", VIEWS)
        with Scroller(id="curve-report"):
            for view in VIEWS:
                with Container(id=f"view-{view.id}", classes="view"):
                    yield Plot("", id=f"plot-{view.id}")
                    with Container(classes="box words") as box:
                        box.border_title = "In words"
                        yield Static(id=f"words-{view.id}")

    def on_mount(self) -> None:
        self.choose(VIEWS[0].id)

    def on_resize(self) -> None:
        # On a wide screen there is nothing to choose: the footer must know.
        self.refresh_bindings()

    def focus_first(self) -> None:
        self.query_one("#curve-report").focus()

    @property
    def terms(self) -> list[str]:
        """Of the plots that are seen: one on a narrow screen, else all."""
        if self.shown is None or not self.shown.part.curves.roc:
            return []
        seen = [view.id for view in VIEWS if self.query_one(f"#view-{view.id}").display]
        return [*dict.fromkeys(key for view in seen for key in TERMS[view]), "guessing"]

    @property
    def values(self) -> dict[str, Value]:
        from gendertui.evaluation.glossary import Value

        figures = {} if self.shown is None else self.shown.part.model
        return {key: Value(MODEL, figure.text(), figure.value) for key, figure in figures.items()}

    def choose(self, view: str) -> None:
        self.query_one(TabLine).chosen = view
        for each in VIEWS:
            self.query_one(f"#view-{each.id}").set_class(each.id == view, "-chosen")

    def draw(self, shown: Shown) -> None:
        part, (negative, positive) = shown.part, shown.report.labels
        curves, rate = part.curves, part.counts[positive] / max(part.rows, 1)
        if not curves.roc:
            for view in VIEWS:
                self.query_one(f"#plot-{view.id}", Plot).draw([], Frame((0.0, 1.0), None))
                self.query_one(f"#words-{view.id}", Static).update(Content(shown.why_none(NONE)))
            return
        titles = {
            "roc": f"ROC of {positive}",
            "precision": f"Precision against recall of {positive}",
            "calibration": f"Calibration of {positive}",
        }
        for name, title in titles.items():
            self.query_one(f"#plot-{name}").border_title = literal(title)
        level = [point / (LEVEL_POINTS - 1) for point in range(LEVEL_POINTS)]
        self._plot("roc", curves.roc, Series("guessing", "other", level, level))
        self._plot("precision", curves.precision_recall, Series("guessing", "other", (0.0, 1.0), (rate, rate)))
        self._calibration(curves.calibration)
        self.query_one("#words-roc", Static).update(_roc_words(curves.roc, negative, positive))
        self.query_one("#words-precision", Static).update(_precision_words(curves.precision_recall, positive, rate))
        self.query_one("#words-calibration", Static).update(_calibration_words(curves.calibration, positive))

    def _plot(self, view: str, points: Sequence[Point], level: Series) -> None:
        curve = Series(MODEL, "second", [x for x, _ in points], [y for _, y in points], every=0)
        # Precisions of a weak signal lie low: the room above them would be empty.
        top = min(1.25 * max(curve.y), 1.02)
        self.query_one(f"#plot-{view}", Plot).draw([curve, level], Frame((0.0, 1.0), (0.0, top)))

    def _calibration(self, bins: Sequence[CalibrationBin]) -> None:
        x = [part.mean_probability for part in bins]
        y = [part.share_positive for part in bins]
        spans = [None if part.low is None or part.high is None else (part.low, part.high) for part in bins]
        ends = [*x, *y, *(end for span in spans if span for end in span)]
        low, high = max(min(ends) - 0.03, 0.0), min(max(ends) + 0.03, 1.0)
        level = [low + (high - low) * point / (LEVEL_POINTS - 1) for point in range(LEVEL_POINTS)]
        self.query_one("#plot-calibration", Plot).draw(
            [Series(MODEL, "second", x, y, spans=spans), Series("ideal", "other", level, level)],
            Frame((low, high), (low, high)),
        )


def at(points: Sequence[Point], x: float) -> float:
    """The height of a curve at ``x``, between its points by a straight line; points ascend."""
    before = points[0]
    for point in points:
        if point[0] >= x:
            width = point[0] - before[0]
            return point[1] if width <= 0 else before[1] + (point[1] - before[1]) * (x - before[0]) / width
        before = point
    return before[1]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], remark: str) -> Content:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))

    lines = [Content.styled(line(head), "dim"), *(Content(line(row)) for row in rows), Content.styled(remark, "dim")]
    return Content("\n").join(lines)


def _roc_words(points: Sequence[Point], negative: str, positive: str) -> Content:
    rows = [(percent(share, 0), percent(at(points, share), 0)) for share in SHARES]
    return _table(
        (f"{negative} taken for {positive}", f"{positive} found"), rows, "guessing finds as many as it takes wrongly"
    )


def _precision_words(points: Sequence[Point], positive: str, rate: float) -> Content:
    ascending = sorted(points)
    rows = [(percent(share, 0), percent(at(ascending, share), 0)) for share in SHARES]
    head = (f"{positive} found", "right when it says so")
    return _table(head, rows, f"guessing is right {percent(rate, 0)} of the time")


def _calibration_words(bins: Sequence[CalibrationBin], positive: str) -> Content:
    rows = []
    for part in bins:
        between = percent_interval(part.low, part.high, 0)
        rows.append((interval(part.lower, part.upper, 2), count(part.n), percent(part.share_positive), between))
    return _table(("says", "lines", f"are {positive}", "95 %"), rows, "both labels weigh the same")
