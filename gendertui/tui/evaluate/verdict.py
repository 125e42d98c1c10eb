"""The verdict: two plain answers and a sentence first, then the figures they rest on, beside what needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import at_95, count, number, percent_interval
from gendertui.tui.evaluate.metric_table import METRICS, MetricColumn, MetricTable, contenders, interval_rows
from gendertui.tui.evaluate.subject import TEST
from gendertui.tui.evaluate.tab import EvaluateTab
from gendertui.tui.formatting import literal
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.answers import answers_text
from gendertui.tui.widgets.confusion import Confusion
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.tui.evaluate.subject import Shown

PICTURED = {
    "balanced_accuracy": "Balanced accuracy",
    "auc": "AUC",
    "auc_within": "AUC within {groups}",
}
"""Metrics drawn on an axis; the last where there is room for three."""
MORE_TERMS = ("chance", "even odds", "majority", "tfidf-logistic", "words-characters", "validation", "test", "split")
"""What stands on the tab beside the figures, by the glossary's keys."""
ROOMY_CELLS = 116


class VerdictTab(EvaluateTab):
    """Scrolls where it does not fit."""

    def compose(self) -> ComposeResult:
        with Scroller(id="report"):
            with Vertical(classes="box fitting", id="why") as box:
                box.border_title = "Why not 70 %?"
                yield Prose(id="why-words")
            yield Static(id="answers", classes="headline")
            yield Prose(id="sentence", classes="beside")
            with Horizontal(classes="pair"):
                for metric in PICTURED:
                    with Vertical(classes="box metric", id=metric):
                        yield Intervals(term=metric)
            with Container(id="lower"):
                with Container(id="evidence"):
                    with Vertical(classes="box", id="matrix") as box:
                        box.border_title = "Confusion"
                        yield Confusion()
                    with Vertical(classes="box fitting", id="notes") as box:
                        box.border_title = "What this rests on"
                        yield Prose(id="notes-words")
                with Vertical(classes="box fitting", id="metrics") as box:
                    box.border_title = "The other figures"
                    yield MetricTable()
            yield Terms()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= ROOMY_CELLS, "-roomy")

    @property
    def all_terms(self) -> list[str]:
        terms = super().all_terms
        return [*terms, *MORE_TERMS] if terms else []

    def focus_first(self) -> None:
        self.query_one("#report").focus()

    def draw(self, shown: Shown) -> None:
        report, part = shown.report, shown.part
        self._draw_why(shown)
        answers = self.query_one("#answers", Static)
        answers.display = bool(part.answers)
        answers.update(answers_text(part.answers))
        self.query_one("#sentence", Static).update(Content(_sentence(shown)))
        for metric, name in PICTURED.items():
            rows = interval_rows(part.model, part.baselines, metric)
            box = self.query_one(f"#{metric}")
            box.set_class(not rows, "-none")
            box.border_title = literal(name.format(groups=report.units.noun("group").many))
            box.border_subtitle = shown.which
            box.query_one(Intervals).rows = rows
        matrix = self.query_one(Confusion)
        matrix.labels, matrix.counts = report.labels, part.confusion
        box = self.query_one("#matrix")
        labelled = " · ".join(f"{count(number)} {label}" for label, number in part.counts.items())
        box.border_title, box.border_subtitle = literal(f"Confusion: {labelled}"), shown.which
        table = self.query_one(MetricTable)
        table.groups = report.units.noun("group").many
        table.labels, table.rate = report.labels, part.counts[report.labels[1]] / max(part.rows, 1)
        table.columns = tuple(
            MetricColumn(name, figures, kept=not place)
            for place, (name, figures) in enumerate(contenders(part.model, part.baselines))
        )
        box = self.query_one("#metrics")
        box.border_subtitle = shown.which
        # An older report has the headline alone.
        box.display = any(metric.key in part.model for metric in METRICS)
        self.query_one("#notes-words", Static).update(Content("\n".join(report.notes)))

    def _draw_why(self, shown: Shown) -> None:
        """After a tutorial run, why it does not reach the article's figure comes before everything else."""
        from gendertui.tui.evaluate.audit_target import measurement, of_run
        from gendertui.tui.evaluate.why_not_70 import Said, said

        self.awaits = None
        box = self.query_one("#why")
        box.display = shown.report.parity and shown.report.units.about == "films"
        if not box.display:
            return
        target = of_run(shown, self.gendertui.corpus)

        def found(words: Said) -> None:
            if self.is_attached and self.shown is shown:
                sentences = map(self.gendertui.keymap.named, words.sentences)
                self.query_one("#why-words", Static).update(Content("\n\n".join(sentences)))
                if not words.audited and target is not None and target.source is not None:
                    self.awaits = measurement(target)
                self.refresh_bindings()

        self.gendertui.background(lambda: said(shown, target), found, group="why")


def _sentence(shown: Shown) -> str:
    """The report's one sentence, which is of validation; of the test set one like it."""
    report, part = shown.report, shown.part
    if shown.which != TEST:
        return report.sentence
    if part.too_few:
        return shown.why_none("")
    ours, linear = part.model["balanced_accuracy"], part.baselines["tfidf-logistic"]["balanced_accuracy"]
    between = at_95(percent_interval(ours.low, ours.high))
    return (
        f"On the test set, it puts {number(100 * ours.value, 1)} of 100 lines on the right side{between} where "
        f"{' and '.join(report.labels)} are equally common; "
        f"TF-IDF with logistic regression {number(100 * linear.value, 1)}."
    )
