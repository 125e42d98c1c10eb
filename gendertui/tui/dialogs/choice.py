"""A small question over the screen: a sentence and a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from gendertui.tui.formatting import literal
from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing

Answer = TypeVar("Answer")


class Choice(Dialog[Answer | None], Generic[Answer]):
    """Ask; the result is the answer's value, or ``None`` when the question was left.

    :param answers: (value, what it says, a second and quieter line or nothing).
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape")]

    def __init__(self, title: str, question: str, answers: Sequence[tuple[Answer, str, str]], *, at: int = 0) -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._answers = list(answers)
        self._at = at

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = literal(self._title)
            box.border_subtitle = hints(self, "⏎ takes", LEAVES)
            if self._question:
                yield Static(literal(self._question), classes="question")
            options = [
                Option(_prompt(says, quiet), id=str(index)) for index, (_, says, quiet) in enumerate(self._answers)
            ]
            yield OptionList(*options)

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.highlighted = self._at if self._answers else None
        options.focus()

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._answers[event.option_index][0])


def _prompt(says: str, quiet: str) -> Content:
    return Content("\n").join([literal(says), *([literal(quiet).stylize("dim")] if quiet else [])])
