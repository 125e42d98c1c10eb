"""The history as a list and as a screen that searches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gendertui import formatting
from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.predict.history_file import HistoryEntry, matching
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.widgets.text_field import Field

SHOWN = 200
OFF = "off: nothing typed here is kept (setting history)"


class HistoryList(OptionList):
    """The newest lines, and the way through all of them that ↑ and ↓ take in the prompt.

    Where lines are not kept those of this session are here all the same.
    """

    @dataclass
    class Taken(Message):
        """A line is wanted in the prompt."""

        text: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.lines: list[HistoryEntry] = []
        """Oldest first, each text once."""
        self.kept = True
        self._place = 0
        self._draft = ""

    def show(self, lines: list[HistoryEntry]) -> None:
        """Replace the lines."""
        newest_first = matching(lines, "")
        self.lines = newest_first[::-1]
        self._place = len(self.lines)
        self.clear_options()
        self.add_options(_options(newest_first))
        self.border_title = "History" if self.kept else f"History {OFF}"
        self.border_subtitle = count(len(self.lines)) if lines else ""

    def add(self, asked: HistoryEntry) -> None:
        self.show([*self.lines, asked])

    def walk(self, by: int, typed: str) -> str:
        """The line ``by`` lines newer than the one walked to last; past the newest, what had been typed."""
        if self._place == len(self.lines):
            self._draft = typed
        self._place = max(0, min(self._place + by, len(self.lines)))
        return self._draft if self._place == len(self.lines) else self.lines[self._place].text

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Taken(self.lines[len(self.lines) - 1 - event.option_index].text))


def _options(lines: list[HistoryEntry]) -> list[Option]:
    return [Option(_row(asked)) for asked in lines[:SHOWN]]


def _row(asked: HistoryEntry) -> Content:

    positive = asked.probability >= 0.5
    share = formatting.probability(asked.probability if positive else 1 - asked.probability)
    if asked.label is None:
        head = (f"{share:>6} {'?':>2}  ", "dim")
    else:
        head = (f"{share:>6} {escape_control(asked.label):>2}  ", "$label-second" if positive else "$label-first")
    return Content.assemble(head, escape_control(asked.text))


class SearchField(Field):
    """↑ and ↓ move in the list below while typing continues."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.move(-1)", show=False),
        Binding("down", "screen.move(1)", show=False),
    ]


class HistoryScreen(Dialog[str | None]):
    """Search the history; the result is the text of the line taken, or ``None``.

    :param lines: oldest first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape")]

    def __init__(self, lines: list[HistoryEntry], *, kept: bool) -> None:
        super().__init__()
        self._lines = lines
        self._kept = kept
        self._found: list[HistoryEntry] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="history-dialog") as box:
            box.border_title = "History"
            yield SearchField(placeholder="words of a line …", select_on_focus=False, id="history-search")
            yield OptionList(id="history-found")
            if not self._kept:
                yield Static(f"The history is {OFF}.")

    def on_mount(self) -> None:
        self.query_one(SearchField).focus()
        self._find("")

    @on(Input.Changed, "#history-search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._find(event.value)

    def _find(self, words: str) -> None:
        self._found = matching(self._lines, words)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(_options(self._found))
        options.highlighted = 0 if self._found else None
        found = f"{count(len(self._found))} of {count(len(self._lines))} lines"
        self.query_one("#history-dialog").border_subtitle = hints(self, found, "⏎ takes", LEAVES)

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(Input.Submitted, "#history-search")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss(self._found[place].text)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._found[event.option_index].text)
