"""Leaks: what a corpus and a split give away, and what each way of dividing the lines is worth to a linear model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import count, count_of, percent
from gendertui.sanitize import escape_control
from gendertui.tui.evaluate.audit_target import NO_CORPUS, Target, at_hand, how_to, known
from gendertui.tui.evaluate.metric_table import interval
from gendertui.tui.evaluate.tab import EvaluateTab
from gendertui.tui.widgets.intervals import Intervals

if TYPE_CHECKING:
    from gendertui.corpus.leaks.schema import SetLeaks
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.audit.store import Audit, Trial
    from gendertui.evaluation.report.schema import Estimate
    from gendertui.tui.evaluate.subject import Shown

OVERSAMPLED = "oversampled: lines of the rarer label are copied first, then all are divided at random"


class LeaksTab(EvaluateTab):
    """Measured once for a corpus and a split, then kept."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="leaks-report"):
            yield Static(id="leaks-sentence", classes="headline")
            yield Static(id="leaks-about", classes="beside")
            with Horizontal(classes="pair"):
                for model in ("logistic", "svm"):
                    with Vertical(classes="box metric", id=f"leaks-{model}"):
                        yield Intervals()
            with Container(id="leaks-lower"):
                with Vertical(classes="box fitting", id="leaks-trials") as box:
                    box.border_title = "The same in figures, %"
                    yield Static(id="leaks-trials-rows")
                with Vertical(classes="box fitting", id="leaks-facts") as box:
                    box.border_title = "Held-out lines that train gives away"
                    yield Static(id="leaks-facts-rows")

    def on_mount(self) -> None:
        self._target: Target | None = None
        self.watch(self.app, "corpus", self._corpus_changed, init=False)

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
                self._say(
                    f"{escape_control(target.name)}, split {target.split}, has not been measured yet. {how_to(target)}"
                )
                self.awaits = target if target.source is not None else None
            self.refresh_bindings()

        self.gendertui.background(lambda: known(target), found, group="audit", awaited=True)

    def _say(self, words: str) -> None:
        self.set_class(False, "-reported")
        self.query_one("#leaks-sentence", Static).update(Content(words))

    def _show(self, audit: Audit, target: Target) -> None:
        from gendertui.evaluation.audit.store import LOGISTIC, SVM
        from gendertui.evaluation.audit.text import MODEL_NAMES, SHORT_NAMES

        self.set_class(True, "-reported")
        self.query_one("#leaks-sentence", Static).update(Content.assemble((_sentence(audit), "bold")))
        self.query_one("#leaks-about", Static).update(Content(_about(audit, target)))
        for name, model in (("logistic", LOGISTIC), ("svm", SVM)):
            box = self.query_one(f"#leaks-{name}")
            box.border_title = f"Balanced accuracy, {MODEL_NAMES[model]}"
            box.border_subtitle = f"{audit.folds} folds"
            # The strictest first: what comes below it is what other ways of dividing would have added.
            box.query_one(Intervals).rows = tuple(
                interval(SHORT_NAMES.get(trial.protocol, trial.protocol), trial.balanced_accuracy)
                for trial in reversed(audit.trials)
                if trial.model == model
            )
        self.query_one("#leaks-trials-rows", Static).update(_trials(audit))
        self.query_one("#leaks-facts-rows", Static).update(_facts(audit))


def _sentence(audit: Audit) -> str:
    """What the worst leak is worth."""
    from gendertui.evaluation.audit.store import OVERSAMPLED_FIRST, SVM
    from gendertui.evaluation.audit.text import MODEL_NAMES, PHRASES

    loose, strict = audit.trial(OVERSAMPLED_FIRST, SVM), audit.trial(audit.strictest, SVM)
    if loose is None or strict is None:
        return f"{count(len(audit.trials))} measurements of what {audit.corpus} gives away."
    return (
        f"{MODEL_NAMES[SVM]} has a balanced accuracy of {percent(loose.balanced_accuracy.value)} if the rarer label "
        f"is copied before the lines are divided at random; divided {PHRASES[audit.strictest]}, the same model "
        f"has {percent(strict.balanced_accuracy.value)}."
    )


def _about(audit: Audit, target: Target) -> str:
    """What was measured, and what this very split adds."""
    from gendertui.evaluation.audit.text import leak_sentence

    split = audit.leaks.protocol
    added = leak_sentence(audit, split)
    if added is None:
        added = f"{split} is the strictest of them." if split == audit.strictest else ""
    return f"{escape_control(target.name)}, split {split}, seed {audit.leaks.seed}. {added}"


def _trials(audit: Audit) -> Content:
    """A block a model, the strictest protocol first."""
    from gendertui.evaluation.audit.text import MODEL_NAMES

    above = f"above {audit.strictest}"
    rows = [Content.styled(f"{'':<16}{'accuracy':<17}{'balanced':<17}{above}", "dim")]
    for model in dict.fromkeys(trial.model for trial in audit.trials):
        rows.append(Content.styled(MODEL_NAMES.get(model, model), "bold"))
        rows += [_trial(trial) for trial in reversed(audit.trials) if trial.model == model]
    rows += [Content.styled(f"without {protocol}: {why}", "dim") for protocol, why in audit.omitted.items()]
    rows.append(Content.styled(OVERSAMPLED, "dim"))
    return Content("\n").join(rows)


def _trial(trial: Trial) -> Content:
    from gendertui.evaluation.audit.text import SHORT_NAMES

    name = f"  {SHORT_NAMES.get(trial.protocol, trial.protocol)}"
    excess = "" if trial.excess is None else trial.excess.signed(percent=True)
    return Content(f"{name:<16}{_percent(trial.accuracy):<17}{_percent(trial.balanced_accuracy):<17}{excess}".rstrip())


def _percent(figure: Estimate) -> str:
    return figure.text(percent=True).replace(" %", "")


def _facts(audit: Audit) -> Content:
    """A column a held-out set."""
    from gendertui.corpus.leaks.schema import MINIMUM_WORDS

    sets = audit.leaks.sets
    rows = [
        ("", [part.name for part in sets]),
        ("lines", [count(sum(part.lines)) for part in sets]),
        ("its text stands in train", [_share(sum(part.identical), part) for part in sets]),
        ("else, its words do", [_share(sum(part.rewritten), part) for part in sets]),
        ("else, nearly its words do", [_share(sum(part.near), part) for part in sets]),
        (f"of these, {MINIMUM_WORDS} words or more", [_share(sum(part.long), part) for part in sets]),
        *_shared(audit, sets),
    ]
    lines = [f"{name:<27}{''.join(f'{cell:>20}' for cell in cells)}" for name, cells in rows]
    lines.append(f"{count(audit.leaks.ambiguous)} of {count(audit.leaks.texts)} distinct texts stand under both labels")
    lines += [
        f"film {twin.held_out} is very likely film {twin.train} of train under another id"
        for part in sets
        for twin in part.duplicate_films
    ]
    return Content("\n").join([Content.styled(lines[0], "dim"), *map(Content, lines[1:])])


def _shared(audit: Audit, sets: Sequence[SetLeaks]) -> Iterator[tuple[str, list[str]]]:
    """Films and characters on both sides, and their lines label by label where there are any."""
    for name in ("films", "characters"):
        found = [(part, getattr(part, name)) for part in sets]
        if any(shared is None for _, shared in found):
            continue
        yield f"{name} also in train", [f"{count(shared.shared)} of {count(shared.held_out)}" for _, shared in found]
        if not any(shared.shared for _, shared in found):
            continue
        for code, label in enumerate(audit.labels):
            cells = [count_of(shared.lines[code], part.lines[code]) for part, shared in found]
            yield f"  their lines labelled {escape_control(label)}", cells


def _share(part: int, whole: SetLeaks) -> str:
    return count_of(part, sum(whole.lines))
