"""A small question over the screen that is answered in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from gendertui.errors import GendertuiError
from gendertui.tui.formatting import literal
from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.widgets.text_field import Field

Answer = TypeVar("Answer")


class Question(Dialog[Answer | None], Generic[Answer]):
    """Ask; the result is what ``read`` makes of the words, or ``None`` when the question was left.

    :param read: raises GendertuiError where the words are no answer, which is shown and asked again.
    :param start: initial content of the field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape")]

    def __init__(self, title: str, question: str, read: Callable[[str], Answer], *, start: str = "") -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._read = read
        self._start = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog question") as box:
            box.border_title = literal(self._title)
            box.border_subtitle = hints(self, "⏎ takes", LEAVES)
            yield Static(literal(self._question))
            yield Field(self._start, select_on_focus=False)
            yield Static(classes="wrong")

    def on_mount(self) -> None:
        self.query_one(Field).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(".wrong", Static).update("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            answer = self._read(event.value)
        except GendertuiError as error:
            self.query_one(".wrong", Static).update(Content.styled(f"✗ {error}", "$text-error"))
            return
        self.dismiss(answer)
