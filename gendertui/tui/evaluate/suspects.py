"""Labels that look wrong, mended where they are seen: a list, the text of what the cursor is on, a key a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, RIGHT
from gendertui.tui.evaluate.job import Job, Task
from gendertui.tui.evaluate.suspect_lines import SuspectLines, deciding, heading
from gendertui.tui.evaluate.suspect_rows import SuspectRows, decided
from gendertui.tui.footer import KeyFooter
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of, hints
from gendertui.tui.keys import bindings
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS
from gendertui.tui.session import session_of
from gendertui.tui.widgets.tab_line import Item, TabLine
from gendertui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gendertui.corpus.corrections.entry import Act, Correction, Key
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.suspects.listing import Suspect
    from gendertui.evaluation.suspects.lists import ListName
    from gendertui.evaluation.suspects.ranking import Ranked
    from gendertui.evaluation.suspects.store import UnitScores
    from gendertui.tui.session import Session

Result = TypeVar("Result")
LISTS = (
    Item("suspects", "look wrong"),
    Item("certain", "unlabelled, clearest first"),
    Item("uncertain", "least clear first"),
    Item("decided", "decided"),
)
TEXTS_SHOWN = 12


@dataclass(frozen=True, eq=False)
class Listed:
    """A list as it was read."""

    rows: SuspectRows
    ranked: Ranked
    about: str


class SuspectsScreen(Dialog[None]):
    """Over the Evaluate pane. Scores are computed in a process of their own, once for a corpus and its labels."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCREEN_KEYS["suspects"])]

    def __init__(self, corpus: Corpus) -> None:
        super().__init__()
        self._corpus = corpus
        self._scores: UnitScores | None = None
        self._listed: Listed | None = None
        self._decided: list[tuple[Key, int]] = []
        """Units decided about in the list that is shown, and where in it they are; the last one last."""

    @property
    def gendertui(self) -> Session:
        """The app, by its own type."""
        return session_of(self)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box", id="suspects") as box:
            box.border_title = literal(f"Labels that look wrong: {self._corpus.name}")
            yield TabLine(
                LISTS,
                lead=self.gendertui.keymap.shown("suspects.next-list"),
                help=help_of(self, "suspects.next-list"),
                id="suspect-lists",
            )
            yield Static(id="suspects-about", classes="beside")
            yield VirtualTable((), id="suspects-table")
            with VerticalScroll(id="suspect", classes="box", can_focus=False):
                yield Static(id="suspect-text")
        yield KeyFooter()

    def on_mount(self) -> None:
        self._job = Job(self.gendertui, "suspects-job", self._job_says)
        table = self.query_one(VirtualTable)
        table.focus()
        self.watch(table, "cursor", self._cursor_moved, init=False)
        self.watch(self.app, "corpus", lambda _: self.refresh_bindings(), init=False)
        corpus = self._corpus
        self.gendertui.background(lambda: _kept(corpus), self._found, group="suspects", failed=self._failed)

    def on_unmount(self) -> None:
        self._job.cancel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does nothing now is not in the footer."""
        if action == "undo":
            return self._undoable() is not None
        if action == "decide":
            suspect = self._suspect()
            # What has no label is given the first or the second.
            return suspect is not None and not (suspect.label is None and parameters[0] in ("right", "other"))
        return super().check_action(action, parameters)

    # Scores

    def _found(self, scores: UnitScores | None) -> None:
        if not self.is_attached:
            return
        if scores is not None:
            self._scores = scores
            self._read_list()
            return
        corpus = self._corpus
        self._job.start("Scoring", lambda task: _compute(corpus, task), self._computed)

    def _computed(self) -> None:
        if self.is_attached:
            corpus = self._corpus
            self.gendertui.background(lambda: _kept(corpus), self._found, group="suspects", failed=self._failed)

    def _job_says(self, says: str | None) -> None:
        if self.is_attached:
            self._say(f"{says}   Each is scored by models that have not seen it; esc ends it." if says else "")

    def _say(self, words: str) -> None:
        self.query_one("#suspects-about", Static).update(literal(words))

    def _failed(self, error: Exception) -> None:
        if self.is_attached:
            self._say(f"✗ {error}")
        else:
            self.gendertui.show_error(error)

    # The list

    def _read_list(self) -> None:
        scores, corpus = self._scores, self._corpus
        if scores is None:
            return
        which = cast("ListName", self.query_one(TabLine).chosen)
        self.gendertui.background(
            lambda: _read(corpus, scores, which), self._show, group="suspects", failed=self._failed, awaited=True
        )

    def _show(self, listed: Listed) -> None:
        if not self.is_attached:
            return
        self._listed = listed
        self._decided.clear()
        self._say(listed.about)
        self.query_one(VirtualTable).show(listed.rows, listed.ranked.places, columns=listed.rows.columns())
        self._cursor_moved()

    def action_next_list(self) -> None:
        line = self.query_one(TabLine)
        self._choose(line.step(1))

    @on(TabLine.Picked)
    def _picked(self, event: TabLine.Picked) -> None:
        event.stop()
        self._choose(event.id)

    def _choose(self, which: str) -> None:
        self.query_one(TabLine).chosen = which
        self._read_list()

    def _suspect(self) -> Suspect | None:
        """What the cursor is on."""
        table = self.query_one(VirtualTable)
        if self._listed is None or not len(table.order):
            return None
        return self._listed.rows.suspect(table.row_at(table.cursor))

    def _cursor_moved(self) -> None:
        self.refresh_bindings()
        box, suspect = self.query_one("#suspect"), self._suspect()
        box.display = suspect is not None
        if suspect is None:
            return
        box.border_title = literal(" · ".join(part for part in (suspect.name, suspect.group) if part))
        said = filter(None, (heading(suspect).plain, decided(suspect.decision)))
        # What has a label is decided about by keys that the footer names.
        acts = deciding(suspect) if suspect.label is None else []
        box.border_subtitle = hints(self, *said, *acts, "⏎ its lines")
        corpus, key = self._corpus, suspect.key
        self.gendertui.background(lambda: _texts(corpus, key), self._show_texts, group="suspect-texts", awaited=True)

    def _show_texts(self, texts: list[str]) -> None:
        if self.is_attached:
            self.query_one("#suspect-text", Static).update(Content("\n").join(map(literal, texts)))

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        suspect = self._suspect()
        if suspect is not None:
            self.app.push_screen(SuspectLines(self._corpus, suspect), self._answered)

    def _answered(self, what: str | None) -> None:
        if what is not None and self.check_action("decide", (what,)):
            self.action_decide(what)

    # Decisions

    def action_decide(self, what: str) -> None:
        """Decide about what the cursor is on, and go to the next.

        :param what: ``right``, ``other``, ``first``, ``second`` or ``leave-out``.
        """
        suspect = self._suspect()
        if suspect is None:
            return
        act, label = _act(what, suspect)
        corpus, key = self._corpus, suspect.key
        place = self.query_one(VirtualTable).cursor

        def done(_: Correction) -> None:
            self._decided.append((key, place))
            self._decisions_changed(place + 1)

        self._write(lambda: _decide(corpus, key, act, label), done)

    def action_undo(self) -> None:
        undoable = self._undoable()
        if undoable is None:
            return
        corpus, (key, place) = self._corpus, undoable

        def done(_: Correction | None) -> None:
            if undoable in self._decided:
                self._decided.remove(undoable)
            self._decisions_changed(place)

        self._write(lambda: _undo(corpus, key), done)

    def _undoable(self) -> tuple[Key, int] | None:
        """The unit whose last decision would be taken back, and where in the list it is."""
        suspect = self._suspect()
        if suspect is not None and suspect.decision is not None:
            return suspect.key, self.query_one(VirtualTable).cursor
        return self._decided[-1] if self._decided else None

    def _write(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        self.gendertui.background(work, then, group="suspects-decision", failed=self.gendertui.show_error, awaited=True)

    def _decisions_changed(self, cursor: int) -> None:
        """Read what holds now, and draw the list as it stands: nothing leaves it while somebody is looking.

        :param cursor: where it goes.
        """
        corpus = self._corpus

        def show(decisions: dict[Key, Correction]) -> None:
            if not self.is_attached or self._listed is None:
                return
            self._listed.rows.decided(decisions)
            table = self.query_one(VirtualTable)
            table.cursor = cursor
            table.refresh()
            self._cursor_moved()

        self.gendertui.background(lambda: _decisions(corpus), show, group="suspects-decision", awaited=True)

    def action_corrections(self) -> None:
        """Read the corpus with what was decided from now on, or without."""
        corpus, app = self._corpus, self.gendertui
        now = app.corpus
        options = (now or corpus).reading.options
        wanted = not options.corrections

        def done(_: Corpus) -> None:
            app.say(
                "The corpus is read with what was decided from now on: runs learn from it, and say so."
                if wanted
                else "The corpus is read as its file has it, without what was decided."
            )

        app.open_corpus(corpus.source or str(corpus.path), done, options=options.changed("corrections", wanted))

    def action_leave(self) -> None:
        self.dismiss(None)


def _act(what: str, suspect: Suspect) -> tuple[Act, str | None]:
    """The decision, and the label that it gives."""
    first, second = suspect.labels
    if what == "right":
        return RIGHT, None
    if what == "leave-out":
        return LEAVE_OUT, None
    if what == "other":
        return LABEL, second if suspect.label == first else first
    return LABEL, first if what == "first" else second


# For threads; what they import is imported there.


def _kept(corpus: Corpus) -> UnitScores | None:
    from gendertui.evaluation.suspects.store import kept_scores, unit_of

    return kept_scores(corpus.data_hash, unit_of(corpus))


def _compute(corpus: Corpus, task: Task) -> None:
    from gendertui.evaluation.suspects.store import unit_of
    from gendertui.subprocesses.suspects import SuspectsTask

    scoring = SuspectsTask(
        corpus.source or corpus.path, corpus.data_hash, unit_of(corpus), options=corpus.reading.options
    )
    task.on_cancel(scoring.cancel)
    scoring.wait(task.progress)


def _read(corpus: Corpus, scores: UnitScores, which: ListName) -> Listed:
    from gendertui.evaluation.suspects.listing import about_list
    from gendertui.evaluation.suspects.ranking import ranked

    # What the screen asks of it on the event loop takes long for the first time.
    _ = corpus.scene_places
    decisions = _decisions(corpus)
    found = ranked(corpus, scores, decisions, which)
    return Listed(SuspectRows(corpus, scores, decisions), found, about_list(corpus, scores, which, found))


def _decisions(corpus: Corpus) -> dict[Key, Correction]:
    from gendertui.corpus.corrections.file import read

    return read(corpus).in_force()


def _texts(corpus: Corpus, key: Key) -> list[str]:
    from gendertui.evaluation.suspects.listing import texts_of

    return texts_of(corpus, key, TEXTS_SHOWN)


def _decide(corpus: Corpus, key: Key, act: Act, label: str | None) -> Correction:
    from gendertui.corpus.corrections.file import decide

    return decide(corpus, key, act, label)


def _undo(corpus: Corpus, key: Key) -> Correction | None:
    from gendertui.corpus.corrections.file import undo

    return undo(corpus, key)
