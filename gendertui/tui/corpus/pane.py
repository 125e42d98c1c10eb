"""The Corpus pane: where the lines come from, how they were read, every one of them, and what could not be read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Input, ProgressBar, Static

from gendertui.corpus.problems import LABEL_LEFT_OUT
from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.tui.corpus.lines_view import LinesView
from gendertui.tui.corpus.overview import Labels, Lengths
from gendertui.tui.corpus.reading_panel import ReadingPanel
from gendertui.tui.corpus.rows import PROBLEM_COLUMNS, ProblemRows
from gendertui.tui.corpus.view import CorpusView
from gendertui.tui.dialogs.source_picker import DOWNLOAD, SourcePicker, SourceScreen, why_refused
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.line_scene import LineScene
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES
from gendertui.tui.panes.record import load
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from textual.widget import Widget

    from gendertui.corpus.statistics import CorpusStatistics
    from gendertui.corpus.table import Corpus

RECORD = PANES["corpus"]
LINES = "lines"
READING = "reading"
PROBLEMS = "problems"
GROUPS = "groups"
BODIES = {LINES: "lines-view", READING: "lines-view", PROBLEMS: "problems"}
"""Tab → what it shows under the overview or the Reading panel; the other tabs are views of their own."""


class CorpusPane(Pane):
    """Empty, it is the picker of sources; with a corpus, the lines under two small pictures."""

    ABOUT: ClassVar[str] = (
        "The lines with their labels: how many there are of each, how long they are, and all of them in a table that "
        "can be sorted and filtered as you type. A filter is looked for in the text and in the names beside it; "
        "label:f, label:? and the names of other columns narrow it down. ⏎ opens a line with its neighbours. Reading "
        "shows what was decided about the file, and why: [corpus.other-before] and [corpus.other] change a choice to "
        "its runner-up, and the lines follow; what is chosen is remembered for the file. Rows that could not be read "
        "are counted by kind under Problems.\n\n"
        "The labels are the corpus's own; ? means unlabelled. Unlabelled lines are shown here and never trained on."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(RECORD.keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._corpus: Corpus | None = None
        self._opening = asyncio.Lock()
        self._rereading = False
        """Whether the corpus that is shown is being read otherwise, below its panel."""
        self._hidden: Widget | None = None
        """What had the focus when the words about a file that is being read took its place."""

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="corpus-states", initial="picker"):
            with Vertical(id="picker"):
                yield SourcePicker()
            with Vertical(id="busy"):
                yield Static(id="busy-words")
                yield ProgressBar(id="busy-bar", show_eta=False)
            with Vertical(id="loaded"):
                yield TabLine(id="corpus-tabs")
                with ContentSwitcher(id="over", initial="overview"):
                    with Horizontal(id="overview"):
                        yield Labels(classes="box")
                        yield Lengths(classes="box")
                    yield ReadingPanel()
                yield Static(id="corpus-notes")
                with Horizontal(id="corpus-body"):
                    with ContentSwitcher(id="tables", initial="lines-view"):
                        yield LinesView()
                        yield VirtualTable(PROBLEM_COLUMNS, id="problems", enter="")
                    yield LineScene(id="line-beside")

    def on_mount(self) -> None:
        self.query_one("#corpus-tabs", TabLine).chosen = LINES
        self.query_one(Lengths).border_title = "Words a line"
        self.watch(self.app, "corpus", self._corpus_changed)
        self.watch(self.app, "reading", self._reading_changed)
        self.watch(self.app, "wanted_row", self._go_to, init=False)
        self.watch(self.app, "refused_source", lambda refused: self._refused(*refused), init=False)

    def focus_first(self) -> None:
        if self._corpus is None:
            self.query_one(SourcePicker).focus_first()
        elif self._view is not None:
            self._view.focus_first()
        elif self._tab == READING:
            self.query_one(ReadingPanel).focus_first()
        elif self._tab == PROBLEMS:
            self.query_one("#problems").focus()
        else:
            self.query_one(LinesView).focus_first()

    # Tabs

    @property
    def _tab(self) -> str:
        return self.query_one("#corpus-tabs", TabLine).chosen

    @property
    def _view(self) -> CorpusView | None:
        """What is shown in place of the lines, if it is something that is computed."""
        shown = self.query_one("#tables", ContentSwitcher).visible_content
        return shown if isinstance(shown, CorpusView) else None

    def _name_tabs(self, corpus: Corpus) -> None:
        left_out = sum(number for kind, number in corpus.left_out.items() if kind != LABEL_LEFT_OUT)
        # The table lists the first of them only.
        titles = {PROBLEMS: f"Problems {count(max(len(corpus.problems), sum(corpus.remarks.values()) + left_out))}"}
        if corpus.units.group is not None:
            titles[GROUPS] = corpus.units.group.many.capitalize()
        self.query_one("#corpus-tabs", TabLine).items = tuple(
            Item(
                tab.name,
                literal(titles.get(tab.name, tab.title)).plain,
                self.gendertui.keymap.shown(f"{RECORD.name}.{tab.name}"),
                tab.help,
            )
            for tab in RECORD.tabs
        )

    async def show_tab(self, tab: str) -> None:
        """Show a tab, made when it is first shown; the one that is shown already gives way to the lines."""
        if self._corpus is None:
            return
        tab = LINES if self._tab == tab else tab
        if tab not in BODIES:
            await self._make(tab)
        self._switch(tab)

    async def make_next_tab(self) -> bool:
        tables = self.query_one("#tables")
        left = [each.name for each in RECORD.tabs if each.name not in BODIES and not tables.query(f"#view-{each.name}")]
        if self._corpus is None or not left:
            return False
        await self._make(left[0])
        return True

    async def _make(self, tab: str) -> None:
        """Make a view, unless it is there."""
        async with self._opening:
            tables = self.query_one("#tables", ContentSwitcher)
            if not tables.query(f"#view-{tab}"):
                await tables.add_content((await asyncio.to_thread(load, RECORD.tab(tab)))(id=f"view-{tab}"))

    def _switch(self, tab: str) -> None:
        """Show a tab that is there."""
        self.query_one("#corpus-tabs", TabLine).chosen = tab
        over = self.query_one("#over", ContentSwitcher)
        over.display = tab in BODIES
        self.query_one("#corpus-notes").set_class(tab not in BODIES, "-elsewhere")
        over.current = "reading-panel" if tab == READING else "overview"
        self.query_one("#tables", ContentSwitcher).current = BODIES.get(tab, f"view-{tab}")
        if self._view is not None and self._corpus is not None:
            self._view.show(self._corpus)
        self._look_beside()
        if self.has_focus_within or self.has_focus:
            self.focus_first()
        self.refresh_bindings()

    async def action_show_tab(self, tab: str) -> None:
        await self.show_tab(tab)

    @on(TabLine.Picked, "#corpus-tabs")
    async def _picked_tab(self, event: TabLine.Picked) -> None:
        event.stop()
        if event.id != self._tab:
            await self.show_tab(event.id)

    @on(CorpusView.LinesWanted)
    def _lines_wanted(self, event: CorpusView.LinesWanted) -> None:
        self._switch(LINES)
        self.query_one(LinesView).filter(event.query)

    @on(ReadingPanel.ProblemsWanted)
    def _problems_wanted(self) -> None:
        self._switch(PROBLEMS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What changes the reading acts beside it only, and never in a text field."""
        if action in ("as_found", "mapping") and self._tab != READING:
            return False
        if action == "step" and (isinstance(self.screen.focused, Input) or self._tab in (LINES, PROBLEMS)):
            return False
        if action in ("sort", "reverse") and self._view is not None:
            return False
        return super().check_action(action, parameters)

    @on(CorpusView.Looked)
    @on(LinesView.Looked)
    def _look_beside(self) -> None:
        """Show what is under the cursor, where there is room beside it."""
        view, tab = self._view, self._tab
        what = view.looked_at if view is not None else self.query_one(LinesView).row if tab != PROBLEMS else None
        beside = self.query_one(LineScene)
        beside.set_class(what is not None, "-some")
        beside.show(self._corpus, what)

    # Which corpus

    def _state(self, state: str) -> None:
        self.query_one("#corpus-states", ContentSwitcher).current = state

    def _reading_changed(self, reading: tuple[str, float | None] | None) -> None:
        if reading is None:
            self._state("picker" if self._corpus is None else "loaded")
            if self._corpus is None and self.gendertui.pane is self:
                # What is hidden loses the focus to whatever comes next.
                self.call_after_refresh(self.focus_first)
            elif self._hidden is not None:
                # By a message in its own queue, which may have been handled or not.
                self.call_after_refresh(self._hidden.call_later, self._focus_again)
            self._hidden = None
            return
        what, share = reading
        if self._rereading:
            self.query_one(ReadingPanel).say(what, share)
            return
        if self.has_focus_within:
            self._hidden = self.screen.focused
        self._state("busy")
        self.query_one("#busy-words", Static).update(literal(f"{what}…"))
        self.query_one("#busy-bar", ProgressBar).update(
            total=100 if share is not None else None, progress=100 * (share or 0)
        )

    def _focus_again(self) -> None:
        """What was there before is shown again, and had lost the focus."""
        if self.gendertui.pane is self and self.screen.focused is None:
            self.focus_first()

    def _corpus_changed(self, corpus: Corpus | None) -> None:
        if corpus is None or corpus is self._corpus:
            return
        again = self._rereading and self._corpus is not None and corpus.path == self._corpus.path
        self._corpus, self._rereading = corpus, False
        self._name_tabs(corpus)
        self.query_one("#problems", VirtualTable).show(ProblemRows(corpus.problems), range(len(corpus.problems)))
        self.query_one(ReadingPanel).show(corpus)
        self._state("loaded")
        self.query_one(LinesView).show(corpus, again=again)
        if not again and self._tab != LINES:
            self._switch(LINES)
        if not again and corpus.absent_labels:
            # Which column is the label is what a person can say, and nobody else.
            self._switch(READING)
            self.query_one(ReadingPanel).go_to("label")
        if self.gendertui.pane is self and not again:
            self.focus_first()

    @on(LinesView.Shown)
    def _count(self) -> None:
        """Count for the overview, once the lines are there: both at once would make the keys wait."""
        corpus = self._corpus
        if corpus is None:
            return

        def job() -> tuple[CorpusStatistics, tuple[str, ...]]:
            from gendertui.corpus.statistics import corpus_statistics, notes

            return corpus_statistics(corpus), notes(corpus)

        self.gendertui.background(job, self._show_statistics, group="statistics")

    def _show_statistics(self, found: tuple[CorpusStatistics, tuple[str, ...]]) -> None:
        corpus = self._corpus
        if corpus is None:
            return
        statistics, notes = found
        self.query_one("#corpus-notes", Static).update(literal(" · ".join(f"! {note}" for note in notes)))
        self.query_one("#corpus-notes").set_class(bool(notes), "-some")
        labels = self.query_one(Labels)
        labels.statistics = statistics
        labels.border_title = literal(f"{corpus.name}: {count(statistics.lines)} lines")
        parts = (
            (corpus.units.group, statistics.groups),
            (corpus.units.speaker, statistics.speakers),
        )
        labels.border_subtitle = literal(" · ".join(noun.counted(number) for noun, number in parts if noun and number))
        lengths = self.query_one(Lengths)
        lengths.statistics = statistics
        lengths.border_subtitle = f"median {statistics.median_words:g}"

    @on(ReadingPanel.Changed)
    def _read_otherwise(self, event: ReadingPanel.Changed) -> None:
        if self._corpus is not None:
            self._rereading = True
            self.gendertui.open_corpus(self._corpus.source, options=event.options, failed=self._not_read_otherwise)

    def _not_read_otherwise(self, error: Exception) -> None:
        self._rereading = False
        self.query_one(ReadingPanel).refuse(error)
        if not isinstance(error, GendertuiError):
            self.gendertui.show_error(error)

    def action_train_quick(self) -> None:
        self.gendertui.train_quick()

    def action_open_source(self) -> None:
        self._ask_source(SourceScreen())

    def _ask_source(self, screen: SourceScreen) -> None:
        self.app.push_screen(screen, lambda source: self._open(source) if source is not None else None)

    @on(SourcePicker.Picked)
    def _picked(self, event: SourcePicker.Picked) -> None:
        self._open(event.source)

    def _open(self, source: str) -> None:
        self._rereading = False
        if source == DOWNLOAD:
            self.gendertui.download_corpus()
        else:
            self.gendertui.open_corpus(source, failed=lambda error: self._refused(source, error))

    def _refused(self, source: str, error: Exception) -> None:
        """What cannot be opened stays in its field, with the reason; a notice where somebody is elsewhere by now."""
        if not isinstance(error, GendertuiError) or len(self.app.screen_stack) > 1 or self.gendertui.pane is not self:
            self.gendertui.show_error(error)
            return
        why = why_refused(error)
        if self._corpus is not None:
            self._ask_source(SourceScreen(source, why))
            return
        picker = self.query_one(SourcePicker)
        picker.refuse(source, why)
        # Hidden while the path was being read, it lost the focus, or is about to: by a message in its own queue.
        field = picker.query_one("#path")
        picker.call_after_refresh(field.call_later, field.focus)

    # The lines

    def _go_to(self, row: int) -> None:
        """Put the cursor on a line."""
        if self._tab not in (LINES, READING):
            self._switch(LINES)
        self.query_one(LinesView).go_to(row)

    def action_filter(self) -> None:
        if self._corpus is None:
            return
        if self._tab not in (LINES, READING):
            self._switch(LINES)
        self.query_one(LinesView).focus_filter()

    def action_sort(self) -> None:
        self.query_one(LinesView).sort()

    def action_reverse(self) -> None:
        self.query_one(LinesView).reverse()

    def action_open_line(self) -> None:
        if self._corpus is None or self._tab not in (LINES, READING):
            return
        panel = self.query_one(ReadingPanel)
        if panel.has_focus_within:
            panel.open_row()
        else:
            self.query_one("#lines", VirtualTable).action_open()

    # Choices of what is shown

    def action_step(self, by: int) -> None:
        if self._view is not None:
            self._view.step(by)
        else:
            self.query_one(ReadingPanel).step(by)

    def action_as_found(self) -> None:
        if self._corpus is not None:
            self.query_one(ReadingPanel).as_found()

    def action_mapping(self) -> None:
        if self._corpus is not None:
            self.query_one(ReadingPanel).type_mapping()
