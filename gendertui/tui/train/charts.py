"""Loss and AUC over the epochs, side by side: one reading line, one zoom and one legend for both."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Resize

from gendertui.formatting import count, interval, number
from gendertui.tui.charts.picture import ROOMIER
from gendertui.tui.charts.series import AUC_BOUNDS, Band, Mark, Role
from gendertui.tui.widgets.curves import Curves, Line, axis_end

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.training.events import Epoch

MARKS = 25
"""At most so many points of a curve get a sign: more would be one heap."""
LEAST_AUC_SPAN = 0.1
"""What the AUC's axis shows at least: noise of a hundredth must not look like learning."""
LEAST_ZOOM = 0.02
"""Of an epoch, the least that can be zoomed into."""
BASELINES: dict[str, tuple[str, Role]] = {"tfidf-logistic": ("TF-IDF", "level"), "majority": ("majority", "other")}


class EpochCharts(Horizontal):
    """Two charts of the run that is followed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: RunView | None = None
        self.reading: float | None = None
        """The place that is read, in epochs; ``None`` where none is."""
        self._zoom: tuple[float, float] | None = None
        self._logarithmic = False
        self._smooth = True

    def compose(self) -> ComposeResult:
        yield Curves("Loss", id="loss")
        yield Curves("AUC on validation", id="auc")

    def show(self, view: RunView) -> int:
        """Draw what has changed; another run is shown whole.

        :returns: how many cells are written for it.
        """
        if self._view is None or self._view.address != view.address:
            self.reading = self._zoom = None
        self._view = view
        return self._draw()

    def on_resize(self, _: Resize) -> None:
        # The title says more where a chart is low, once that is known.
        self.call_after_refresh(self._draw)

    # What a person does

    def move(self, columns: int) -> None:
        """Read so many columns further on; at first, what is newest."""
        if self._view is None:
            return
        scale = self.query_one("#loss", Curves).picture.x
        end = self._view.epochs_done
        if self.reading is None or scale is None:
            self.reading = end
        else:
            self.reading = min(max(self.reading + columns * scale.unit, 0.0), end)
        if self._zoom is not None:
            low, high = self._zoom
            by = min(self.reading - low, 0.0) + max(self.reading - high, 0.0)
            self._zoom = low + by, high + by
        self._draw()

    def leave(self) -> None:
        """Read the newest values again."""
        self.reading = None
        self._draw()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show an interval of epochs that is so many times as long.

        :param around: what stays where it is; by default what is read, or the newest.
        """
        if self._view is None:
            return
        whole = 0.0, float(axis_end(self._view.epochs_done))
        low, high = self._zoom or whole
        around = next(place for place in (around, self.reading, self._view.epochs_done) if place is not None)
        width = max((high - low) * factor, LEAST_ZOOM)
        share = (around - low) / (high - low)
        low = min(max(around - share * width, 0.0), max(whole[1] - width, 0.0))
        self._zoom = None if width >= whole[1] else (low, low + width)
        self._draw()

    def whole(self) -> None:
        """Show all epochs."""
        self._zoom = None
        self._draw()

    def toggle_logarithm(self) -> None:
        self._logarithmic = not self._logarithmic
        self._draw()

    def toggle_smoothing(self) -> None:
        self._smooth = not self._smooth
        self._draw()

    @on(Curves.Pointed)
    def _pointed(self, event: Curves.Pointed) -> None:
        event.stop()
        self.reading = None if event.x is None or self._view is None else min(max(event.x, 0), self._view.epochs_done)
        self._draw()

    @on(Curves.Wheeled)
    def _wheeled(self, event: Curves.Wheeled) -> None:
        event.stop()
        self.zoom(event.factor, event.x)

    # Drawing

    def _draw(self) -> int:
        return 0 if self._view is None else self._draw_loss(self._view) + self._draw_auc(self._view)

    def _draw_loss(self, view: RunView) -> int:
        lines = []
        y = view.loss.smooth if self._smooth else view.loss.y
        if self._smooth and len(y) > 1:
            lines.append(Line("", "faint", view.loss.x, view.loss.y))
        train = _at(view.loss.x, y, self.reading) if self.reading is not None else _train_loss(view)
        lines.append(Line("train", "first", view.loss.x, y, number(train), every=0))
        numbered = sorted(view.epochs.items())
        x, losses = [float(each) for each, _ in numbered], [epoch.validation["loss"] for _, epoch in numbered]
        says = number(_at(x, losses, self.reading))
        lines.append(Line("validation", "second", x, losses, says, every=max(1, len(x) // MARKS)))
        chart = self.query_one("#loss", Curves)
        ways = ["log axis"] * self._logarithmic + ["not smoothed"] * (not self._smooth)
        said = self._place(view) + ([f"({', '.join(ways)})"] if ways else [])
        if not said and view.plan is not None and 0 < chart.size.height < ROOMIER:
            # A low chart has no room for an axis of them.
            said = [f"· {count(view.plan.batches)} batches an epoch"]
        _entitle(chart, " ".join(["Loss", *said]))
        return chart.show(
            lines,
            view.epochs_done,
            view.total_epochs,
            marks=self._marks(view),
            logarithmic=self._logarithmic,
            within=self._zoom,
            batches=view.plan.batches if view.plan is not None else None,
        )

    def _draw_auc(self, view: RunView) -> int:
        # There is none where validation has too few lines of a label.
        numbered = [(each, epoch) for each, epoch in sorted(view.epochs.items()) if "auc" in epoch.validation]
        x, areas = [float(each) for each, _ in numbered], [epoch.validation["auc"] for _, epoch in numbered]
        lines = [Line("this run", "second", x, areas, number(_at(x, areas, self.reading)), max(1, len(x) // MARKS))]
        chance = view.plan.chance if view.plan is not None else None
        for key, (name, role) in BASELINES.items():
            # The majority's is always 0.5, the middle of what chance gives.
            if "auc" in (figures := view.baselines.get(key, {})) and not (role == "other" and chance is not None):
                lines.append(Line(name, role, (), [figures["auc"]]))
        band = None if chance is None else Band("chance", 0.5 - chance, 0.5 + chance, _span(chance))
        chart = self.query_one("#auc", Curves)
        read = [epoch for _, epoch in numbered if self.reading is not None and epoch.epoch <= self.reading]
        _entitle(chart, _said(read[-1]) if read else "AUC on validation")
        return chart.show(
            lines,
            view.epochs_done,
            view.total_epochs,
            marks=self._marks(view),
            band=band,
            least_span=LEAST_AUC_SPAN,
            within=self._zoom,
            batches=view.plan.batches if view.plan is not None else None,
            bounds=AUC_BOUNDS,
        )

    def _marks(self, view: RunView) -> list[Mark]:
        marks = [] if view.best is None else [Mark("best", "best", float(view.best), str(view.best))]
        return marks if self.reading is None else [*marks, Mark("", "cursor", self.reading)]

    def _place(self, view: RunView) -> list[str]:
        """Where is read."""
        if self.reading is None:
            return []
        batches = view.plan.batches if view.plan is not None else 0
        return [f"at epoch {number(self.reading, 2)}, batch {count(self.reading * batches)}"]


def _entitle(chart: Curves, title: str) -> None:
    if chart.border_title != title:
        chart.border_title = title


def _span(chance: float) -> str:
    return interval(0.5 - chance, 0.5 + chance, 2)


def _said(epoch: Epoch) -> str:
    between = interval(epoch.auc_low, epoch.auc_high, 2)
    return f"AUC after epoch {epoch.epoch}" + (f" ({between})" if between else "")


def _at(x: list[float], y: list[float], place: float | None) -> float | None:
    """The newest value at a place; where none is given, of all."""
    if place is None:
        return y[-1] if y else None
    before = bisect_right(x, place + 1e-9)
    return y[before - 1] if before else None


def _train_loss(view: RunView) -> float | None:
    """Mean since the epoch began: at its end the figure that the table has."""
    if view.batch is not None:
        return view.batch.loss
    return view.epochs[max(view.epochs)].train.get("loss") if view.epochs else None
