"""What the tabs of the Train pane share.

A new tab is one module with a :class:`TrainTab`, and its record in the pane's in ``tui.panes.train``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from textual.containers import Container
from textual.widgets import Input

from gendertui.tui.panes import PANES
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.tui.keys import Key
    from gendertui.tui.panes import TabRecord
    from gendertui.tui.run_view import RunView
    from gendertui.tui.session import Session


class TrainTab(Container):
    """One tab of the pane."""

    @property
    def gendertui(self) -> Session:
        """The app, by its own type."""
        return session_of(self)

    @property
    def is_shown(self) -> bool:
        """Whether the pane is shown, and in it this tab."""
        pane = self.gendertui.pane
        return pane is not None and pane in self.ancestors and self.display

    def run_changed(self, view: RunView | None) -> None:
        """Draw what has changed of the run that is followed: a few times a second while the tab is shown."""

    def focus_first(self) -> None:
        """Put the focus where up and down do something."""
        raise NotImplementedError

    def offers(self, action: str) -> bool:
        """Whether an action of the pane's has anything to do in this tab."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep out of the footer what the focused text field would swallow."""
        return self.gendertui.keymap.acts_in_text(self.own_keys, action) or not isinstance(self.screen.focused, Input)

    @property
    def own_keys(self) -> tuple[Key, ...]:
        """The keys that act in this tab alone."""
        return PANES["train"].tab(self.record_name).own_keys

    @property
    def record_name(self) -> str:
        """What its record calls it."""
        return str(self.id).removeprefix("tab-")

    def focus_pane(self) -> None:
        """Put the focus on the pane, so that its keys act."""
        pane = self.gendertui.pane
        if pane is not None and pane in self.ancestors:
            pane.focus(scroll_visible=False)


def tab_class(tab: TabRecord) -> type[TrainTab]:
    """Import a tab's module and return its class: not for the event loop."""
    module, _, name = tab.view.partition(":")
    return cast("type[TrainTab]", getattr(importlib.import_module(module), name))
