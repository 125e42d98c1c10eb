"""A process that a thread waits for, which whoever wants no more of it ends."""

from __future__ import annotations

from collections.abc import Callable


class Probing:
    """One question to the probe of devices; it may be ended before its process has begun."""

    def __init__(self) -> None:
        self.ended = False
        self._end: Callable[[], None] | None = None

    def started(self, end: Callable[[], None]) -> None:
        """Called by the thread, with what ends the process."""
        self._end = end
        if self.ended:
            end()

    def end(self) -> None:
        """End it, from any thread."""
        self.ended = True
        if self._end is not None:
            self._end()
