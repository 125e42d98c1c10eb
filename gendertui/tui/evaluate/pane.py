"""The Evaluate pane: which model and which of its sets are looked at, its tabs, and the acts that add figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from gendertui.corpus.units import NO_UNITS, Units
from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.evaluate.audit_target import NO_CORPUS
from gendertui.tui.evaluate.job import Job, Task
from gendertui.tui.evaluate.subject import TEST, VALIDATION, Shown, Subject, of_model, read, readings_of, subjects
from gendertui.tui.evaluate.tab import EvaluateTab
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.tabbed_pane import TabbedPane
from gendertui.tui.widgets.tab_line import Item, TabLine

if TYPE_CHECKING:
    from pathlib import Path

    from gendertui.runs.view import RunView
    from gendertui.scoring.scorer import Scorer
    from gendertui.tui.evaluate.suspects import SuspectsScreen

FIRST, SPEAKERS = "verdict", "characters"
STRONG = "words-characters"
TEST_ANSWERS = [
    (False, "Leave it closed", "Validation's figures are there to choose by."),
    (True, "Open it, and count the reading", "A process of its own; half a minute on a large corpus."),
]


RECORD = PANES["evaluate"]


class EvaluatePane(TabbedPane[EvaluateTab]):
    """Its tabs are made when first shown, and drawn anew when they come back with other figures."""

    ABOUT: ClassVar[str] = (
        "How good a model is, on the validation lines, which it was not trained on (but which chose its epoch and its "
        "calibration). Balanced accuracy counts both labels alike; AUC is the chance that of two lines, one of each "
        "label, the model puts the right one higher: 0.5 is guessing. Single lines carry little, all lines of "
        "{a_speaker} together a lot: see {Speakers}.\n\n"
        "The bracket is a 95 % interval over the {groups} that happened to be drawn, not over seeds or splits. Beside "
        "the model stand always guessing the more frequent label, and TF-IDF with logistic regression.\n\n"
        "The test set has chosen nothing, as long as it is read once. Opening it is an act: each reading is counted, "
        "over all runs on the same split, and the count stands beside the figures.\n\n"
        "Labels can be wrong: [evaluate.suspects] lists those of the open corpus whose score, by models that have not "
        "seen them, contradicts them most, and mends them by a key."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(RECORD.keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._shown: Shown | None = None
        self._finished_run: str | None = None

    @property
    def _units(self) -> Units:
        """Of the corpus that the figures are of."""
        return NO_UNITS if self._shown is None else self._shown.report.units

    @property
    def about(self) -> str:
        speaker = self._units.noun("speaker")
        groups = self._units.noun("group" if self._shown is None else self._shown.part.unit).many
        a_speaker = f"{speaker.article} {speaker.one}"
        return self.ABOUT.format(a_speaker=a_speaker, Speakers=speaker.many.capitalize(), groups=groups)

    def _tab_items(self) -> tuple[Item, ...]:
        """The tabs, that of the speakers under their own name."""
        speakers = self._units.noun("speaker").many.capitalize()
        return tuple(
            Item(
                tab.name,
                speakers if tab.name == SPEAKERS else tab.title,
                self.gendertui.keymap.shown(f"{RECORD.name}.{tab.name}"),
                tab.help,
            )
            for tab in RECORD.tabs
        )

    def compose(self) -> ComposeResult:
        yield TabLine(self._tab_items(), id="evaluate-tabs")
        yield Static(id="subject")
        yield Static(id="job")
        yield ContentSwitcher(id="evaluate-views")

    async def on_mount(self) -> None:
        self._job = Job(self.gendertui, "evaluate-job", self._job_says)
        await self.show_tab(FIRST)
        self.watch(self.app, "scorer", self._model_changed)
        self.watch(self.app, "run_view", self._run_changed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does nothing now is not in the footer."""
        tab = self.tab
        if action == "next_view" and not (tab is not None and tab.has_views):
            return False
        if action == "order" and not (tab is not None and tab.can_order):
            return False
        if action == "explain" and not (tab is not None and tab.terms):
            return False
        if action == "measure" and not (tab is not None and tab.awaits is not None):
            return False
        if action == "cancel" and not self._job.going:
            return False
        return super().check_action(action, parameters)

    # Tabs

    def refresh_tab(self, tab: EvaluateTab) -> None:
        if self._shown is not None and tab.shown is not self._shown:
            tab.show(self._shown)

    async def action_step_tab(self, by: int) -> None:
        await self.show_tab(self.tab_line.step(by))

    def action_next_view(self) -> None:
        if self.tab is not None:
            self.tab.next_view()
            self.refresh_bindings()

    def action_order(self) -> None:
        if self.tab is not None:
            self.tab.order_next()

    def action_explain(self) -> None:
        """Say what the figure in focus means; without one all of the tab."""
        if self.tab is not None:
            self.tab.explain()

    # Which model

    def _model_changed(self, scorer: Scorer | None) -> None:
        if scorer is None:
            self._say("No model is loaded yet.")
            return
        bundle = scorer.bundle
        name, folder, run = bundle.name, bundle.folder, bundle.manifest.run
        self._read(lambda: of_model(name, folder, run))

    def _run_changed(self, view: RunView | None) -> None:
        """A run that has just finished is what a person wants to see judged, also where its model does not answer."""
        if view is None or view.host or view.done is None or view.name == self._finished_run:
            return
        self._finished_run = view.name
        folder = view.folder
        if (folder / "report.json").is_file():
            self._read(lambda: Subject(view.model or view.name, folder, True))

    def action_choose(self) -> None:
        def choose(found: list[Subject]) -> None:
            answers = [(subject, subject.name, subject.headline) for subject in found]
            at = next((place for place, subject in enumerate(found) if self._is_shown(subject)), 0)
            self.app.push_screen(Choice("Figures of", "", answers, at=at), chosen)

        def chosen(subject: Subject | None) -> None:
            if subject is not None:
                self._read(lambda: subject)

        self.gendertui.background(subjects, choose, group="models", awaited=True)

    def _is_shown(self, subject: Subject) -> bool:
        return self._shown is not None and self._shown.subject.folder == subject.folder

    def _read(self, find: Callable[[], Subject], which: str = VALIDATION) -> None:
        """Read a subject's report in a thread, and show it."""

        def job() -> Shown:
            return read(find())

        def done(shown: Shown) -> None:
            self._show(dataclasses.replace(shown, which=which))

        self.gendertui.background(job, done, group="report", failed=self._failed, awaited=True)

    def _failed(self, error: Exception) -> None:
        self._say(f"✗ {error}")
        if not isinstance(error, GendertuiError):
            self.gendertui.show_error(error)

    def _say(self, words: str) -> None:
        self._shown = None
        self.set_class(False, "-reported")
        self.query_one("#subject", Static).update(Content(words))

    def _show(self, shown: Shown) -> None:
        if shown.which not in shown.report.sets:
            self._say(f"The report of {shown.subject.name} has no {shown.which} figures.")
            return
        self._shown = shown
        self.tab_line.items = self._tab_items()
        self.set_class(True, "-reported")
        self.query_one("#subject", Static).update(_subject_line(shown, self.gendertui.keymap.shown("evaluate.test")))
        if self.tab is not None:
            self.refresh_tab(self.tab)
        self.refresh_bindings()

    # The test set, and the stronger baseline

    def action_test(self) -> None:
        """Between validation and test where that is open; else ask whether to open it."""
        shown = self._shown
        if shown is None:
            return
        if TEST in shown.report.sets:
            self._show(dataclasses.replace(shown, which=VALIDATION if shown.which == TEST else TEST))
            return
        if not self._has_run(shown, "its test set can be opened"):
            return

        def ask(readings: int) -> None:
            self.app.push_screen(Choice("Open the test set", _test_question(readings), TEST_ANSWERS), answered)

        def answered(go: bool | None) -> None:
            if go:
                self._rescore("Opening the test set", shown.subject, _open_test, TEST)

        self.gendertui.background(lambda: readings_of(shown.subject), ask, group="readings", awaited=True)

    def action_baseline(self) -> None:
        """Fit TF-IDF of words and characters, where it is not there yet."""
        shown = self._shown
        if shown is None:
            return
        if STRONG in shown.part.baselines:
            self.gendertui.say("The stronger baseline is there already: words + chars.")
            return
        if not self._has_run(shown, "a stronger baseline can be fitted"):
            return
        self._rescore("Fitting the stronger baseline", shown.subject, _add_baseline, shown.which)

    def _has_run(self, shown: Shown, what: str) -> bool:
        if not shown.subject.run:
            self.gendertui.say(
                f"Only where the run a model came from is on this machine {what}; that of {shown.subject.name} is not.",
                warning=True,
            )
        return shown.subject.run

    def _rescore(self, title: str, subject: Subject, call: Callable[[Path, Task], None], which: str) -> None:
        """Let a process of its own add to the run's scores, and show what its report says then."""

        def then() -> None:
            # Somebody may be looking at another model by now.
            if self._shown is not None and self._shown.subject.folder == subject.folder:
                self._read(lambda: subject, which)

        self._job.start(title, lambda task: call(subject.folder, task), then)

    def _job_says(self, says: str | None) -> None:
        line = self.query_one("#job", Static)
        line.display = says is not None
        cancel = self.gendertui.keymap.shown("evaluate.cancel")
        line.update(Content(f"{says}   {cancel} cancels" if says is not None else ""))
        self.refresh_bindings()

    def action_cancel(self) -> None:
        self._job.cancel()

    def action_measure(self) -> None:
        """Measure what the tab waits for."""
        awaited = self.tab.awaits if self.tab is not None else None
        if awaited is not None:
            self._job.start(awaited.title, awaited.call, self._measured)

    def _measured(self) -> None:
        """What other tabs say rests on it too: all are drawn anew when they come."""
        for tab in self.query(EvaluateTab):
            tab.shown = None
        if self.tab is not None:
            self.refresh_tab(self.tab)

    def action_suspects(self) -> None:
        """Labels of the open corpus that look wrong, over the pane."""
        corpus = self.gendertui.corpus
        if corpus is None:
            self.gendertui.say(NO_CORPUS, warning=True)
            return

        def made() -> SuspectsScreen:
            from gendertui.tui.evaluate.suspects import SuspectsScreen

            return SuspectsScreen(corpus)

        self.gendertui.background(made, self.app.push_screen, group="suspects-screen", awaited=True)

    async def action_compare(self) -> None:
        """Show the tab, and ask for the second run."""
        from gendertui.tui.evaluate.compare import CompareTab

        tab = await self.show_tab("compare")
        if isinstance(tab, CompareTab):
            tab.choose()

    def on_unmount(self) -> None:
        self._job.cancel()


def _open_test(run: Path, task: Task) -> None:
    from gendertui.subprocesses.rescore import open_test

    open_test(run, task.progress)


def _add_baseline(run: Path, task: Task) -> None:
    from gendertui.subprocesses.rescore import add_strong_baseline

    add_strong_baseline(run, task.progress)


def _subject_line(shown: Shown, test: str) -> Content:
    """What the figures are of: model, set, lines, split; and the key ``test``, which shows the other set."""
    report, part = shown.report, shown.part
    words = [f"{count(part.rows)} lines{report.of_groups(part.unit, part.groups)}", report.split]
    if shown.which == TEST and report.test_readings is not None:
        words.append("read once" if report.test_readings == 1 else f"read {count(report.test_readings)} times")
    elif report.epochs:
        words.append(f"epoch {report.epoch}/{report.epochs}")
    if TEST in report.sets:
        words.append(f"{test}: {VALIDATION if shown.which == TEST else TEST}")
    return Content.assemble(f"{shown.subject.name}  ", (shown.which, "bold $foreground"), f"  {' · '.join(words)}")


def _test_question(readings: int) -> str:
    times = {0: "never been read", 1: "been read once"}.get(readings, f"been read {count(readings)} times")
    return (
        f"The test set of this split has {times}, over all runs. Each reading spends some of its worth: once models "
        "are chosen by it, its figures flatter them as validation's do. Open it for the one you have settled on."
    )
