"""The Log tab: what the worker of the run that is followed, and the libraries in it, said beside its events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from gendertui.formatting import count, size
from gendertui.runs.folder import RunFolder
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.train.run_preview import draw_auc
from gendertui.tui.train.tab import TrainTab
from gendertui.tui.widgets.curves import Curves
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.table import Column, VirtualTable
from gendertui.tui.widgets.text_field import Field

if TYPE_CHECKING:
    from pathlib import Path

    from textual.worker import Worker

    from gendertui.runs.log_tail import LogTail
    from gendertui.runs.view import RunView

LOOK_SECONDS, THERE_SECONDS = 1.0, 10.0
"""How often the log is read anew while it is shown; and on another machine, to which each time a connection is made."""
NEVER = float("-inf")
COLUMNS = (Column("line", "line", 20, grow=True),)
NO_RUN = "No run is followed: [train.runs] lists those there are."
NOTHING = "Nothing is written in it. Errors of the worker and what libraries say come here; events are on Watch."


class LogRows:
    """The lines of a log."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def cell(self, row: int, column: str) -> Text:
        return Text(escape_control(self.lines[row].replace("\t", "    ")))


class LogTab(TrainTab, can_focus=True):
    """The end of the log. While the cursor is on the last line, it stays there as more comes."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PANES["train"].tab("log").own_keys)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._log: Path | None = None
        self._host = ""
        self._reading: Worker[None] | None = None
        self._read_at = NEVER
        self._over = False
        self._tail: LogTail | None = None
        self._curve: list[tuple[float, float]] = []

    def compose(self) -> ComposeResult:
        with Horizontal(id="log-find"):
            yield Static("filter", id="log-find-label")
            field = Field(id="log-filter", compact=True, select_on_focus=False, placeholder="words of a line")
            yield field.with_tooltip(help_of(self, "train.log.filter"))
            yield StableStatic(id="log-found")
        with Horizontal(id="log-body"):
            yield VirtualTable(COLUMNS, id="log-lines", enter="")
            yield Curves("AUC on validation", id="log-curve")
        yield StableStatic(id="log-words")

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._look)

    def on_show(self) -> None:
        self._look()

    def focus_first(self) -> None:
        self._table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What there is nothing to do with is not offered."""
        if action == "leave_filter" and not isinstance(self.screen.focused, Input):
            return False
        return super().check_action(action, parameters)

    @property
    def _table(self) -> VirtualTable:
        return self.query_one("#log-lines", VirtualTable)

    def run_changed(self, view: RunView | None) -> None:
        curve = [] if view is None else view.validation_auc()
        if curve != self._curve:
            self._curve = curve
            draw_auc(self.query_one("#log-curve", Curves), curve)
        log = None if view is None else RunFolder(view.folder).log_file
        host, over = ("", False) if view is None else (view.host, view.over)
        if (log, host) != (self._log, self._host):
            self._log, self._host, self._over, self._tail, self._read_at = log, host, over, None, NEVER
            self._look()
        elif over != self._over:
            self._over, self._read_at = over, NEVER

    def _look(self) -> None:
        """Read the log in a thread, and show it where it has changed."""
        log = self._log
        if not self.is_shown:
            return
        if log is None:
            self._say(self.gendertui.keymap.named(NO_RUN))
            return
        host, folder = self._host, log.parent
        if not self._again():
            return
        if host and self._read_at == NEVER and self._tail is None:
            self._say(f"Reading it on {host} …")
        self._read_at = time.monotonic()

        def done(tail: LogTail) -> None:
            if self.is_attached and (log, host) == (self._log, self._host) and tail != self._tail:
                self._tail = tail
                self._arrange()

        def failed(error: Exception) -> None:
            if self.is_attached and (log, host) == (self._log, self._host):
                self._say(f"✗ {log}: {error}")

        session = self.gendertui
        self._reading = session.background(lambda: session.sources[host].log(folder), done, group="log", failed=failed)

    def _again(self) -> bool:
        """Whether the log is to be read anew: not while it is being read, unless it is another one; that of another
        machine now and then, and once when the run is over."""
        if self._read_at == NEVER:
            return True
        if self._reading is not None and not self._reading.is_finished:
            return False
        longest = float("inf") if self._over else THERE_SECONDS
        return not self._host or time.monotonic() - self._read_at >= longest

    def _say(self, words: str) -> None:
        """Words in the place of the lines."""
        self._tail = None
        self.set_class(True, "-empty")
        if len(self._table.order):
            self._table.show(LogRows(()), range(0))
        self.query_one("#log-found", StableStatic).update("")
        self.query_one("#log-words", StableStatic).update(literal(words))

    def _arrange(self) -> None:
        """Filter and draw the lines that were read last."""
        tail, table = self._tail, self._table
        if tail is None:
            return
        self.set_class(False, "-empty")
        words = self.query_one("#log-filter", Input).value.casefold().split()
        folded = [line.casefold() for line in tail.lines]
        order = [row for row, line in enumerate(folded) if all(word in line for word in words)]
        at_end = table.cursor >= len(table.order) - 1
        cursor = len(order) - 1 if at_end else table.cursor
        table.update(LogRows(tail.lines), order, columns=COLUMNS, sorted_by=None, cursor=cursor)
        found = f"{count(len(order))} of {count(len(tail.lines))}" if words else f"all {count(len(tail.lines))}"
        if tail.omitted_bytes:
            found += f", after {size(tail.omitted_bytes)}"
        self.query_one("#log-found", StableStatic).update(found)
        where = f"{self._host}:{self._log}" if self._host else str(self._log)
        self.query_one("#log-words", StableStatic).update(literal(where if tail.lines else NOTHING))

    @on(Input.Changed, "#log-filter")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self._arrange()

    @on(Input.Submitted, "#log-filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._table.focus()

    # Keys

    def action_filter(self) -> None:
        self.query_one("#log-filter", Field).focus()

    def action_leave_filter(self) -> None:
        self._table.focus()
