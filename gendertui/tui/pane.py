"""What every pane shares. A new pane is one module with a :class:`Pane`, and its record in ``panes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from gendertui.tui.panes import PANES
from gendertui.tui.restyling import FocusAlone
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.tui.session import Session


class Pane(Container, FocusAlone, can_focus=True, can_focus_children=True):
    """One tab's content.

    It takes the focus itself when a text field is left, so that its single keys act.
    """

    ABOUT: ClassVar[str] = ""
    """What the pane is for, in a paragraph or two."""

    @property
    def about(self) -> str:
        """The upper half of its ``?`` screen: :attr:`ABOUT`, where nothing in it depends on what is shown."""
        return self.ABOUT

    @property
    def gendertui(self) -> Session:
        """The app, by its own type."""
        return session_of(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep out of the footer what the focused text field would swallow."""
        acts_in_text = self.gendertui.keymap.acts_in_text(PANES[str(self.id)].keys, action)
        return acts_in_text or not self.gendertui.takes_letters(self.screen.focused)

    def focus_first(self) -> None:
        """Put the focus where a person starts in this pane."""
        self.focus(scroll_visible=False)

    async def make_next_tab(self) -> bool:
        """Make a tab that has not been shown yet, if there is one; whether there was."""
        return False
