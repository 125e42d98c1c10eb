"""The prompt: a line at a time, with the history on ↑ and ↓; several lines pasted at once are a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from gendertui.corpus.units import Units
from gendertui.tui.keys import bindings
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.text_field import Field

WALKS = ("older", "newer")
"""The actions that are the prompt's own, not the pane's."""


class Prompt(Field):
    """↑ and ↓ walk through the history, as in a shell."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(key for key in PANES["predict"].keys if key.action in WALKS)]

    @dataclass
    class Walked(Message):
        """``by`` lines newer (older where negative) were asked for."""

        by: int

    @dataclass
    class ScenePasted(Message):
        """More than one line was pasted."""

        text: str

    def action_older(self) -> None:
        self.post_message(self.Walked(-1))

    def action_newer(self) -> None:
        self.post_message(self.Walked(1))

    def put(self, text: str) -> None:
        """Replace the prompt's content."""
        self.value = text
        self.cursor_position = len(text)

    def on_paste(self, event: events.Paste) -> None:
        """An Input would take the first line, be it blank, and drop the others."""
        event.stop()
        event.prevent_default()
        lines = lines_of(event.text)
        if len(lines) > 1:
            self.post_message(self.ScenePasted(event.text))
        elif lines:
            self.replace(lines[0], *self.selection)


def lines_of(text: str) -> list[str]:
    """The lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def asks_for(units: Units) -> str:
    """What the prompt is for, by the corpus of the model in use: ``A line of dialogue``, ``A line from an author``."""
    if units.about == "films":
        return "A line of dialogue"
    source = units.speaker or units.group
    return "A line" if source is None else f"A line from {source.article} {source.one}"
