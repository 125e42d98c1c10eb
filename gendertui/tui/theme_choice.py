"""Choosing a theme by looking at it: the one that is highlighted in the palette is shown, and kept when chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import App
from textual.command import CommandPalette
from textual.timer import Timer

if TYPE_CHECKING:
    from textual.command import Command

PAUSE_SECONDS = 0.15
"""A theme is shown once the highlight has stood still so long: a new theme takes as long to be drawn."""


@dataclass(frozen=True)
class ThemeChoice:
    """A command of the palette: let the app have this theme."""

    app: App[None]
    name: str

    def __call__(self) -> None:
        self.app.theme = self.name


class ThemePreview:
    """Shows themes while they are highlighted, and goes back where none is chosen."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._before: str | None = None
        self._gone_back_to: str | None = None
        self._timer: Timer | None = None

    def is_choice(self, theme: str) -> bool:
        """Whether a theme that the app has now is one that somebody chose, to be asked once a change."""
        gone_back_to, self._gone_back_to = self._gone_back_to, None
        return self._before is None and theme != gone_back_to

    def highlighted(self, event: CommandPalette.OptionHighlighted) -> None:
        """Show the theme of what is highlighted, or the one before it, in a moment."""
        command: Command = event.highlighted_event.option  # type: ignore[assignment]
        chosen = command.hit.command
        name = chosen.name if isinstance(chosen, ThemeChoice) else self._before
        self._stop()
        if name is not None and name != self._app.theme:
            self._timer = self._app.set_timer(PAUSE_SECONDS, lambda: self._show(name))

    def closed(self) -> None:
        """Have the theme from before again; the command that was chosen is still to act."""
        self._stop()
        if self._before is not None:
            self._app.theme, self._before, self._gone_back_to = self._before, None, self._before

    def _show(self, name: str) -> None:
        if isinstance(self._app.screen, CommandPalette):
            self._before = self._before or self._app.theme
            self._app.theme = name

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
