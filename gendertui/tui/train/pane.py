"""The Train pane: the run that is followed, from its first stage to its last epoch; and the way to the other runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import ContentSwitcher, ProgressBar, Static

from gendertui.tui import keys
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.formatting import ago, count, duration, rate, size
from gendertui.tui.pane import Pane
from gendertui.tui.train.epoch_rows import EPOCH_COLUMNS, EpochRows
from gendertui.tui.widgets.plot import Curves, Line
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from gendertui.runs.folder import RunInfo
    from gendertui.tui.run_view import RunView

REDRAW_SECONDS = 2.0
BASELINES = {"tfidf-logistic": ("TF-IDF", "level"), "majority": ("majority", "other")}
NO_RUN = (
    "No run is followed.\n\nPress 2 to configure one and start it, or r to attach to one of those there are.\n"
    "A run is a process of its own: it goes on when this program is closed."
)


class TrainPane(Pane):
    """Stages while a run prepares, then curves and the epoch table."""

    ABOUT: ClassVar[str] = (
        "The run that is followed. While it prepares, its stages; then, epoch by epoch, loss and AUC on train and "
        "validation, with the baselines as level lines: a model that does not pass TF-IDF + LR has learnt nothing "
        "that counting words would not have. Accuracy by epoch is measured before the model is calibrated, so the "
        "verdict's may differ a little; AUC is the same.\n\n"
        "The run is a process of its own: leave, close the terminal, come back, and attach to it. A paused run keeps "
        "its memory. Stopping keeps the best epoch so far as its model."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("train")]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._drawn: tuple[object, ...] = ()
        self._tabled: tuple[object, ...] = ()
        self._drawn_at = float("-inf")
        self._later: Timer | None = None

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="train-states", initial="no-run"):
            with Vertical(id="no-run"):
                yield Static(NO_RUN, id="no-run-words")
            with Vertical(id="run"):
                with Vertical(id="now", classes="box"):
                    yield Static(id="now-words")
                    yield ProgressBar(id="now-bar", total=1, show_eta=False)
                    yield Static(id="now-rates")
                yield Static(id="stages", classes="box")
                with Horizontal(id="curves"):
                    yield Curves("Loss", id="loss")
                    yield Curves("AUC on validation", id="auc")
                yield VirtualTable(EPOCH_COLUMNS, id="epochs")
                yield Static(id="remarks")

    def on_mount(self) -> None:
        self.query_one("#stages").border_title = "Preparing"
        self.watch(self.app, "run_view", self._run_changed)

    def focus_first(self) -> None:
        if self.gendertui.run_view is None:
            self.focus(scroll_visible=False)
        else:
            self.query_one("#epochs").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pause and stop are there only while there is something to pause or stop."""
        view = self.gendertui.run_view
        if action in ("pause", "stop") and (view is None or not view.active):
            return False
        return super().check_action(action, parameters)

    # The run

    def _run_changed(self, view: RunView | None) -> None:
        self.query_one("#train-states", ContentSwitcher).current = "no-run" if view is None else "run"
        self.refresh_bindings()
        if view is None:
            return
        self._show_now(view)
        training = view.plan is not None and (view.batch is not None or bool(view.epochs))
        self.query_one("#stages").display = not training
        self.query_one("#now-bar").display = training
        self.query_one("#curves").display = training
        self.query_one("#epochs").display = training
        if not training:
            self.query_one("#stages", Static).update(_stages(view))
        self._show_remarks(view)
        self._show_epochs(view)
        # Curves are drawn on a new point only, and not more often than every two seconds.
        points = (view.folder, len(view.epochs), tuple(view.baselines), view.best)
        if training and points != self._drawn and self._later is None:
            wait = REDRAW_SECONDS - (self.gendertui.clock() - self._drawn_at)
            new_run = self._drawn[:1] != points[:1]
            if wait <= 0 or new_run:
                self._draw()
            else:
                self._later = self.set_timer(wait, self._draw)

    def _show_epochs(self, view: RunView) -> None:
        rows = (view.folder, len(view.epochs), view.best)
        if rows == self._tabled:
            return
        self._tabled = rows
        epochs = [view.epochs[number] for number in sorted(view.epochs)]
        table = self.query_one("#epochs", VirtualTable)
        table.show(EpochRows(epochs, view.best), range(len(epochs)))
        table.cursor = len(epochs) - 1

    def _draw(self) -> None:
        self._later = None
        view = self.gendertui.run_view
        if view is None:
            return
        self._drawn = (view.folder, len(view.epochs), tuple(view.baselines), view.best)
        self._drawn_at = self.gendertui.clock()
        epochs = [view.epochs[number] for number in sorted(view.epochs)]
        total = view.total_epochs or len(epochs)
        self.query_one("#loss", Curves).show(
            [
                Line("train", "first", [epoch.train["loss"] for epoch in epochs]),
                Line("validation", "second", [epoch.validation["loss"] for epoch in epochs]),
            ],
            total,
        )
        levels = [
            Line(name, role, [figures["auc"]])  # type: ignore[arg-type]
            for key, (name, role) in BASELINES.items()
            if (figures := view.baselines.get(key)) and "auc" in figures
        ]
        # There is none where validation has too few lines of a label.
        areas = [epoch.validation["auc"] for epoch in epochs if "auc" in epoch.validation]
        self.query_one("#auc", Curves).show([Line("this run", "second", areas), *levels], total)

    def _show_now(self, view: RunView) -> None:
        box = self.query_one("#now")
        box.border_title = Content(view.name).markup
        box.border_subtitle = view.state
        batch, plan = view.batch, view.plan
        words = [view.headline().capitalize()]
        if view.active and batch is not None and plan is not None:
            words += [f"batch {count(batch.batch)} of {count(batch.batches)}", f"{duration(view.seconds_left())} left"]
        elif view.done is not None:
            words += [f"in {duration(view.done.seconds)}", "4 shows how good it is", f"model {view.done.model}"]
        elif view.active and view.stages:
            words.append(list(view.stages.values())[-1].name)
        self.query_one("#now-words", Static).update(Content(" · ".join(words)))
        self.query_one("#now-bar", ProgressBar).update(progress=view.share() or (1.0 if view.done else 0.0))
        rates = []
        if batch is not None:
            rates = [f"{rate(batch.lines_per_second)} lines/s", f"{rate(batch.tokens_per_second)} tokens/s"]
            if batch.memory_bytes:
                rates.append(size(batch.memory_bytes))
            rates.append(f"learning rate {batch.learning_rate:g}")
        if plan is not None:
            rates += [plan.device, f"{plan.parameters / 1e6:.2f} M parameters", f"{count(plan.train_rows)} train lines"]
            if plan.coverage is not None:
                rates.append(f"{plan.coverage:.1%} of tokens have a vector")
        self.query_one("#now-rates", Static).update(Content(" · ".join(rates)))

    def _show_remarks(self, view: RunView) -> None:
        remarks = [f"! {warning}" for warning in view.warnings[-3:]]
        if view.error is not None:
            remarks += [f"✗ {view.error.text}", view.error.hint]
        elif view.over and view.look.why:
            remarks.append(view.look.why)
        elif view.state == "died":
            remarks.append(f"✗ The worker is gone. Go on with it: gendertui train --resume {view.name}")
        elif view.state == "paused":
            remarks.append("Paused: it keeps its memory until it goes on (p) or is stopped (x).")
        remarks = [remark for remark in remarks if remark]
        static = self.query_one("#remarks", Static)
        static.display = bool(remarks)
        static.update(Content("\n".join(remarks)))

    # Actions

    def action_pause(self) -> None:
        view = self.gendertui.run_view
        self.gendertui.steer("resume" if view is not None and view.state == "paused" else "pause")

    def action_stop(self) -> None:
        view = self.gendertui.run_view
        if view is None or not view.active:
            self.gendertui.steer("stop")
            return

        def answered(stop: bool | None) -> None:
            if stop:
                self.gendertui.steer("stop")

        best = f"the best epoch so far, {view.best}," if view.best else "what it has"
        answers = [(True, "Stop it", ""), (False, "Let it go on", "")]
        self.app.push_screen(Choice("Stop", f"Stop {view.name}, and keep {best} as its model?", answers), answered)

    def action_runs(self) -> None:
        def choose(runs: list[RunInfo]) -> None:
            if not runs:
                self.gendertui.say("There is no run yet. Press 2 to configure one.")
                return
            answers = [(run, *_run(run, self.gendertui.clock())) for run in runs]
            self.app.push_screen(Choice("Runs", "", answers), self._follow)

        self.gendertui.background(_runs, choose, group="runs")

    def _follow(self, run: RunInfo | None) -> None:
        if run is not None:
            from gendertui.runs.folder import RunFolder

            self.gendertui.follow(RunFolder(run.folder))


def _runs() -> list[RunInfo]:
    from gendertui.runs.folder import list_runs

    return list_runs()


def _run(run: RunInfo, now: float) -> tuple[str, str]:
    """Two lines for the list: what it is, how it stands."""
    mark = "▶ " if run.active else "  "
    about = [
        run.shown,
        f"epoch {run.epoch}/{run.epochs}",
        run.preset or run.network,
        run.corpus,
        ago(now - run.started),
    ]
    return mark + run.name, "  " + " · ".join(part for part in [*about, run.headline] if part)


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
