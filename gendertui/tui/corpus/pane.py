"""The Corpus pane: where the lines come from, what they are, every one of them, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Input, ProgressBar, Static

from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.tui.corpus.line_screen import LineScreen
from gendertui.tui.corpus.overview import Labels, Lengths
from gendertui.tui.corpus.rows import FILM, LINE_COLUMNS, PROBLEM_COLUMNS, LineRows, ProblemRows, ordered
from gendertui.tui.corpus.source_picker import DOWNLOAD, SourcePicker, SourceScreen
from gendertui.tui.formatting import literal
from gendertui.tui.keys import bindings
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.table import VirtualTable
from gendertui.tui.widgets.text_field import Field

if TYPE_CHECKING:
    from gendertui.arrays import Ints
    from gendertui.corpus.statistics import CorpusStatistics
    from gendertui.corpus.table import Corpus

PAUSE_SECONDS = 0.12
SORTS: tuple[str | None, ...] = (None, "label", "speaker", "text", "line_id", FILM)


class CorpusPane(Pane):
    """Empty, it is the picker of sources; with a corpus, the lines under two small pictures."""

    ABOUT: ClassVar[str] = (
        "The lines with their labels: how many there are of each, how long they are, and all of them in a table that "
        "can be sorted and filtered as you type. A filter is looked for in text, character and film; label:f, "
        "film:…, character:… and label:? narrow it down. ⏎ opens a line with its character and its neighbours in "
        "the scene. Rows that could not be read are counted by kind under Problems.\n\n"
        "The labels are a corpus's labels for scripted characters; ? means unlabelled. Unlabelled lines are shown "
        "here and never trained on."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["corpus"].keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._corpus: Corpus | None = None
        self._sort: str | None = None
        self._descending = False
        self._pause: Timer | None = None
        self._wanted: int | None = None

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="corpus-states", initial="picker"):
            with Vertical(id="picker"):
                yield SourcePicker()
            with Vertical(id="busy"):
                yield Static(id="busy-words")
                yield ProgressBar(id="busy-bar", show_eta=False)
            with Vertical(id="loaded"):
                with Horizontal(id="overview"):
                    yield Labels(classes="box")
                    yield Lengths(classes="box")
                with Horizontal(id="find"):
                    yield Static("filter", id="find-label")
                    yield Field(
                        placeholder="words, or label:f  film:…  character:…",
                        id="filter",
                        compact=True,
                        select_on_focus=False,
                    )
                    yield Static(id="found")
                with ContentSwitcher(id="tables", initial="lines"):
                    yield VirtualTable(LINE_COLUMNS, id="lines")
                    yield VirtualTable(PROBLEM_COLUMNS, id="problems")

    def on_mount(self) -> None:
        self.query_one(Lengths).border_title = "Words a line"
        self.watch(self.app, "corpus", self._corpus_changed)
        self.watch(self.app, "reading", self._reading_changed)
        self.watch(self.app, "wanted_row", self._go_to, init=False)

    def focus_first(self) -> None:
        if self._corpus is None:
            self.query_one(SourcePicker).focus_first()
        else:
            self.query_one(f"#{self._table}").focus()

    @property
    def _table(self) -> str:
        return str(self.query_one("#tables", ContentSwitcher).current)

    # Which corpus

    def _state(self, state: str) -> None:
        self.query_one("#corpus-states", ContentSwitcher).current = state

    def _reading_changed(self, reading: tuple[str, float | None] | None) -> None:
        if reading is None:
            self._state("picker" if self._corpus is None else "loaded")
            return
        what, share = reading
        self._state("busy")
        self.query_one("#busy-words", Static).update(literal(f"{what}…"))
        self.query_one("#busy-bar", ProgressBar).update(
            total=100 if share is not None else None, progress=100 * (share or 0)
        )

    def _corpus_changed(self, corpus: Corpus | None) -> None:
        if corpus is None or corpus is self._corpus:
            return
        self._corpus = corpus
        self._sort, self._descending, self._wanted = None, False, None
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = ""
        self.query_one("#tables", ContentSwitcher).current = "lines"
        problems = self.query_one("#problems", VirtualTable)
        problems.show(ProblemRows(corpus.problems), range(len(corpus.problems)))
        self._state("loaded")

        def job() -> CorpusStatistics:
            from gendertui.corpus.statistics import corpus_statistics

            return corpus_statistics(corpus)

        self.gendertui.background(job, self._show_statistics, group="statistics")
        self._look()
        if self.gendertui.pane is self:
            self.focus_first()

    def _show_statistics(self, statistics: CorpusStatistics) -> None:
        if self._corpus is None:
            return
        labels = self.query_one(Labels)
        labels.statistics = statistics
        labels.border_title = literal(f"{self._corpus.name}: {count(statistics.lines)} lines")
        labels.border_subtitle = f"{count(statistics.movies)} films · {count(statistics.characters)} characters"
        lengths = self.query_one(Lengths)
        lengths.statistics = statistics
        lengths.border_subtitle = f"median {statistics.median_words:g}"

    def action_open_source(self) -> None:
        self._ask_source(SourceScreen())

    def _ask_source(self, screen: SourceScreen) -> None:
        self.app.push_screen(screen, lambda source: self._open(source) if source is not None else None)

    @on(SourcePicker.Picked)
    def _picked(self, event: SourcePicker.Picked) -> None:
        self._open(event.source)

    def _open(self, source: str) -> None:
        if source == DOWNLOAD:
            self.gendertui.download_corpus()
        else:
            self.gendertui.open_corpus(source, failed=lambda error: self._refused(source, error))

    def _refused(self, source: str, error: Exception) -> None:
        """What cannot be opened stays in its field, with the reason; a notice where somebody is elsewhere by now."""
        if not isinstance(error, GendertuiError) or len(self.app.screen_stack) > 1 or self.gendertui.pane is not self:
            self.gendertui.show_error(error)
            return
        why = "\n".join(part for part in (error.what, error.where, error.hint) if part)
        if self._corpus is not None:
            self._ask_source(SourceScreen(source, why))
            return
        picker = self.query_one(SourcePicker)
        picker.refuse(source, why)
        # Hidden while the path was being read, it lost the focus, or is about to.
        picker.call_after_refresh(picker.query_one("#path").focus)

    # Filter and order

    def action_filter(self) -> None:
        if self._corpus is not None:
            self.query_one("#tables", ContentSwitcher).current = "lines"
            self.query_one("#filter").focus()

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._look)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one("#lines").focus()
        self._look()

    def _look(self) -> None:
        """Filter and sort in a thread, then show; a newer look takes the place of an older one."""
        if self._pause is not None:
            self._pause.stop()
        corpus = self._corpus
        if corpus is None:
            return
        query = self.query_one("#filter", Input).value
        sort, descending = self._sort, self._descending

        def job() -> Ints:
            from gendertui.corpus.query import filter as filter_rows

            return ordered(corpus, filter_rows(corpus, query), sort, descending)

        def done(rows: Ints) -> None:
            table = self.query_one("#lines", VirtualTable)
            table.show(LineRows(corpus, self._paint), rows, sorted_by=(sort, descending) if sort else None)
            self._show_found()
            self._to_wanted()

        self.gendertui.background(job, done, group="look", awaited=True)

    def _go_to(self, row: int) -> None:
        """Put the cursor on a line; a filter that hides it is taken away."""
        self._wanted = row
        tables = self.query_one("#tables", ContentSwitcher)
        tables.current = "lines"
        self.query_one("#lines").focus()
        if not self._to_wanted():
            with self.prevent(Input.Changed):
                self.query_one("#filter", Input).value = ""
            self._look()

    def _to_wanted(self) -> bool:
        """Whether the line that is wanted is among those shown; the cursor then stands on it."""
        import numpy as np

        table = self.query_one("#lines", VirtualTable)
        places = np.flatnonzero(np.asarray(table.order) == self._wanted)
        if self._wanted is None or not len(places):
            return False
        table.cursor, self._wanted = int(places[0]), None
        return True

    def _show_found(self) -> None:
        corpus = self._corpus
        if corpus is None:
            return
        shown = len(self.query_one("#lines", VirtualTable).order)
        problems = len(corpus.problems)
        found = f"{count(shown)} of {count(len(corpus))}" if shown != len(corpus) else f"all {count(len(corpus))}"
        if self._table == "problems":
            found = f"p: back to the lines · {count(problems)} problems"
        elif problems:
            found += f" · p: {count(problems)} problems"
        self.query_one("#found", Static).update(found)

    def _paint(self) -> tuple[Style, Style]:
        labels = self.query_one(Labels)
        return (
            labels.get_component_rich_style("labels--negative", partial=True),
            labels.get_component_rich_style("labels--positive", partial=True),
        )

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._descending = False
        self._look()

    def action_reverse(self) -> None:
        self._descending = not self._descending
        self._look()

    @on(VirtualTable.HeaderClicked, "#lines")
    def _header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self._descending = self._sort == event.column and not self._descending
        self._sort = event.column
        self._look()

    # Problems and single lines

    def action_problems(self) -> None:
        if self._corpus is None:
            return
        tables = self.query_one("#tables", ContentSwitcher)
        tables.current = "lines" if tables.current == "problems" else "problems"
        self.query_one(f"#{tables.current}").focus()
        self._show_found()

    def action_open_line(self) -> None:
        if self._corpus is not None and self._table == "lines":
            self.query_one("#lines", VirtualTable).action_open()

    @on(VirtualTable.Opened, "#lines")
    def _opened(self, event: VirtualTable.Opened) -> None:
        if self._corpus is not None:
            self.app.push_screen(LineScreen(self._corpus, event.row))
