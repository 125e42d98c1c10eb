"""An error with what can be done about it, on a screen of its own: too long for a notice, which would be gone soon."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.tui.formatting import literal
from gendertui.tui.hints import hints
from gendertui.tui.keys import bindings
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS, closing

NOTICE_CELLS = 58
"""What a line of a notice holds."""
NOTICE_LINES = 3


def too_long_for_notice(words: str) -> bool:
    """Whether a notice would be gone before this is read, or has an address in it that somebody will want to copy."""
    lines = sum(max(-(-cell_len(line) // NOTICE_CELLS), 1) for line in words.split("\n"))
    return lines > NOTICE_LINES or "://" in words


class RemedyScreen(Dialog[None]):
    """Closes with esc or ⏎; y copies.

    :param what: what happened. :param words: where, and what to do next.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape,enter"),
        *bindings(SCREEN_KEYS["remedy"]),
    ]

    def __init__(self, what: str, words: str) -> None:
        super().__init__()
        self.what = what
        self.words = words

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="remedy") as box:
            box.border_title = "What can be done"
            box.border_subtitle = hints(
                self, ("remedy.copy", "copies"), ("⏎", "closes", "dismiss(None)"), ("app.messages", "all messages")
            )
            yield Static(literal(self.what).stylize("bold $text-error"))
            yield Static(literal(self.words))
            yield Static(id="remedy-copied")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(f"{self.what}\n{self.words}\n")
        self.query_one("#remedy-copied", Static).update(Content.styled("Copied.", "$text-success"))
