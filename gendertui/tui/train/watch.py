"""The run that is followed, from its first stage to its last epoch."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from gendertui.formatting import clock, count, duration, number, parameters, percent, rate, size
from gendertui.tui.charts.series import Role
from gendertui.tui.formatting import literal
from gendertui.tui.train.epoch_rows import EPOCH_COLUMNS, EpochRows
from gendertui.tui.train.progress_line import ProgressLine
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.train.throttle import Throttle
from gendertui.tui.widgets.curves import Curves, Line
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from gendertui.tui.run_model import RunModel
    from gendertui.tui.run_view import RunView

CURVES_SECONDS = 2.0
NUMBERS_SECONDS = 1.0
"""How often curves and running numbers are drawn at most: more would be written to a slow line in vain."""
MARKS = 25
"""At most so many points of a curve get a sign: more would be one heap."""
BASELINES: dict[str, tuple[str, Role]] = {"tfidf-logistic": ("TF-IDF", "level"), "majority": ("majority", "other")}
NO_RUN = (
    "No run is followed.\n\nPress 2 to configure one and start it, or r to choose one of those there are.\n"
    "Training runs in a process of its own: it continues in the background when you close this program."
)


class WatchTab(TrainTab):
    """Stages while a run prepares, then curves and the epoch table."""

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
                yield Static(NO_RUN, id="no-run-words")
            with Vertical(id="run"):
                with Vertical(id="now", classes="box"):
                    yield StableStatic(id="now-words")
                    yield ProgressLine(id="now-bar")
                    yield StableStatic(id="now-rates")
                yield StableStatic(id="stages", classes="box")
                with Horizontal(id="curves"):
                    yield Curves("Loss", id="loss")
                    yield Curves("AUC on validation", id="auc")
                yield VirtualTable(EPOCH_COLUMNS, id="epochs")
                yield StableStatic(id="remarks")

    def on_mount(self) -> None:
        self.query_one("#stages").border_title = "Preparing"
        self.watch(self.app, "run_model", self._model_changed, init=False)

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
        state = (None,) if view is None else (view.folder, view.state, view.active, training, preparing)
        if new_state := state != self._state:
            self._state = state
            # A table that is hidden loses the focus to nobody, and the pane's keys would not act.
            focused = self.screen.focused in (None, self.gendertui.pane, self.query_one("#epochs"))
            for part in ("#now-bar", "#curves", "#epochs"):
                self.query_one(part).display = training
            self.query_one("#stages").display = preparing
            if focused and self.is_shown:
                self.focus_first()
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
        points = (view.folder, view.loss.x[-1:], len(view.epochs), tuple(view.baselines))
        if training and points != self._curved:
            if new_state:
                self._curves.now()
            else:
                self._curves.ask()

    def _show_epochs(self, view: RunView) -> None:
        rows = (view.folder, len(view.epochs), view.best)
        if rows == self._tabled:
            return
        self._tabled = rows
        epochs = [view.epochs[number] for number in sorted(view.epochs)]
        table = self.query_one("#epochs", VirtualTable)
        table.show(EpochRows(epochs, view.best), range(len(epochs)))
        table.cursor = len(epochs) - 1

    def _draw_curves(self) -> None:
        view = self.gendertui.run_view
        if view is None:
            return
        self._curved = (view.folder, view.loss.x[-1:], len(view.epochs), tuple(view.baselines))
        numbered = sorted(view.epochs.items())
        every = max(1, len(numbered) // MARKS)
        end = view.epochs_done, view.total_epochs
        loss = [Line("train", "first", view.loss.x, view.loss.y, number(_train_loss(view)), every=0)]
        x, y = [float(number) for number, _ in numbered], [epoch.validation["loss"] for _, epoch in numbered]
        loss.append(Line("validation", "second", x, y, every=every))
        self.query_one("#loss", Curves).show(loss, *end)
        levels = [
            Line(name, role, (), [figures["auc"]])
            for key, (name, role) in BASELINES.items()
            if (figures := view.baselines.get(key)) and "auc" in figures
        ]
        # There is none where validation has too few lines of a label.
        areas = [(float(number), epoch.validation["auc"]) for number, epoch in numbered if "auc" in epoch.validation]
        auc = Line("this run", "second", [x for x, _ in areas], [y for _, y in areas], every=every)
        self.query_one("#auc", Curves).show([auc, *levels], *end)

    def _draw_numbers(self) -> None:
        view = self.gendertui.run_view
        if view is None:
            return
        box = self.query_one("#now")
        title = literal(view.name)
        if (box.border_title, box.border_subtitle) != (title.markup, view.state):
            box.border_title, box.border_subtitle = title, view.state
        batch, plan = view.batch, view.plan
        words = [view.headline().capitalize()]
        if view.active and view.after is not None:
            words.append(f"{count(view.after.done)} of {count(view.after.total)} {view.after.unit}".rstrip())
            if (left := view.seconds_left()) is not None:
                words.append(f"{clock(left)} left")
        elif view.active and batch is not None and plan is not None:
            words.append(f"batch {count(batch.batch)} of {count(batch.batches)}")
            most = "at most " if plan.may_end_sooner else ""
            words += [f"loss {number(batch.loss)}", f"{most}{clock(view.seconds_left())} left"]
        elif view.done is not None:
            words += [
                f"in {duration(view.done.seconds)}",
                f"model {self._model(view.done.model)}",
                "4 shows how good it is",
            ]
        elif view.active and view.stages:
            words.append(list(view.stages.values())[-1].name)
        self.query_one("#now-words", StableStatic).update(Content(" · ".join(words)))
        self.query_one(ProgressLine).share = 1.0 if view.done else view.share() or 0.0
        rates = []
        if batch is not None and view.after is None:
            rates = [f"{rate(batch.lines_per_second)} lines/s", f"{rate(batch.tokens_per_second)} tokens/s"]
            if batch.memory_bytes:
                rates.append(size(batch.memory_bytes))
            rates.append(f"learning rate {batch.learning_rate:g}")
        if plan is not None:
            rates += [plan.device, parameters(plan.parameters), f"{count(plan.train_rows)} train lines"]
            if plan.coverage is not None:
                rates.append(f"{percent(plan.coverage)} of tokens have a vector")
        self.query_one("#now-rates", StableStatic).update(Content(" · ".join(rates)))

    def _show_remarks(self, view: RunView) -> None:
        remarks = [f"! {warning}" for warning in view.warnings[-3:]]
        if view.error is not None:
            remarks += [f"✗ {view.error.text}", view.error.hint]
        elif view.state == "died":
            remarks += [f"✗ {view.why}.", f"Resume it: gendertui train --resume {view.name}"]
        elif view.state == "unreadable":
            remove = f"gendertui runs remove {shlex.quote(view.name)}"
            remarks += [f"✗ {view.why}.", f"Put that file back from a copy of the run, or remove the run: {remove}"]
        elif view.over and view.why:
            remarks.append(view.why)
        elif view.state == "paused":
            remarks.append("Paused: it keeps its memory until it is resumed (p) or stopped (x).")
        model = self.gendertui.run_model
        if model is not None:
            remarks.append(model.remark)
        remarks = [remark for remark in remarks if remark]
        static = self.query_one("#remarks", StableStatic)
        if static.display != bool(remarks):
            static.display = bool(remarks)
        static.update(literal("\n".join(remarks)))

    def _model_changed(self, _: RunModel | None) -> None:
        view = self.gendertui.run_view
        if view is not None:
            self._show_remarks(view)
            self._numbers.now()

    def _model(self, name: str) -> str:
        """A model's name, with its figure where that is known already."""
        model = self.gendertui.run_model
        return name if model is None or model.name != name else model.shown


def _train_loss(view: RunView) -> float | None:
    """Mean since the epoch began: at its end the figure that the table has."""
    if view.batch is not None:
        return view.batch.loss
    return view.epochs[max(view.epochs)].train.get("loss") if view.epochs else None


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
