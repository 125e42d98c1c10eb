"""What the run does just now: how far it is, how long it still takes, how validation goes, how fast it trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize

from gendertui.formatting import clock, count, duration, number, parameters, percent, rate, size
from gendertui.training import progress_words
from gendertui.tui.formatting import literal
from gendertui.tui.train.progress_line import ProgressLine
from gendertui.tui.widgets.stable_static import StableStatic

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.tui.run_model import RunModel

BETWEEN = " · "


class NowBox(Vertical):
    """Of each row as many parts as there is room for: the first say most."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="box")
        self._shown: tuple[RunView, RunModel | None] | None = None

    def compose(self) -> ComposeResult:
        yield StableStatic(id="now-words")
        yield StableStatic(id="now-standing")
        yield ProgressLine(id="now-bar")
        yield StableStatic(id="now-rates")

    def on_resize(self, _: Resize) -> None:
        if self._shown is not None:
            self.show(*self._shown)

    def show(self, view: RunView, model: RunModel | None) -> None:
        """Draw what has changed.

        :param model: the run's, once it has one.
        """
        self._shown = view, model
        title = literal(view.name)
        if (self.border_title, self.border_subtitle) != (title.markup, view.state):
            self.border_title, self.border_subtitle = title, view.state
        self._row("#now-words", _words(view, model))
        self._row("#now-standing", self._standing(view))
        self._row("#now-rates", _rates(view))
        share = view.share()
        self.set_class(share is not None, "-training")
        self.query_one(ProgressLine).share = 1.0 if view.done else share or 0.0

    def _standing(self, view: RunView) -> list[str]:
        if view.best is None:
            return []
        epochs, metric = [view.epochs[number] for number in sorted(view.epochs)], ""
        if view.plan is not None:
            metric = view.plan.selection_metric
        best = progress_words.best(view.epochs[view.best])
        said = "" if view.over else progress_words.standing(epochs, metric)
        if said and len(f"{best}{BETWEEN}{said}") > self.content_size.width:
            said = progress_words.standing(epochs, metric, beside_best=True)
        return [best, *([said] if said else [])]

    def _row(self, row: str, parts: Sequence[str]) -> None:
        static = self.query_one(row, StableStatic)
        if static.display != bool(parts):
            static.display = bool(parts)
        # What is hidden has no size, and the whole screen would be laid out to find it one.
        if parts:
            static.update(Content(fitting(parts, self.content_size.width)))


def fitting(parts: Sequence[str], cells: int) -> str:
    """As many of the parts as there is room for, at least the first."""
    said = ""
    for part in parts:
        longer = f"{said}{BETWEEN}{part}" if said else part
        if said and cells and len(longer) > cells:
            break
        said = longer
    return said


def _words(view: RunView, model: RunModel | None) -> list[str]:
    words = [view.headline().capitalize()]
    batch, plan = view.batch, view.plan
    if view.active and view.after is not None:
        words.append(f"{count(view.after.done)} of {count(view.after.total)} {view.after.unit}".rstrip())
        if (left := view.seconds_left()) is not None:
            words.append(f"{clock(left)} left")
    elif view.active and batch is not None and plan is not None:
        if view.pace.elapsed:
            words.append(f"{clock(view.pace.elapsed)} so far")
        if said := progress_words.left(view.pace, plan, view.best):
            words.append(said)
        words += [f"batch {count(batch.batch)} of {count(batch.batches)}", f"loss {number(batch.loss)}"]
    elif view.done is not None:
        shown = view.done.model if model is None or model.name != view.done.model else model.shown
        words += [f"in {duration(view.done.seconds)}", f"model {shown}", "4 shows how good it is"]
    elif view.active and view.stages:
        words.append(list(view.stages.values())[-1].name)
    return words


def _rates(view: RunView) -> list[str]:
    batch, plan = view.batch, view.plan
    rates = []
    if batch is not None and view.after is None:
        # Without the first batches, which wait for the device; older runs do not say how long those took.
        lines = batch.lines_per_second if batch.seconds is None else view.pace.lines_per_second
        if lines is not None:
            rates.append(f"{rate(lines)} lines/s")
        if batch.memory_bytes:
            rates.append(size(batch.memory_bytes))
    if plan is not None:
        rates.append(plan.device)
    if batch is not None and view.after is None:
        rates.append(f"learning rate {batch.learning_rate:g}")
    if plan is not None:
        rates += [f"{count(plan.train_rows)} train lines", parameters(plan.parameters)]
        if plan.coverage is not None:
            rates.append(f"{percent(plan.coverage)} of tokens have a vector")
    return rates
