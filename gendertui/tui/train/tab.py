"""What the tabs of the Train pane share.

A new tab is one module with a :class:`TrainTab`, and its record in the pane's in ``tui.panes.train``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.panes import PANES
from gendertui.tui.restyling import FocusAlone
from gendertui.tui.tabbed_pane import PaneTab

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.tui.keys import Key


class TrainTab(PaneTab, FocusAlone):
    """One tab of the pane."""

    @property
    def is_shown(self) -> bool:
        """Whether the pane is shown, and in it this tab."""
        pane = self.gendertui.pane
        return pane is not None and pane in self.ancestors and self.display

    def run_changed(self, view: RunView | None) -> None:
        """Draw what has changed of the run that is followed: a few times a second while the tab is shown."""

    def offers(self, action: str) -> bool:
        """Whether an action of the pane's has anything to do in this tab."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep out of the footer what the focused text field would swallow."""
        acts_in_text = self.gendertui.keymap.acts_in_text(self.own_keys, action)
        return acts_in_text or not self.gendertui.takes_letters(self.screen.focused)

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
