"""What a pane and a tab inside one are, as records."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gendertui.tui.keys import Key


@dataclass(frozen=True)
class TabRecord:
    """A tab inside a pane."""

    name: str
    """Identifies the tab."""
    title: str
    """As the pane's row of tabs shows it."""
    view: str
    """``module:Class``."""
    key: str
    """Textual's name of the key that shows it."""
    help: str
    """One sentence, for the ``?`` screen and the palette."""
    action: str = ""
    """What the key does; by default it shows the tab."""
    own_keys: tuple[Key, ...] = ()
    """What can be done by key in this tab alone; there they come before the pane's."""

    @property
    def shows(self) -> Key:
        """The key of the tab."""
        show = self.action or f"show_tab('{self.name}')"
        return Key(self.key, show, self.title, self.help, footer=False, name=self.name)


@dataclass(frozen=True)
class PaneRecord:
    """A pane."""

    name: str
    """Identifies the pane: its widget's id, and what the setting ``pane`` has."""
    title: str
    """As the tab at the top shows it."""
    view: str
    """``module:Class``."""
    own_keys: tuple[Key, ...] = ()
    """What else can be done in it by key than to show a tab."""
    tabs: tuple[TabRecord, ...] = ()
    """The tabs inside it, in order."""

    def __post_init__(self) -> None:
        """Say of each key where it acts."""
        tabs = (replace(tab, own_keys=_at(f"{self.name}.{tab.name}", tab.own_keys)) for tab in self.tabs)
        object.__setattr__(self, "tabs", tuple(tabs))
        object.__setattr__(self, "own_keys", _at(self.name, self.own_keys))

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """All keys that act in the pane."""
        return (*_at(self.name, (tab.shows for tab in self.tabs)), *self.own_keys)

    def tab(self, name: str) -> TabRecord:
        """The tab of that name."""
        return next(tab for tab in self.tabs if tab.name == name)


def load(record: PaneRecord | TabRecord) -> Any:
    """Import the module of a pane or tab and return its class. Up to a third of a second: not for the event loop."""
    module, _, name = record.view.partition(":")
    return getattr(importlib.import_module(module), name)


def _at(place: str, keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(replace(key, place=place) for key in keys)
