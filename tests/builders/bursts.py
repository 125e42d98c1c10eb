"""Keys sent in one packet, and what the app looks like after them."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, OptionList, Select, Tabs, TextArea

from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.tab_line import TabLine
from gendertui.tui.widgets.table import VirtualTable

TITLED = ("form", "loss", "auc")
"""Boxes whose titles say what keys have changed."""


def send(pilot: Pilot[None], *pressed: str) -> None:
    """Put all keys into the app's queue before the first is handled."""
    for key in pressed:
        pilot.app.post_message(events.Key(key, _characters().get(key, key if len(key) == 1 else None)))


def _characters() -> dict[str, str]:
    return {"slash": "/", "question_mark": "?", "space": " ", "full_stop": ".", "enter": "\r", "tab": "\t"}


def pairs(pressed: list[str]) -> list[str]:
    """The shortest sequence in which every key follows every key, itself too (a de Bruijn sequence of order 2)."""
    walk: list[str] = []
    for at, first in enumerate(pressed):
        walk.append(first)
        for second in pressed[at + 1 :]:
            walk += [first, second]
    return [*walk, pressed[0]]


def state(app: GendertuiApp) -> dict[str, Any]:
    """What the next key would act on, and what a person sees of it: screens, pane, focus, texts, highlighted rows."""
    focused = app.focused
    widgets = [widget for screen in app.screen_stack for widget in screen.walk_children(Widget)]
    return {
        "screens": [type(screen).__name__ for screen in app.screen_stack],
        "pane": app.pane.id if app.pane is not None else None,
        "tab": app.screen_stack[0].query_one(Tabs).active,
        "focus": None if focused is None else _name(focused),
        "footer": sorted(key for key, active in app.active_bindings.items() if active.binding.show),
        "texts": {_name(widget): widget.value for widget in widgets if isinstance(widget, Input | Select)},
        "areas": {_name(widget): widget.text for widget in widgets if isinstance(widget, TextArea)},
        "highlighted": {_name(widget): widget.highlighted for widget in widgets if isinstance(widget, OptionList)},
        "rows": {
            _name(widget): (widget.cursor, len(widget.order)) for widget in widgets if isinstance(widget, VirtualTable)
        },
        "chosen": {_name(widget): widget.chosen for widget in widgets if isinstance(widget, TabLine)},
        "titles": {_name(widget): widget.border_title for widget in widgets if widget.id in TITLED},
    }


def _name(widget: Widget) -> str:
    return ">".join(f"{type(node).__name__}#{node.id}" for node in [*reversed(widget.ancestors), widget][1:])
