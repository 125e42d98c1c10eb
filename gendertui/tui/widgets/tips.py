"""What the mouse is on, in words: a tooltip for each part of a widget that is drawn as one.

The words are those of the glossary and of the tables of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Offset

from gendertui.tui.formatting import literal

if TYPE_CHECKING:
    from textual.widget import Widget as _Base

    from gendertui.evaluation.glossary import Value
else:
    _Base = object


class Tips(_Base):
    """Beside the widget's other classes; before those that handle the mouse."""

    def tip_at(self, at: Offset) -> str:
        """What is to be said of a cell, empty where that is nothing.

        :param at: from the upper left corner of the content; outside of it on the border.
        """
        raise NotImplementedError

    def on_mouse_move(self, event: events.MouseMove) -> None:
        tip = self.tip_at(Offset(event.x, event.y) - self.gutter.top_left)
        if tip != str(self.tooltip or ""):
            self.tooltip = literal(tip) if tip else None


def of_term(key: str, value: Value | None = None) -> str:
    """A term of the glossary, by its key or its name: what it means, and with a value what that one says; empty where
    the glossary has none."""
    from gendertui.corpus.units import NO_UNITS
    from gendertui.evaluation.glossary import KEYS, explain

    # The nouns of no corpus: a tooltip is on screens of all.
    known = {name: each for each in KEYS for name in (each, explain(each, NO_UNITS).name)}
    if key not in known:
        return ""
    term = explain(known[key], NO_UNITS, value)
    return f"{term.name[:1].upper()}{term.name[1:]}. {term.text}"
