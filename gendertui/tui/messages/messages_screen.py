"""All messages, newest first: filtered as one types, the one under the cursor in full, copied."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from gendertui.formatting import count
from gendertui.tui.formatting import literal
from gendertui.tui.hints import hints
from gendertui.tui.keys import bindings
from gendertui.tui.messages.log import Message, MessageLog
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS
from gendertui.tui.widgets.table import Column, VirtualTable
from gendertui.tui.widgets.text_field import Field

_COLUMNS = (
    Column("clock", "time", 8),
    Column("severity", "kind", 7),
    Column("what", "message", 20, grow=True),
    Column("times", "", 5, right=True),
)
_KINDS = {"information": "", "warning": "! note", "error": "✗ error"}


class MessagesScreen(Dialog[None]):
    """Closes with esc, or the key that opened it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        *bindings(SCREEN_KEYS["messages"]),
    ]

    def __init__(self, log: MessageLog) -> None:
        super().__init__()
        self._log = log
        self._shown: list[Message] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="messages") as box:
            box.border_title = "Messages"
            box.border_subtitle = self._hints(("messages.copy", "copies"))
            yield Field(placeholder="filter …", compact=True, id="messages-filter")
            yield VirtualTable(_COLUMNS)
            with VerticalScroll(id="message-box", classes="box", can_focus=False):
                yield Static(id="message-words")

    def _hints(self, copy: str | tuple[str, str]) -> Content:
        return hints(self, ("messages.filter", "filters"), copy, ("esc", "closes", "leave"))

    def on_mount(self) -> None:
        table = self.query_one(VirtualTable)
        self.watch(table, "cursor", self._show_words, init=False)
        self._log.told = self.refresh_messages
        self.refresh_messages()
        table.focus()

    def on_unmount(self) -> None:
        self._log.told = None

    def refresh_messages(self) -> None:
        """Show what there is now, with the cursor on the message it was on, where that is still there."""
        chosen = self._under_cursor
        self._shown = self._log.matching(self.query_one(Field).value)
        self.query_one(VirtualTable).update(
            _Rows(self._shown),
            range(len(self._shown)),
            columns=_COLUMNS,
            sorted_by=None,
            cursor=self._shown.index(chosen) if chosen in self._shown else 0,
        )
        self.query_one("#messages").border_title = f"Messages: {count(len(self._shown))} of {count(len(self._log))}"
        self._show_words()

    def _show_words(self) -> None:
        message = self._under_cursor
        empty = "Nothing matches." if len(self._log) else "Nothing has been said yet."
        self.query_one("#message-words", Static).update(literal(empty if message is None else message.words))

    @property
    def _under_cursor(self) -> Message | None:
        place = self.query_one(VirtualTable).cursor
        return self._shown[place] if place < len(self._shown) else None

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.refresh_messages()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(VirtualTable).focus()

    def action_filter(self) -> None:
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """From the field to the list, from there out."""
        if self.query_one(Field).has_focus:
            self.query_one(VirtualTable).focus()
        else:
            self.dismiss(None)

    def action_copy(self) -> None:
        message = self._under_cursor
        if message is not None:
            self.app.copy_to_clipboard(f"{message.words}\n")
            self.query_one("#messages").border_subtitle = self._hints("copied")


class _Rows:
    """Messages as rows."""

    def __init__(self, messages: list[Message]) -> None:
        self._messages = messages

    def __len__(self) -> int:
        return len(self._messages)

    def cell(self, row: int, column: str) -> Text:
        message = self._messages[row]
        if column == "clock":
            return Text(message.clock)
        if column == "severity":
            return Text(_KINDS.get(message.severity, message.severity))
        if column == "times":
            return Text(f"×{message.times}" if message.times > 1 else "")
        return Text(message.words.replace("\n", " · "))
