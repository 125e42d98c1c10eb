"""How is this file to be read? What was found, and the first rows under each way to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from gendertui.corpus.reading.options import NO_COLUMN
from gendertui.tui.formatting import literal, shorten
from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.reading.question import ReadingQuestionError

COLUMNS = ("text", "label", "group", "id")
"""Fields of the options that name a column."""
LABEL_CELLS = 14
TEXT_CHARACTERS = 400
"""More than any screen is wide."""
WITHOUT = "no label, only look at the lines"
UNLIKELY = "Nothing says that it is this one."


class ReadingQuestion(Dialog["ReadingOptions | None"]):
    """Ask; the result is what to read the file by, or ``None`` when the question was left.

    :param error: the question.
    :param options: what the file was read by when it came up.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape")]

    def __init__(self, error: ReadingQuestionError, options: ReadingOptions) -> None:
        super().__init__()
        self._error = error
        self._answers: list[tuple[ReadingOptions, str, tuple[tuple[str, str], ...]]] = [
            (each.options, each.title, each.rows) for each in error.candidates
        ]
        if error.field in COLUMNS:
            offered = {getattr(each.options, error.field) for each in error.candidates}
            self._answers += [
                (options.changed(error.field, column), f"{error.field} {column}", ())
                for column in error.columns
                if column not in offered
            ]

        if error.field == "label":
            self._answers.append((options.changed("label", NO_COLUMN), WITHOUT, ()))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="reading-question") as box:
            box.border_title = literal(f"Which {self._error.field}?")
            box.border_subtitle = hints(self, "↑ ↓ shows", "⏎ reads it so", LEAVES)
            yield Static(literal(self._error.what), id="question-found")
            yield OptionList(*(Option(self._prompt(place)) for place in range(len(self._answers))))
            yield Static(id="question-rows")

    def _prompt(self, place: int) -> Content:
        """A way to read the file; those that nothing speaks for are quieter."""
        title = literal(self._answers[place][1])
        return title if place < len(self._error.candidates) else title.stylize("dim")

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.highlighted = 0 if self._answers else None
        options.focus()

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        rows = self._answers[event.option_index][2]
        shown = Content("\n").join(_row(label, text) for label, text in rows)
        self.query_one("#question-rows", Static).update(
            shown if rows else Content.styled("Nothing says that it is this one.", "dim")
        )

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._answers[event.option_index][0])


def _row(label: str, text: str) -> Content:
    """A row of the file; each on one line."""
    first = literal(text[:TEXT_CHARACTERS].replace("\n", "⏎"))
    if not label:
        return first
    return Content.assemble(literal(f"{shorten(label, LABEL_CELLS):<{LABEL_CELLS}}  ").stylize("bold"), first)
