"""A letter and the answer to it in one picture."""

from __future__ import annotations

from contextlib import ExitStack

from textual.app import App
from textual.timer import Timer

HELD_SECONDS = 0.02
"""Nobody sees a letter come so much later; an answer takes a third of it."""


class FrameHold:
    """Holds the screen's next picture back until what belongs into it is there, or for :data:`HELD_SECONDS` at most.

    Textual draws up to 60 pictures a second: an answer that just misses the letter's waits for the next but one, and a
    terminal far away is written to twice.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._held = ExitStack()
        self._timer: Timer | None = None

    def hold(self) -> None:
        """Draw nothing for now."""
        if self._timer is None:
            self._held.enter_context(self._app.batch_update())
            self._timer = self._app.set_timer(HELD_SECONDS, self.release)

    def release(self) -> None:
        """Draw what there is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._held.close()
            # Textual then wakes the app, but not the screen, which alone draws and may have nothing else to do.
            self._app.screen.check_idle()
