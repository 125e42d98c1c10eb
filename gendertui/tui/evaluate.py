"""The Evaluate pane: the verdict on a model, on validation lines, beside what needs no network at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.tui import keys
from gendertui.tui.choice import Choice
from gendertui.tui.confusion import Confusion
from gendertui.tui.intervals import Interval, Intervals
from gendertui.tui.pane import Pane
from gendertui.tui.words import count

if TYPE_CHECKING:
    from gendertui.evaluation.report_io import Report, SetReport
    from gendertui.model.store import ModelInfo
    from gendertui.scoring.scorer import Scorer

SET = "validation"


class EvaluatePane(Pane):
    """One sentence first, then the figures it rests on."""

    ABOUT: ClassVar[str] = (
        "How good a model is, on the validation lines, which it was not trained on (but which chose its epoch and its "
        "calibration). Balanced accuracy counts both labels alike; AUC is the chance that of two lines, one of each "
        "label, the model puts the right one higher: 0.5 is guessing.\n\n"
        "The bracket is a 95 % interval over the films that happened to be drawn, not over seeds or splits. Beside "
        "the model stand always guessing the more frequent label, and TF-IDF with logistic regression."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("evaluate")]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._chosen: str | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="report"):
            yield Static(id="sentence")
            with Horizontal(id="figures"):
                with Vertical(classes="box metric", id="balanced"):
                    yield Intervals()
                with Vertical(classes="box metric", id="area"):
                    yield Intervals()
            with Horizontal(id="lower"):
                with Vertical(classes="box", id="matrix"):
                    yield Confusion()
                yield Static(id="notes", classes="box")

    def on_mount(self) -> None:
        self.query_one("#balanced").border_title = f"Balanced accuracy · {SET}"
        self.query_one("#area").border_title = f"AUC · {SET}"
        self.query_one("#matrix").border_title = f"Confusion · {SET}"
        self.query_one("#notes").border_title = "What this rests on"
        self.watch(self.app, "scorer", self._model_changed)

    def focus_first(self) -> None:
        self.query_one("#report").focus()

    # Which model

    def _model_changed(self, scorer: Scorer | None) -> None:
        self._chosen = None
        if scorer is None:
            self._say("No model is loaded yet.")
            return
        self._open(scorer.bundle.name, scorer.bundle.folder)

    def action_choose(self) -> None:
        def choose(models: list[ModelInfo]) -> None:
            answers = [(model, model.name, model.headline) for model in models]
            at = next((place for place, model in enumerate(models) if model.name == self._chosen), 0)
            self.app.push_screen(Choice("Figures of", "", answers, at=at), chosen)

        def chosen(model: ModelInfo | None) -> None:
            if model is not None:
                self._open(model.name, model.folder)

        def job() -> list[ModelInfo]:
            from gendertui.model.store import list_models

            return list_models()

        self.gendertui.background(job, choose, group="models")

    def _open(self, name: str, folder: Path) -> None:
        self._chosen = name

        def job() -> Report:
            from gendertui.evaluation.report_io import read_report

            return read_report(folder / "report.json")

        self.gendertui.background(
            job, lambda report: self._show(name, report), group="report", failed=lambda error: self._say(f"✗ {error}")
        )

    # Figures

    def _say(self, words: str) -> None:
        self.set_class(False, "-reported")
        self.query_one("#sentence", Static).update(Content(words))

    def _show(self, name: str, report: Report) -> None:
        part = report.sets.get(SET)
        if part is None:
            self._say(f"The report of {name} has no {SET} figures.")
            return
        self.set_class(True, "-reported")
        self.query_one("#sentence", Static).update(Content.assemble((report.sentence, "bold")))
        self.query_one("#balanced Intervals", Intervals).rows = _rows(part, "balanced_accuracy")
        self.query_one("#area Intervals", Intervals).rows = _rows(part, "auc")
        matrix = self.query_one(Confusion)
        matrix.labels = report.labels
        matrix.counts = part.confusion
        self.query_one("#notes", Static).update(Content("\n".join(_notes(name, report, part))))


def _rows(part: SetReport, metric: str) -> tuple[Interval, ...]:
    """The model first, then the baselines."""
    from gendertui.evaluation.report_io import BASELINE_NAMES

    # What is hardest to beat stands nearest.
    baselines = sorted(part.baselines.items(), key=lambda item: item[0] == "majority")
    named = [("this model", part.model), *((BASELINE_NAMES.get(key, key), value) for key, value in baselines)]
    return tuple(
        Interval(name, figures[metric].value, figures[metric].low, figures[metric].high, figures[metric].note)
        for name, figures in named
        if metric in figures
    )


def _notes(name: str, report: Report, part: SetReport) -> list[str]:
    from gendertui.evaluation.report_io import UNITS

    groups = "" if part.unit == "line" else f" of {count(part.groups)} {UNITS.get(part.unit, part.unit)}"
    classes = ", ".join(f"{count(number)} {label}" for label, number in part.counts.items())
    lines = [
        name,
        f"{count(part.rows)} {SET} lines{groups}",
        f"labelled {classes}",
        f"split {report.protocol}",
    ]
    if report.epochs:
        lines.append(f"epoch {report.epoch} of {report.epochs} kept")
    return lines + list(report.notes)
