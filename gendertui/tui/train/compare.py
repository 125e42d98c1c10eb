"""The Compare tab: the marked runs side by side, what differs in their configuration first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, Static

from gendertui.corpus.units import NO_UNITS
from gendertui.errors import GendertuiError
from gendertui.formatting import IN_PERCENT, number
from gendertui.tui.charts.series import AUC_BOUNDS, LETTERS
from gendertui.tui.dialogs.question import Question
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.train.compare_words import words
from gendertui.tui.train.run_preview import LEAST_SPAN, MARKS
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.widgets.curves import Curves, Line
from gendertui.tui.widgets.stable_static import StableStatic

if TYPE_CHECKING:
    from gendertui.runs.results.comparison import Comparison

NONE_MARKED = (
    "Two to eight runs stand here side by side: what differs in their configuration, their figures on the same lines, "
    "their curves.\n\nMark them in Runs: [train.runs] shows the list, [train.runs.mark] marks the run under the cursor."
    " Then press [train.compare]."
)
OF_HOSTS = (
    "\n\nRuns of another machine have no files here. Bring the model of one: open the run, and press [train.use-model]"
    " once it is over. Then Evaluate shows it, and compares it with others by [evaluate.compare]."
)
FIGURES = ("balanced_accuracy", "auc")
"""What is compared, by the glossary's keys."""


class CompareTab(TrainTab, can_focus=True):
    """Tables above, curves below; on wide screens side by side."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].tab("compare").own_keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._comparison: Comparison | None = None

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="compare-states", initial="compare-none"):
            with Vertical(id="compare-none"):
                yield Static(self._none_marked, id="compare-none-words")
            with Container(id="compared"):
                with VerticalScroll(id="compared-tables"):
                    yield StableStatic(id="compared-words")
                yield Curves("AUC on validation", id="compared-auc")

    @property
    def _none_marked(self) -> str:
        return self.gendertui.keymap.named(NONE_MARKED + (OF_HOSTS if self.gendertui.hosts else ""))

    def focus_first(self) -> None:
        self.query_one("#compared-tables").focus()

    def offers(self, action: str) -> bool:
        return action == "show_tab"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is exported or explained where nothing is compared."""
        if action in ("export", "explain") and self._comparison is None:
            return False
        return super().check_action(action, parameters)

    def on_show(self) -> None:
        self._look()

    def _look(self) -> None:
        """Compare the marked runs, as they are now."""
        marked = self.gendertui.marked
        if len(marked) < 2:
            self._say(self._none_marked)
            return
        if self._comparison is None:
            self._say(f"Comparing {len(marked)} runs…")

        def job() -> Comparison:
            from gendertui.runs.folder import RunFolder
            from gendertui.runs.results.comparison import compared

            return compared([RunFolder(folder) for folder in marked])

        def failed(error: Exception) -> None:
            self._say(f"✗ {error}")
            if not isinstance(error, GendertuiError):
                self.gendertui.show_error(error)

        self.gendertui.background(job, self._show, group="compare-runs", failed=failed, awaited=True)

    def _say(self, text: str) -> None:
        self._comparison = None
        self.query_one("#compare-none-words", Static).update(literal(text))
        self.query_one("#compare-states", ContentSwitcher).current = "compare-none"
        self.refresh_bindings()

    def _show(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.query_one("#compare-states", ContentSwitcher).current = "compared"
        self.call_after_refresh(self._draw)
        self.refresh_bindings()

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        comparison = self._comparison
        if comparison is None:
            return
        width = self.query_one("#compared-tables").scrollable_content_region.width
        if self.is_shown and width < self.size.width // 3:
            # Not laid out yet: it has half of the tab's width at least.
            self.call_after_refresh(self._draw)
            return
        self.query_one("#compared-words", StableStatic).update(words(comparison, width))
        lines = [
            Line(
                "best",
                LETTERS[place],
                run.epochs,
                run.aucs,
                number(max(run.aucs, default=None)),
                every=max(1, len(run.epochs) // MARKS),
            )
            for place, run in enumerate(comparison.runs)
        ]
        most = max((epoch for run in comparison.runs for epoch in run.epochs), default=1.0)
        self.query_one("#compared-auc", Curves).show(lines, most, least_span=LEAST_SPAN, bounds=AUC_BOUNDS)

    def action_explain(self) -> None:
        """Say what the figures mean, with those of all runs."""
        comparison = self._comparison
        if comparison is None:
            return
        from gendertui.evaluation.glossary import Value

        values = {}
        for key in FIGURES:
            shown = [
                f"{letter} {entry.figures[key].text(percent=key in IN_PERCENT)}"
                for letter, (entry, _) in sorted(comparison.entries.items())
                if key in entry.figures
            ]
            if shown:
                values[key] = Value("here", ", ".join(shown))
        self.app.push_screen(TermsScreen([*FIGURES, "interval", "points", "chance", "epoch"], NO_UNITS, values))

    def action_export(self) -> None:
        comparison = self._comparison
        if comparison is None:
            return
        from gendertui import files
        from gendertui.runs.results import comparison_text

        def read(text: str) -> Path:
            path = Path(text.strip()).expanduser().absolute()
            comparison_text.format_of(path)
            return path

        def answered(path: Path | None) -> None:
            if path is None:
                return

            def job() -> None:
                text = comparison_text.FORMATS[comparison_text.format_of(path)](comparison)
                files.write_atomic(path, text.encode())

            self.gendertui.background(
                job, lambda _: self.gendertui.say(f"Written to {path}."), group="export", awaited=True
            )

        question = "The file to write: its name ends in .csv, .json or .md."
        self.app.push_screen(Question("Export the comparison", question, read, start="comparison.md"), answered)
