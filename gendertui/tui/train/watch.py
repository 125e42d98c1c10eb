"""The run that is followed, from its first stage to its last epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from gendertui.corpus.units import NO_UNITS
from gendertui.formatting import clock, count
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.train.charts import EpochCharts
from gendertui.tui.train.epoch_rows import EPOCH_COLUMNS, EpochRows
from gendertui.tui.train.machine_strip import MachineStrip
from gendertui.tui.train.now_box import NowBox
from gendertui.tui.train.remarks import remarks
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.train.throttle import Throttle
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import HEADER_ROWS, VirtualTable

if TYPE_CHECKING:
    from gendertui.runs.view import RunView

CURVES_SECONDS = 2.0
NUMBERS_SECONDS = 1.0
"""How often curves and running numbers are drawn at most: more would be written to a slow line in vain."""
CELLS_PER_SECOND = 400
MOST_CURVES_SECONDS = 10.0
"""So many cells of the curves, of four bytes or so, are written on average; and how long they rest at most after
much, as when an axis has grown."""
ROOM = 8
"""Rows of the epoch table while no more epochs are done; then twice as many."""
NO_RUN = (
    "No run is followed.\n\n"
    "Press {configure} to configure one and start it, or {runs} to choose one of those there are.\n"
    "Training runs in a process of its own: it continues in the background when you close this program."
)


class WatchTab(TrainTab):
    """Stages while a run prepares, then curves and the epoch table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].tab("watch").own_keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._tabled: tuple[object, ...] = ()
        self._state: tuple[object, ...] = ()
        self._curved: tuple[object, ...] = ()
        self._numbers = Throttle(self, NUMBERS_SECONDS, self._draw_numbers)
        self._curves = Throttle(self, CURVES_SECONDS, self._draw_curves)

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="train-states", initial="no-run"):
            with Vertical(id="no-run"):
                keymap = self.gendertui.keymap
                words = NO_RUN.format(configure=keymap.shown("app.configure"), runs=keymap.shown("train.runs"))
                yield Static(words, id="no-run-words", markup=False)
            with Vertical(id="run"):
                yield NowBox(id="now")
                yield MachineStrip(id="machine")
                yield StableStatic(id="stages", classes="box")
                yield EpochCharts(id="curves")
                yield VirtualTable(EPOCH_COLUMNS, id="epochs", enter="Explain")
                yield StableStatic(id="remarks")

    def on_mount(self) -> None:
        self.query_one("#stages").border_title = "Preparing"
        self._clock = self.set_interval(1.0, self._show_clock, pause=True)
        self.watch(self.app, "run_model", self._end_changed, init=False)
        self.watch(self.app, "undecided", self._end_changed, init=False)
        self.watch(self.app, "command_failed", self._end_changed, init=False)

    def focus_first(self) -> None:
        epochs = self.query_one("#epochs")
        if self.gendertui.run_view is not None and epochs.display:
            epochs.focus()
        else:
            self.focus_pane()

    # The run

    def run_changed(self, view: RunView | None) -> None:
        self.query_one("#train-states", ContentSwitcher).current = "no-run" if view is None else "run"
        training = view is not None and view.plan is not None and (view.batch is not None or bool(view.epochs))
        # Of a run that ended before its first stage, or cannot be read, the remarks say all there is to say.
        preparing = view is not None and not training and (view.active or bool(view.stages))
        if view is not None and view.info is None and view.host:
            # Nothing is known of it yet.
            preparing = False
        state = (None,) if view is None else (view.address, view.state, view.active, training, preparing)
        if new_state := state != self._state:
            self._state = state
            # A table that is hidden loses the focus to nobody, and the pane's keys would not act.
            focused = self.screen.focused in (None, self.gendertui.pane, self.query_one("#epochs"))
            for part in ("#curves", "#epochs"):
                self.query_one(part).display = training
            self.query_one("#stages").display = preparing
            ticks = view is not None and preparing and view.active
            (self._clock.resume if ticks else self._clock.pause)()
            self._show_clock()
            if focused and self.is_shown:
                self.focus_first()
            self.refresh_bindings()
        if view is None:
            return
        if preparing:
            self.query_one("#stages", StableStatic).update(_stages(view))
        self._show_remarks(view)
        self._show_epochs(view)
        if new_state:
            self._numbers.now()
        else:
            self._numbers.ask()
        points = (view.address, view.loss.x[-1:], len(view.epochs), tuple(view.baselines))
        if training and points != self._curved:
            if new_state:
                self._curves.now()
            else:
                self._curves.ask()

    def _show_clock(self) -> None:
        """Since when the run prepares, once a second meanwhile."""
        view, stages = self.gendertui.run_view, self.query_one("#stages")
        if view is not None and view.active and view.began is not None and stages.display:
            stages.border_subtitle = clock(max(self.gendertui.clock() - view.began, 0))
        elif stages.border_subtitle:
            stages.border_subtitle = ""

    def _show_epochs(self, view: RunView) -> None:
        rows = (view.address, len(view.epochs), view.best, view.over, view.total_epochs)
        if rows == self._tabled:
            return
        same, self._tabled = self._tabled[:1] == rows[:1], rows
        epochs = [view.epochs[number] for number in sorted(view.epochs)]
        table = self.query_one("#epochs", VirtualTable)
        # Somebody who has gone up stays there.
        cursor = table.cursor if same and table.cursor < len(table.order) - 1 else len(epochs) - 1
        # With room for those to come: each other height draws both charts anew, whole.
        room = len(epochs) if view.over else min(view.total_epochs or 1, ROOM if len(epochs) <= ROOM else 2 * ROOM)
        table.styles.height = room + HEADER_ROWS
        table.pinned = None if view.best is None else sorted(view.epochs).index(view.best)
        shown = EpochRows(epochs, view.best)
        table.update(shown, range(len(epochs)), columns=EPOCH_COLUMNS, sorted_by=None, cursor=cursor)

    def _draw_curves(self) -> None:
        view = self.gendertui.run_view
        if view is not None:
            self._curved = (view.address, view.loss.x[-1:], len(view.epochs), tuple(view.baselines))
            written = self.query_one(EpochCharts).show(view)
            self._curves.rest(min(written / CELLS_PER_SECOND, MOST_CURVES_SECONDS))

    def _draw_numbers(self) -> None:
        view = self.gendertui.run_view
        if view is not None:
            self.query_one(NowBox).show(view, self.gendertui.run_model)

    def action_chart(self, what: str) -> None:
        charts = self.query_one(EpochCharts)
        match what:
            case "back":
                charts.move(-1)
            case "on":
                charts.move(1)
            case "nearer":
                charts.zoom(0.5)
            case "farther":
                charts.zoom(2.0)
            case "whole":
                charts.whole()
            case "logarithm":
                charts.toggle_logarithm()
            case "smoothing":
                charts.toggle_smoothing()
        self.refresh_bindings()

    @on(VirtualTable.Opened, "#epochs")
    def _row_opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        self.action_explain()

    def on_click(self, event: events.Click) -> None:
        if event.widget is not None and self.query_one(NowBox) in event.widget.ancestors_with_self:
            self.action_explain()

    def action_explain(self) -> None:
        """Say what the figures mean, with those of the epoch under the cursor."""
        view = self.gendertui.run_view
        if view is None or view.plan is None:
            return
        from gendertui.tui.train.watch_terms import terms

        table, epochs = self.query_one("#epochs", VirtualTable), sorted(view.epochs)
        found = terms(view, view.epochs[epochs[min(table.cursor, len(epochs) - 1)]] if epochs else None)
        values = {key: value for key, value in found.items() if value is not None}
        corpus = self.gendertui.corpus
        is_of_it = corpus is not None and view.info is not None and corpus.name == view.info.corpus
        units = corpus.units if corpus is not None and is_of_it else NO_UNITS
        self.app.push_screen(TermsScreen(list(found), units, values))

    def action_leave_reading(self) -> None:
        self.query_one(EpochCharts).leave()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The charts' keys, where there are charts."""
        charts = self.query_one(EpochCharts)
        if action in ("chart", "explain") and not charts.display:
            return False
        if action == "leave_reading" and charts.reading is None:
            return False
        return super().check_action(action, parameters)

    def _show_remarks(self, view: RunView) -> None:
        said = remarks(view, self.gendertui)
        static = self.query_one("#remarks", StableStatic)
        if static.display != bool(said):
            static.display = bool(said)
        # What is hidden has no size, and the whole screen would be laid out to find it one.
        if said:
            static.update(literal("\n".join(said)))

    def _end_changed(self) -> None:
        view = self.gendertui.run_view
        if view is not None:
            self._show_remarks(view)
            self._numbers.now()


def _stages(view: RunView) -> Content:
    """One row a stage, the current one last, with what is done of it."""
    rows: list[Content] = []
    stages = list(view.stages.values())
    for stage in stages:
        current = stage is stages[-1] and view.active and view.plan is None
        if stage.total:
            share = f"{count(stage.done)} of {count(stage.total)} {stage.unit}".rstrip()
        else:
            share = f"{count(stage.done)} {stage.unit}".rstrip() if stage.done else ""
        rows.append(
            Content.assemble(
                ("▶ " if current else "✓ ", "$primary" if current else "$success"),
                (f"{stage.name:<28}", "bold" if current else ""),
                (share, "dim"),
            )
        )
    return Content("\n").join(rows) if rows else Content("The worker is starting…")
