"""What the words of a screen mean, in the words of :mod:`gendertui.evaluation.glossary`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from gendertui.corpus.units import Units


class TermsScreen(ModalScreen[None]):
    """Closes with esc, enter or q."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,question_mark,q", "dismiss(None)", "Close")]

    def __init__(self, keys: Sequence[str], units: Units) -> None:
        """:param keys: of the glossary's terms, in the order to show them in."""
        super().__init__()
        self._keys = dict.fromkeys(keys)
        self._units = units

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def compose(self) -> ComposeResult:
        from gendertui.evaluation.glossary import explain

        terms = dict.fromkeys(explain(key, self._units) for key in self._keys)
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "What it means"
            box.border_subtitle = "esc closes"
            yield Static(Content("\n\n").join(Content.assemble((term.name, "bold"), "\n", term.text) for term in terms))
