"""What is done while nobody presses a key, since each key would wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

REST_SECONDS = 1.0
"""So long after a key nobody is taken to be typing."""
SOON_SECONDS = 0.1


class Rest:
    """Does its work each time that the keys have come to rest, from :meth:`begin` on. All on the event loop."""

    def __init__(self) -> None:
        self._begun = False
        self._work: list[Callable[[], object]] = []
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """For a process that is an app's alone."""
        self._begun = True

    def add(self, work: Callable[[], object]) -> None:
        """Do this, too, each time."""
        self._work.append(work)

    def disturbed(self) -> None:
        """Wait for the keys to come to rest, from now on."""
        if self._begun:
            self._in(REST_SECONDS, lambda: [work() for work in self._work])

    def soon(self, work: Callable[[], object]) -> None:
        """Go on with what was begun at rest, after a moment for all else; not at all if a key has come since."""
        if self._timer is None:
            self._in(SOON_SECONDS, work)

    def _in(self, seconds: float, work: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._act, work)

    def _act(self, work: Callable[[], object]) -> None:
        self._timer = None
        work()
