"""Two runs side by side, on the validation lines that both held out, with the interval of their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.evaluate.metric_table import HEADLINE, METRICS, MetricColumn, MetricTable, interval
from gendertui.tui.evaluate.subject import VALIDATION, Subject, beside, subjects
from gendertui.tui.evaluate.tab import EvaluateTab
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.evaluation.compare.runs import Entry
    from gendertui.tui.evaluate.subject import Shown

NO_OTHER = (
    "[evaluate.compare] chooses a second run to set beside this one. Where both held out the same lines, the interval "
    "of their difference is that of the same groups drawn for both (a paired bootstrap)."
)
NO_RUN = "Only runs are compared, and the run this model came from is not on this machine."
DIFFERENCE = "A − B"


class CompareTab(EvaluateTab):
    """Empty until a second run is chosen."""

    def compose(self) -> ComposeResult:
        with Scroller(id="compare-report"):
            yield Prose(id="compare-sentence", classes="headline")
            yield Static(id="compare-names", classes="beside")
            with Horizontal(classes="pair"):
                for metric in HEADLINE:
                    with Vertical(classes="box metric", id=f"compare-{metric.key}") as box:
                        box.border_title = metric.name[:1].upper() + metric.name[1:]
                        yield Intervals(term=metric.key)
            with Horizontal(classes="pair", id="compare-differences"):
                for metric in HEADLINE:
                    with Vertical(classes="box metric", id=f"difference-{metric.key}") as box:
                        box.border_title = f"{metric.name[:1].upper() + metric.name[1:]}: {DIFFERENCE}"
                        yield Intervals(level=0.0, level_name="no difference", term="points")
            with Vertical(classes="box fitting") as box:
                box.border_title = "All figures"
                yield MetricTable()
            yield Terms()

    def on_mount(self) -> None:
        self._other: Subject | None = None
        self.query_one(MetricTable).metrics = (*HEADLINE, *METRICS)

    def focus_first(self) -> None:
        self.query_one("#compare-report").focus()

    # Which other run

    def choose(self) -> None:
        """Ask for the second run."""
        shown = self.shown
        if shown is None or not shown.subject.run:
            self.gendertui.say(NO_RUN, warning=True)
            return

        def ask(found: list[Subject]) -> None:
            others = [subject for subject in found if subject.run and subject.folder != shown.subject.folder]
            if not others:
                self.gendertui.say("There is no other finished run yet.")
                return
            answers = [(subject, subject.name, subject.headline) for subject in others]
            self.app.push_screen(Choice(f"Beside {shown.subject.name}", "", answers), chosen)

        def chosen(other: Subject | None) -> None:
            if other is not None and self.shown is not None:
                self._other = other
                self.draw(self.shown)

        self.gendertui.background(subjects, ask, group="models", awaited=True)

    def draw(self, shown: Shown) -> None:
        other = self._other
        if other is None or not shown.subject.run or other.folder == shown.subject.folder:
            self._say(self.gendertui.keymap.named(NO_OTHER if shown.subject.run else NO_RUN))
            return
        self._say(f"Setting {other.name} beside {shown.subject.name}…")

        def done(entries: tuple[Entry, ...]) -> None:
            if self.is_attached and self.shown is shown and self._other is other:
                self._show(shown, other, entries)

        def failed(error: Exception) -> None:
            self._say(f"✗ {error}")
            if not isinstance(error, GendertuiError):
                self.gendertui.show_error(error)

        self.gendertui.background(
            lambda: beside(shown.subject, other), done, group="compare", failed=failed, awaited=True
        )

    def _say(self, words: str) -> None:
        self.set_class(False, "-reported")
        self.query_one("#compare-sentence", Static).update(Content(words))

    # Figures

    def _show(self, shown: Shown, other: Subject, entries: tuple[Entry, ...]) -> None:
        first, second = entries
        self.set_class(True, "-reported")
        self.set_class(second.paired is None, "-apart")
        self.query_one("#compare-sentence", Static).update(Content.assemble((second.sentence, "bold")))
        names = [_name(first, shown.subject), _name(second, other)]
        self.query_one("#compare-names", Static).update(Content("\n").join(names))
        for metric in HEADLINE:
            rows = tuple(
                interval(entry.letter, entry.figures[metric.key], metric.key)
                for entry in entries
                if metric.key in entry.figures
            )
            box = self.query_one(f"#compare-{metric.key}")
            box.border_subtitle = VALIDATION
            box.query_one(Intervals).rows = rows
            difference = () if second.paired is None else (interval(DIFFERENCE, second.paired[metric.key], metric.key),)
            self.query_one(f"#difference-{metric.key} Intervals", Intervals).rows = difference
        columns = [MetricColumn(entry.letter, entry.figures) for entry in entries]
        if second.paired is not None:
            columns.append(MetricColumn(DIFFERENCE, second.paired, kept=True, signed=True))
        part = shown.report.sets[VALIDATION]
        table = self.query_one(MetricTable)
        table.labels, table.groups = shown.report.labels, shown.report.units.noun("group").many
        table.rate = None if second.paired is None else part.counts[table.labels[1]] / max(part.rows, 1)
        table.columns = tuple(columns)
        self.show_terms()
        self.refresh_bindings()


def _name(entry: Entry, subject: Subject) -> Content:
    lines = f"{count(entry.rows)} {VALIDATION} lines{entry.of_groups}, split {entry.split}"
    return Content.assemble((f"{entry.letter}  ", "bold"), (subject.name, "$foreground"), f"  {lines}")
