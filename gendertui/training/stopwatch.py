"""Seconds of work, over pauses and resumed runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Runs from the moment it is made.

    :param before: seconds that were worked before, by a process that was resumed.
    """

    def __init__(self, before: float = 0.0) -> None:
        self._since = time.monotonic() - before

    def seconds(self) -> float:
        """Seconds worked so far."""
        return time.monotonic() - self._since

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Does not count what goes by inside."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._since += time.monotonic() - began
