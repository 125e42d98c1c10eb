"""What the words of a screen mean, in the words of :mod:`gendertui.evaluation.glossary`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from gendertui.corpus.units import Units
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.widgets.terms import terms_text

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Value


class TermsScreen(Dialog[None]):
    """Closes with esc, enter or q."""

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape,enter", "help")]

    def __init__(self, keys: Sequence[str], units: Units, values: Mapping[str, Value] | None = None) -> None:
        """
        :param keys: of the glossary's terms, in the order to show them in.
        :param values: key → the figure on the screen, which the explanation then ends with.
        """
        super().__init__()
        self._values = values or {}
        self._keys = tuple(keys)
        self._units = units

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "What it means"
            box.border_subtitle = hints(self, CLOSES)
            yield Static(terms_text(self._keys, self._units, self._values))
