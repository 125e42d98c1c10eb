"""Drawing no more often than a person can read."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget


class Throttle:
    """Calls ``draw`` at most every ``seconds``; what is asked for in between is drawn once, when the time has come."""

    def __init__(self, widget: Widget, seconds: float, draw: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._draw = draw
        self._drawn_at = float("-inf")
        self._later: Timer | None = None
        self._rest = 0.0

    def ask(self) -> None:
        """Draw now, or as soon as it may be."""
        wait = max(self._seconds, self._rest) - (time.monotonic() - self._drawn_at)
        if wait <= 0:
            self.now()
        elif self._later is None:
            self._later = self._widget.set_timer(wait, self.now)

    def now(self) -> None:
        """Draw, whenever the last time was."""
        if self._later is not None:
            self._later.stop()
            self._later = None
        self._drawn_at, self._rest = time.monotonic(), 0.0
        self._draw()

    def rest(self, seconds: float) -> None:
        """What was drawn just now was so much that nothing more may be for so long."""
        self._rest = seconds
