"""Leaks: what a corpus and a split give away, and what each way of dividing the lines is worth to a linear model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import count, percent
from gendertui.sanitize import escape_control
from gendertui.tui.evaluate.audit_target import NO_CORPUS, Target, at_hand, how_to, known, measurement
from gendertui.tui.evaluate.metric_table import interval
from gendertui.tui.evaluate.tab import EvaluateTab
from gendertui.tui.restyling import Scroller
from gendertui.tui.widgets.intervals import Intervals
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.terms import Terms

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Units
    from gendertui.evaluation.audit.store import Audit, Trial
    from gendertui.evaluation.report.schema import Estimate
    from gendertui.tui.evaluate.subject import Shown

OVERSAMPLED = "oversampled: lines of the rarer label are copied first, then all are divided at random"


OPEN_CORPUS = "Of the corpus that is open, not of the model above: "


class LeaksTab(EvaluateTab):
    """Measured once for a corpus and a split, then kept."""

    def compose(self) -> ComposeResult:
        with Scroller(id="leaks-report"):
            yield Prose(id="leaks-sentence", classes="headline")
            yield Prose(id="leaks-about", classes="beside")
            with Horizontal(classes="pair"):
                for model in ("logistic", "svm"):
                    with Vertical(classes="box metric", id=f"leaks-{model}"):
                        yield Intervals(term="balanced_accuracy")
            with Container(id="leaks-lower"):
                with Vertical(classes="box fitting", id="leaks-trials") as box:
                    box.border_title = "The same in figures, %"
                    yield Static(id="leaks-trials-rows")
                with Vertical(classes="box fitting", id="leaks-facts") as box:
                    box.border_title = "Held-out lines that train gives away"
                    yield Static(id="leaks-facts-rows")
            yield Terms()

    def on_mount(self) -> None:
        self._target: Target | None = None
        self.watch(self.app, "corpus", self._corpus_changed, init=False)

    @property
    def all_terms(self) -> list[str]:
        """With the words of leaks."""
        terms = super().all_terms
        return ["leak", "split", "train", "validation", "test", *terms] if terms else []

    def focus_first(self) -> None:
        self.query_one("#leaks-report").focus()

    def _corpus_changed(self, _: Corpus | None) -> None:
        if self.shown is not None:
            self.draw(self.shown)

    def draw(self, shown: Shown) -> None:
        target = self._target = at_hand(shown, self.gendertui.corpus)
        self.awaits = None
        if target is None:
            self._say(NO_CORPUS)
            return

        def found(audit: Audit | None) -> None:
            if not self.is_attached or self._target is not target:
                return
            if audit is not None:
                self._show(audit, target)
            else:
                whose = "" if target.data_hash == shown.data_hash else OPEN_CORPUS
                how = self.gendertui.keymap.named(how_to(target))
                self._say(f"{whose}{target.words}, has not been measured yet. {how}")
                self.awaits = measurement(target) if target.source is not None else None
            self.refresh_bindings()

        self.gendertui.background(lambda: known(target), found, group="audit", awaited=True)

    def _say(self, words: str) -> None:
        self.set_class(False, "-reported")
        self.query_one("#leaks-sentence", Static).update(Content(words))

    def _show(self, audit: Audit, target: Target) -> None:
        from gendertui.evaluation.audit.store import LOGISTIC, SVM
        from gendertui.evaluation.audit.text import MODEL_NAMES, short_name

        self.set_class(True, "-reported")
        whose = "" if self.shown is None or target.data_hash == self.shown.data_hash else OPEN_CORPUS
        self.query_one("#leaks-sentence", Static).update(Content.assemble(whose, (_sentence(audit), "bold")))
        self.query_one("#leaks-about", Static).update(Content(_about(audit, target)))
        for name, model in (("logistic", LOGISTIC), ("svm", SVM)):
            box = self.query_one(f"#leaks-{name}")
            box.border_title = f"Balanced accuracy, {MODEL_NAMES[model]}"
            box.border_subtitle = f"{audit.folds} folds"
            # The strictest first: what comes below it is what other ways of dividing would have added.
            box.query_one(Intervals).rows = tuple(
                interval(short_name(trial.protocol, audit.units), trial.balanced_accuracy, "balanced_accuracy")
                for trial in reversed(audit.trials)
                if trial.model == model
            )
        self.query_one("#leaks-trials-rows", Static).update(_trials(audit))
        self.query_one("#leaks-facts-rows", Static).update(_facts(audit))
        self.show_terms()


def _sentence(audit: Audit) -> str:
    """What the worst leak is worth."""
    from gendertui.evaluation.audit.store import OVERSAMPLED_FIRST, SVM
    from gendertui.evaluation.audit.text import MODEL_NAMES, phrase

    loose, strict = audit.trial(OVERSAMPLED_FIRST, SVM), audit.trial(audit.strictest, SVM)
    if loose is None or strict is None:
        return f"{count(len(audit.trials))} measurements of what {audit.corpus} gives away."
    return (
        f"{MODEL_NAMES[SVM]} has a balanced accuracy of {percent(loose.balanced_accuracy.value)} if the rarer label "
        f"is copied before the lines are divided at random; divided {phrase(audit.strictest, audit.units)}, the same "
        f"model has {percent(strict.balanced_accuracy.value)}."
    )


def _about(audit: Audit, target: Target) -> str:
    """What was measured, and what this very split adds."""
    from gendertui.corpus.splits import described
    from gendertui.evaluation.audit.text import leak_sentence

    split = audit.leaks.protocol
    added = leak_sentence(audit, split)
    if added is None:
        added = f"The {described(split, audit.units)} is the strictest of them." if split == audit.strictest else ""
    return f"{escape_control(target.name)}, {described(split, audit.units)}, seed {audit.leaks.seed}. {added}"


def _trials(audit: Audit) -> Content:
    """A block a model, the strictest protocol first."""
    from gendertui.corpus.splits import title
    from gendertui.evaluation.audit.text import model_name

    units = audit.units
    above = f"above {title(audit.strictest, units)}"
    rows = [Content.styled(f"{'':<16}{'accuracy':<17}{'balanced':<17}{above}", "dim")]
    for model in dict.fromkeys(trial.model for trial in audit.trials):
        rows.append(Content.styled(model_name(model, units), "bold"))
        rows += [_trial(trial, units) for trial in reversed(audit.trials) if trial.model == model]
    rows += [
        Content.styled(f"without {title(protocol, units)}: {why}", "dim") for protocol, why in audit.omitted.items()
    ]
    rows.append(Content.styled(OVERSAMPLED, "dim"))
    return Content("\n").join(rows)


def _trial(trial: Trial, units: Units) -> Content:
    from gendertui.evaluation.audit.text import short_name

    name = f"  {short_name(trial.protocol, units)}"
    excess = "" if trial.excess is None else trial.excess.signed(percent=True)
    return Content(f"{name:<16}{_percent(trial.accuracy):<17}{_percent(trial.balanced_accuracy):<17}{excess}".rstrip())


def _percent(figure: Estimate) -> str:
    return figure.text(percent=True).replace(" %", "")


def _facts(audit: Audit) -> Content:
    from gendertui.evaluation.audit.text import leak_notes, leak_table

    told = (*leak_table(audit.leaks, audit.labels, audit.units), *leak_notes(audit.leaks, audit.units))
    head, *rows = [escape_control(line) for line in told]
    return Content("\n").join([Content.styled(head, "dim"), *map(Content, rows)])
