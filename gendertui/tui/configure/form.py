"""One row of the Configure form for each field of TrainingConfig, made from the field itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Select

from gendertui.errors import GendertuiError
from gendertui.training.config import FIELDS, TrainingConfig, with_changes
from gendertui.training.fields import ConfigField, shown_name
from gendertui.tui.configure.words import brief
from gendertui.tui.formatting import literal
from gendertui.tui.widgets.text_field import Field

MARK = "●"
ROOM_FOR_WORDS = 24
"""Cells beside a field from which on most fields can say there what they are."""


def fields(group: str) -> list[ConfigField]:
    """The fields of a group (``main`` or ``advanced``), in their order."""
    return [field for field in FIELDS.values() if field.metadata.group == group]


def problem(field: ConfigField, text: str) -> str | None:
    """Why ``text`` is no value of the field, in words; ``None`` where it is one."""
    try:
        with_changes(TrainingConfig(), {field.name: field.from_text(text)})
    except GendertuiError:
        return field.allowed
    return None


def _editor(field: ConfigField, start: str) -> Select[str] | Field:
    if words := field.choices:
        return Select([(word, word) for word in words], value=start, allow_blank=False, compact=True, classes="editor")
    known = field.suggestions
    return Field(
        start,
        compact=True,
        classes="editor",
        select_on_focus=True,
        suggester=SuggestFromList(known) if known else None,
    )


class FieldRow(Horizontal):
    """Mark and name, the editor, and a note: what is wrong, or what the preset has, or what the field is, where all of
    that fits beside it."""

    @dataclass
    class Changed(Message):
        """The text of a field changed; ``problem`` says what is wrong with it."""

        field: str
        text: str
        problem: str | None

    def __init__(self, field: ConfigField, value: Any) -> None:
        super().__init__(id=f"row-{field.name}")
        self.about = field
        self.field = field.name
        self.problem: str | None = None
        self.base = field.as_text(value)
        """What the preset has, as text."""
        # Kept: all are asked whenever the pane is shown.
        self._editor = _editor(field, self.base)
        self._said: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        yield self._editor

    def on_mount(self) -> None:
        self._editor.tooltip = literal(self.about.title)

    @property
    def text(self) -> str:
        """The editor's content."""
        return str(self._editor.value)

    @text.setter
    def text(self, text: str) -> None:
        self._editor.value = text

    @property
    def changed(self) -> bool:
        """Whether the field differs from the preset."""
        return self.text.strip() != self.base

    def show(self, base: Any) -> None:
        """Put a preset's value into the editor, and remember it."""
        self.base = self.about.as_text(base)
        if self.text != self.base:
            self.text = self.base
        self._describe()

    @on(Input.Changed)
    @on(Select.Changed)
    def _edited(self, event: Input.Changed | Select.Changed) -> None:
        event.stop()
        self.problem = problem(self.about, self.text)
        self._describe()
        self.post_message(self.Changed(self.field, self.text, self.problem))

    def _describe(self) -> None:
        # Whenever the pane is shown all fields are described.
        said = (self.base, self.changed, self.problem)
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Content:
        """What stands beside the editor: drawn by the row itself, since two widgets for each field would be four times
        as many to lay out whenever the form is shown."""
        before, wide = self._editor.styles.margin.left, self._editor.outer_size.width
        name = f"{MARK if self.changed else ' '} {shown_name(self.field)}"
        look = "bold $text-error" if self.problem is not None else "bold $primary" if self.changed else "$foreground"
        room = self.size.width - before - wide - 1
        # Else in the colour of the row: a muted one depends on what is behind it, which a text does not know.
        note = literal(self._note(room)).stylize("bold $text-error" if self.problem is not None else "")
        return Content.assemble((name, look), " " * (before + wide + 1 - cell_len(name)), note)

    def _note(self, room: int) -> str:
        """What fits into so many cells."""
        if self.problem is not None:
            notes = [f"✗ {self.problem}", "✗"]
        elif self.changed:
            notes = [f"preset: {self.base}", ""]
        elif room < ROOM_FOR_WORDS:
            notes = [""]
        else:
            notes = [self.about.title, brief(self.about), ""]
        return next((words for words in notes if cell_len(words) <= room), notes[-1])
