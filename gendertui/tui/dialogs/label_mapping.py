"""Which values of a label column are which of the two labels, with the rows of each in view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from gendertui.corpus.reading.label_choice import LabelChoice, Meaning
from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal
from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.keys import bindings
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS, closing
from gendertui.tui.widgets.table import Column, VirtualTable
from gendertui.tui.widgets.text_field import Field

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions

SIDES = (Meaning.NEGATIVE, Meaning.POSITIVE)
TABLE_ROWS = 8
"""Values that are in view at once."""
_MARKS = {Meaning.NEGATIVE: "−", Meaning.POSITIVE: "+", Meaning.UNLABELLED: "?", Meaning.LEFT_OUT: "✗"}
_COLUMNS = (
    Column("value", "value", 16, grow=True),
    Column("rows", "rows", 11, right=True),
    Column("meaning", "stands for", 24),
)
_STEPS = tuple(Meaning)


class LabelMapping(Dialog["ReadingOptions | None"]):
    """Choose; the result is the options with the choice, or ``None`` when it was left.

    :param found: what was found, in words.
    :param values: value of the label column → rows.
    :param film: the values are genders of a film corpus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape"),
        Binding("enter", "take", "Take", priority=True),
        Binding("left", "step(-1)", priority=True),
        Binding("right", "step(1)", priority=True),
        *bindings(SCREEN_KEYS["labels"]),
    ]

    def __init__(self, found: str, values: Mapping[str, int], options: ReadingOptions, *, film: bool = False) -> None:
        super().__init__()
        self._found = found
        self._options = options
        self._choice = LabelChoice.of(values, options, film=film)
        self._values = list(self._choice.rows)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="label-mapping") as box:
            box.border_title = "Which two labels?"
            box.border_subtitle = hints(self, "⏎ reads it so", "tab names", LEAVES)
            yield Static(literal(self._found), id="mapping-found")
            table = VirtualTable(_COLUMNS, id="mapping-values", enter="")
            table.styles.height = min(len(self._values), TABLE_ROWS) + 1
            yield table
            yield Static(
                hints(self, *((key.id, key.label.lower()) for key in SCREEN_KEYS["labels"])), id="mapping-keys"
            )
            for side in SIDES:
                with Horizontal(classes="mapping-name"):
                    yield Static(f"{_MARKS[side]} {side.value}", classes="mapping-side")
                    yield Field(id=f"mapping-{side.value}", compact=True, select_on_focus=True)
                    yield Static(id=f"mapping-{side.value}-rows", classes="mapping-rows")
            yield Static(classes="wrong")

    def on_mount(self) -> None:
        table = self.query_one(VirtualTable)
        table.show(_ValueRows(self._choice, self._values), range(len(self._values)))
        table.focus()
        self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a field, ← and → move its cursor."""
        return action != "step" or not isinstance(self.focused, Input)

    @property
    def _value(self) -> str:
        """The value under the cursor."""
        return self._values[self.query_one(VirtualTable).cursor]

    def action_mean(self, meaning: str) -> None:
        self._choice.meanings[self._value] = Meaning[meaning]
        self._changed()

    def action_step(self, by: int) -> None:
        at = _STEPS.index(self._choice.meanings[self._value])
        self._choice.meanings[self._value] = _STEPS[(at + by) % len(_STEPS)]
        self._changed()

    def action_rest(self) -> None:
        """Leave out every value that is no label, or let all of them be unlabelled again."""
        unlabelled = self._choice.values(Meaning.UNLABELLED)
        for value in unlabelled or self._choice.values(Meaning.LEFT_OUT):
            self._choice.meanings[value] = Meaning.LEFT_OUT if unlabelled else Meaning.UNLABELLED
        self._changed()

    def _changed(self) -> None:
        self.query_one(VirtualTable).refresh()
        self.query_one(".wrong", Static).update("")
        self._say()

    def _say(self) -> None:
        """The labels' names, which follow the values until somebody types another, and how many rows have them."""
        for side in SIDES:
            with self.prevent(Input.Changed):
                self.query_one(f"#mapping-{side.value}", Field).value = escape_control(self._choice.name(side))
            rows = self._choice.counted(side)
            self.query_one(f"#mapping-{side.value}-rows", Static).update(f"{count(rows)} rows")

    @on(Input.Changed)
    def _named(self, event: Input.Changed) -> None:
        event.stop()
        for side in SIDES:
            if event.input.id == f"mapping-{side.value}":
                self._choice.names[side] = event.value
        self.query_one(VirtualTable).refresh()
        self.query_one(".wrong", Static).update("")

    def action_take(self) -> None:
        try:
            options = self._choice.options(self._options)
        except GendertuiError as error:
            self.query_one(".wrong", Static).update(Content.styled(f"✗ {error.what}", "$text-error"))
            return
        self.dismiss(options)


class _ValueRows:
    """Values with their rows and what they stand for."""

    def __init__(self, choice: LabelChoice, values: list[str]) -> None:
        self._choice = choice
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def cell(self, row: int, column: str) -> Text:
        value = self._values[row]
        if column == "value":
            return Text(escape_control(value)) if value.strip() else Text("(empty)", "dim")
        if column == "rows":
            return Text(count(self._choice.rows[value]))
        meaning = self._choice.meanings[value]
        name = self._choice.name(meaning) if meaning in SIDES else meaning.value
        return Text(f"{_MARKS[meaning]} {escape_control(name)}", "" if meaning in SIDES else "dim")
