"""Would more help? Figures at growing shares of the training set, and what twice as much would likely bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from gendertui.evaluation.learning_curve.schema import MODEL_NAMES, NETWORK
from gendertui.formatting import count
from gendertui.tui.charts.series import AUC_BOUNDS, Frame, Series
from gendertui.tui.evaluate.tab import Measurement, ViewsTab
from gendertui.tui.formatting import literal
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.plot import Plot
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.tab_line import Item, TabLine

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Value
    from gendertui.evaluation.learning_curve.schema import Curve, LearningCurve
    from gendertui.tui.evaluate.job import Task
    from gendertui.tui.evaluate.subject import Shown, Subject

NO_RUN = (
    "Would more lines help? That can be measured only where the run a model came from is on this machine; that of "
    "{name} is not."
)
UNMEASURED = (
    "Would more {many} help? This has not been measured yet. {key} measures it: small models learn from an eighth, a "
    "quarter, a half and all of the training set, in about two minutes on 100,000 lines."
)
ADD_NETWORK = "{key} measures the run's own network, too, in about four times the time of the run."


class LearningCurveTab(ViewsTab):
    """One curve at a time on a narrow screen, all side by side on a wide one. Measured once for a run, then kept."""

    def compose(self) -> ComposeResult:
        yield Prose(id="learning-words", classes="headline")
        yield self.view_line("learning-views")
        with Scroller(id="learning-report"):
            for model in MODEL_NAMES:
                with Container(id=f"view-{model}", classes="view"):
                    yield Plot("", id=f"plot-{model}")
                    with Container(classes="box words", id=f"box-{model}"):
                        yield Prose(id=f"words-{model}")

    def on_mount(self) -> None:
        self._curves: dict[str, Curve] = {}

    def on_resize(self) -> None:
        # On a wide screen there is nothing to choose: the footer must know.
        self.refresh_bindings()

    def focus_first(self) -> None:
        self.query_one("#learning-report").focus()

    @property
    def terms(self) -> list[str]:
        return ["learning curve", "auc", "forecast", "train", "validation"] if self._curves else []

    @property
    def values(self) -> dict[str, Value]:
        """The AUC of the whole training set, of the curve that is chosen."""
        from gendertui.evaluation.glossary import Value

        curve = self._curves.get(self.query_one(TabLine).chosen)
        if curve is None:
            return {}
        whole = curve.sizes[-1].figures["auc"]
        return {"auc": Value(f"{MODEL_NAMES[curve.model]} with all of train", whole.text(), whole.value)}

    def choose(self, view: str) -> None:
        self.query_one(TabLine).chosen = view
        for model in MODEL_NAMES:
            self.query_one(f"#view-{model}").set_class(model == view, "-chosen")

    def draw(self, shown: Shown) -> None:
        self.awaits = None
        subject = shown.subject
        if not subject.run:
            self._say(NO_RUN.format(name=subject.name))
            return

        def found(curve: LearningCurve | None) -> None:
            if not self.is_attached or self.shown is not shown:
                return
            if curve is None:
                self._say(
                    UNMEASURED.format(
                        key=self.gendertui.keymap.shown("evaluate.measure"), many=shown.report.units.noun("group").many
                    )
                )
            else:
                self._show(curve)
            if curve is None or not curve.has_network:
                self.awaits = measurement(subject, network=curve is not None)
            self.refresh_bindings()

        self.gendertui.background(lambda: _measured(subject), found, group="learning-curve", awaited=True)

    def _say(self, words: str) -> None:
        self._curves = {}
        self.set_class(False, "-reported")
        self.query_one("#learning-words", Static).update(Content(words))

    def _show(self, found: LearningCurve) -> None:
        from gendertui.evaluation.learning_curve.text import METHOD

        self.set_class(True, "-reported")
        more = [found.missing] if found.missing else []
        if not found.has_network:
            more.append(ADD_NETWORK.format(key=self.gendertui.keymap.shown("evaluate.measure")))
        self.query_one("#learning-words", Static).update(Content.styled(" ".join((METHOD, *more)), "dim"))
        curves = self._curves = {curve.model: curve for curve in found.curves}
        for model in MODEL_NAMES:
            self.query_one(f"#view-{model}").set_class(model not in curves, "-absent")
            if model in curves:
                self._draw_curve(curves[model], found)
        line = self.query_one(TabLine)
        line.items = tuple(Item(model, _name(curve, found)) for model, curve in curves.items())
        self.choose(line.chosen if line.chosen in curves else next(iter(curves)))

    def _draw_curve(self, curve: Curve, found: LearningCurve) -> None:
        from gendertui.evaluation.learning_curve.text import sentences

        plot = self.query_one(f"#plot-{curve.model}", Plot)
        plot.border_title = literal(f"AUC, {_name(curve, found)}")
        plot.draw(*_picture(curve))
        box = self.query_one(f"#box-{curve.model}")
        many = found.words.noun(curve.subject).many
        box.border_title = literal(f"On {count(curve.rows)} validation {many}")
        said = Content.assemble((" ".join(sentences(curve, found)), "bold"))
        self.query_one(f"#words-{curve.model}", Static).update(Content("\n").join((said, _table(curve, found))))


def measurement(subject: Subject, *, network: bool) -> Measurement:
    """What the tab waits for."""

    def call(task: Task) -> None:
        from gendertui.subprocesses.learning_curve import learning_curve

        learning_curve(subject.folder, task.progress, network=network)

    return Measurement("Measuring the learning curve", call)


def _measured(subject: Subject) -> LearningCurve | None:
    """The curve, where it was measured before. For a thread."""
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.learning_curve import measured

    return measured(RunFolder(subject.folder))


def _name(curve: Curve, found: LearningCurve) -> str:
    """``lines by TF-IDF + LR``; of the network, which classifies lines too, its name alone."""
    name = MODEL_NAMES[curve.model]
    return name if curve.model == NETWORK else f"{found.words.noun(curve.subject).many} by {name}"


def _picture(curve: Curve) -> tuple[list[Series], Frame]:
    """Each doubling is one step to the right; the last is the forecast."""
    areas = [size.figures["auc"] for size in curve.sizes]
    spans = [None if area.low is None or area.high is None else (area.low, area.high) for area in areas]
    places = [float(place) for place in range(1, len(areas) + 1)]
    measured = Series("measured", "second", places, [area.value for area in areas], spans=spans)
    series = [measured]
    ends = [*(area.value for area in areas), *(end for span in spans if span for end in span)]
    names = [count(size.units) for size in curve.sizes]
    if (gain := curve.next.get("auc")) is not None:
        whole = areas[-1].value
        known = None if gain.low is None or gain.high is None else (whole + gain.low, whole + gain.high)
        ahead = [places[-1], places[-1] + 1]
        # Below the other, whose sign stands where they meet.
        series = [Series("forecast", "first", ahead, [whole, whole + gain.value], spans=[None, known]), measured]
        ends += [whole + gain.value, *(known or ())]
        names.append(count(2 * curve.sizes[-1].units))
    room = 0.05 * (max(ends) - min(ends)) + 0.005
    return series, Frame(
        (0.5, len(names) + 0.5), (min(ends) - room, max(ends) + room), x_names=names, bounds=AUC_BOUNDS
    )


def _table(curve: Curve, found: LearningCurve) -> Content:
    """``1/2     99  0.584 (0.551–0.614)`` for each size."""
    from gendertui.evaluation.learning_curve.text import share

    many = found.words.noun(found.unit).many
    width = max(len(many), 6)
    rows = [Content.styled(f"{'share':<6}{many:>{width}}  AUC", "dim")]
    rows += [
        Content(f"{share(size):<6}{count(size.units):>{width}}  {size.figures['auc'].text()}") for size in curve.sizes
    ]
    return Content("\n").join(rows)
