"""One row of the Configure form for each field of TrainingConfig, made from the field itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Select, Static

from gendertui.errors import GendertuiError
from gendertui.training.config import TrainingConfig, allowed, choices, with_changes
from gendertui.tui.widgets.text_field import Field

NONE = "none"
# Offered while a name is typed; any path is taken too.
SUGGESTIONS = {"vectors": ["random", "glove-6b-50d", "glove-6b-100d", "glove-6b-200d", "glove-6b-300d"]}
MARK = "●"


def fields(group: str) -> list[str]:
    """The fields of a group (``main`` or ``advanced``), in their order."""
    return [
        name
        for name, field in TrainingConfig.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("group") == group
    ]


def describe(name: str) -> str:
    """What a field is, and its unit where it has one."""
    field = TrainingConfig.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = f" ({extra['unit']})" if "unit" in extra else ""
    return f"{field.description}{unit}"


def optional(name: str) -> bool:
    """Whether ``none`` is a value of the field."""
    return allowed(name).endswith(", or none")


def as_text(value: Any) -> str:
    """A value as the form shows and takes it."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def problem(name: str, text: str) -> str | None:
    """Why ``text`` is no value of the field, in words; ``None`` where it is one."""
    try:
        with_changes(TrainingConfig(), {name: as_value(name, text)})
    except GendertuiError:
        return allowed(name)
    return None


def as_value(name: str, text: str) -> Any:
    """What the form's text means; not yet validated."""
    text = text.strip()
    if optional(name) and text.lower() in (NONE, ""):
        return None
    return {"yes": True, "no": False}.get(text, text) if _is_boolean(name) else text


def _is_boolean(name: str) -> bool:
    return TrainingConfig.model_fields[name].annotation is bool


class FieldRow(Horizontal):
    """Mark and name, the editor, and a note: what is wrong, or what the preset has, or what the field is."""

    @dataclass
    class Changed(Message):
        """The text of a field changed; ``problem`` says what is wrong with it."""

        field: str
        text: str
        problem: str | None

    def __init__(self, name: str, text: str) -> None:
        super().__init__(id=f"row-{name}")
        self.field = name
        self.problem: str | None = None
        self._start = text
        self._base = text

    def compose(self) -> ComposeResult:
        words = ("yes", "no") if _is_boolean(self.field) else choices(self.field)
        yield Static(classes="name")
        if words:
            yield Select(
                [(word, word) for word in words], value=self._start, allow_blank=False, compact=True, classes="editor"
            )
        else:
            known = SUGGESTIONS.get(self.field)
            yield Field(
                self._start,
                compact=True,
                classes="editor",
                select_on_focus=True,
                suggester=SuggestFromList(known) if known else None,
            )
        yield Static(classes="note")

    def on_mount(self) -> None:
        self.query_one(".editor").tooltip = Content(describe(self.field))
        self._describe()

    @property
    def text(self) -> str:
        """What stands in the editor."""
        editor = self.query_one(".editor")
        return editor.value if isinstance(editor, Input) else str(editor.value) if isinstance(editor, Select) else ""

    @text.setter
    def text(self, text: str) -> None:
        editor = self.query_one(".editor")
        if isinstance(editor, Input | Select):
            editor.value = text

    @property
    def changed(self) -> bool:
        """Whether the field differs from the preset."""
        return self.text.strip() != self._base

    def show(self, text: str, base: str) -> None:
        """Put a text into the editor, and remember what the preset has."""
        self._base = base
        if self.text != text:
            self.text = text
        self._describe()

    @on(Input.Changed)
    @on(Select.Changed)
    def _edited(self, event: Input.Changed | Select.Changed) -> None:
        event.stop()
        self.problem = problem(self.field, self.text)
        self._describe()
        self.post_message(self.Changed(self.field, self.text, self.problem))

    def _describe(self) -> None:
        self.set_class(self.changed, "-changed")
        self.set_class(self.problem is not None, "-wrong")
        name = self.field.replace("_", " ")
        self.query_one(".name", Static).update(Content(f"{MARK if self.changed else ' '} {name}"))
        if self.problem is not None:
            note = f"✗ {self.problem}"
        elif self.changed:
            note = f"preset: {self._base}"
        else:
            note = describe(self.field)
        self.query_one(".note", Static).update(Content(note))
